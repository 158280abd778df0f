import { xorshift32 } from './deterministic-data.ts';

const OPERATORS = ['+', '-', '*', '&', '|', '^'] as const;

/** C functions that need no header: arithmetic, arrays, loops, a switch, calls of the function before. */
export function deterministicSource(functions: number, seed: number): string {
  const next = xorshift32(seed);
  const pick = (n: number): number => (next() >>> 8) % n;
  const bodies = Array.from({ length: functions }, (_, i) => {
    const size = 8 << pick(4);
    const cases = Array.from(
      { length: 2 + pick(6) },
      (_unused, value) =>
        `    case ${value}: total ${OPERATORS[pick(6)]}= table[${pick(size)}] + ${pick(1000)}; break;`,
    );
    const call = i === 0 ? `argument * ${3 + pick(90)}u` : `f${pick(i)}(argument - 1, table)`;
    return `unsigned f${i}(unsigned argument, unsigned *given)
{
  unsigned table[${size}], total = ${pick(65536)}u;
  struct { unsigned key; unsigned char tag[${1 + pick(15)}]; struct { int x, y; } at; } entry = { argument };
  for (unsigned i = 0; i < ${size}; i++) {
    table[i] = given[i % 8] ${OPERATORS[pick(6)]} (i << ${pick(8)});
    switch ((table[i] >> ${pick(16)}) % ${cases.length + 1}) {
${cases.join('\n')}
    default: total = total << ${1 + pick(30)} | total >> ${1 + pick(30)};
    }
    if (total % ${2 + pick(40)} == 0) entry.at.x += (int)total; else entry.key ^= total;
  }
  return argument == 0 ? total : total ${OPERATORS[pick(6)]} entry.key ^ (unsigned)entry.at.x ^ (${call});
}
`;
  });
  return bodies.join('\n');
}
