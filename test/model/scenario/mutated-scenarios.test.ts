import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/model/scenario/compile.ts';
import { formatProblem, MAX_PROBLEMS, type Result } from '../../../src/model/scenario/problem.ts';
import { readPlatform } from '../../../src/model/scenario/read-platform.ts';
import { readScenario } from '../../../src/model/scenario/read-scenario.ts';
import { readWorkload } from '../../../src/model/scenario/read-workload.ts';
import { ReadSources } from '../../../src/model/scenario/sources.ts';
import { inMemorySources, shippedTexts } from './in-memory-sources.ts';

/** Comments and long texts carry no meaning, and mutating them finds nothing. */
const withoutComments = (text: string): string =>
  text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/^(description|source):.*\n( +.*\n)*/gm, '$1: text\n');

const texts = shippedTexts();
const sources = inMemorySources(texts);
const scenarios = readdirSync('scenarios')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => withoutComments(readFileSync(`scenarios/${name}`, 'utf8')));
const named = (kind: string): string[] =>
  Object.entries(texts).flatMap(([key, text]) => (key.startsWith(`${kind}/`) ? [withoutComments(text)] : []));

/** What a tired person, a bad editor or a hostile one puts where something else stood. */
const TOKENS = [
  '',
  ' ',
  '\n',
  '\t',
  ':',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '<<: *a',
  '!!binary ',
  '!x ',
  '|',
  '>',
  '%',
  '@',
  '`',
  '?',
  '? ',
  '---\n',
  '...\n',
  'null',
  '~',
  'true',
  'no',
  '-1',
  '0',
  '-0',
  '.5',
  '1e99',
  '.inf',
  '.nan',
  '0x10',
  '1_000',
  '99999999999999999999',
  '2026-01-01',
  '8 GiB',
  '8 Gib',
  '8',
  '2.6 Ghz',
  '-3 /s',
  '5 %',
  '10 sec',
  '∞',
  'seats',
  'seets',
  'vms',
  'hypervisor: {}',
  'workload: web-server',
  'template: two-hypervisors',
  'two-hypervisors',
  'boot',
  'esxi',
  'm7i.metal-24xl',
  './x.yaml',
  '../../etc/passwd',
  '__proto__: 1\n',
  'constructor',
  'toString',
  '\u0000',
  '\u001b[31m',
  '\ufeff',
  '\u202e',
  '\ud800',
  'é',
  '😀',
  'a'.repeat(300),
  '- '.repeat(100),
  '['.repeat(100),
];

type Mutation = (text: string) => string;

const at = (text: string, share: number): number => Math.floor(share * text.length);
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const insertToken = fc.tuple(share, fc.constantFrom(...TOKENS)).map(
  ([where, token]): Mutation =>
    (text) =>
      text.slice(0, at(text, where)) + token + text.slice(at(text, where)),
);
const replaceBytes = fc.tuple(share, fc.nat({ max: 12 }), fc.string({ unit: 'binary', maxLength: 6 })).map(
  ([where, length, bytes]): Mutation =>
    (text) =>
      text.slice(0, at(text, where)) + bytes + text.slice(at(text, where) + length),
);

/** Words, numbers, quoted text, signs, line ends: the pieces a scenario is made of. */
const PIECES = /"[^"\n]*"|[\w./%-]+|\n *|[^\w\s]| +/g;
const onPieces = (change: (pieces: string[], index: number) => void, where: number): Mutation => {
  return (text) => {
    const pieces = text.match(PIECES) ?? [];
    if (pieces.length > 0) change(pieces, Math.floor(where * pieces.length));
    return pieces.join('');
  };
};
const replacePiece = fc
  .tuple(share, fc.constantFrom(...TOKENS))
  .map(([where, token]) => onPieces((pieces, i) => pieces.splice(i, 1, token), where));
const dropPiece = share.map((where) => onPieces((pieces, i) => pieces.splice(i, 1), where));
const swapPieces = fc.tuple(share, share).map(([one, other]) =>
  onPieces((pieces, i) => {
    const j = Math.floor(other * pieces.length);
    [pieces[i], pieces[j]] = [pieces[j]!, pieces[i]!];
  }, one),
);
const onLines = (change: (lines: string[], index: number) => void, where: number): Mutation => {
  return (text) => {
    const lines = text.split('\n');
    change(lines, Math.floor(where * lines.length));
    return lines.join('\n');
  };
};
const dropLine = share.map((where) => onLines((lines, i) => lines.splice(i, 1), where));
const repeatLine = share.map((where) => onLines((lines, i) => lines.splice(i, 0, lines[i]!), where));
const indentLine = fc
  .tuple(share, fc.constantFrom(' ', '  ', '    ', '\t'))
  .map(([where, indent]) => onLines((lines, i) => lines.splice(i, 1, indent + lines[i]), where));
const cut = share.map(
  (where): Mutation =>
    (text) =>
      text.slice(0, at(text, where)),
);
const digits = fc.tuple(share, fc.integer({ min: -5, max: 1_000_000 })).map(([where, number]) =>
  onPieces((pieces, i) => {
    const next = pieces.findIndex((piece, j) => j >= i && /^\d/.test(piece));
    if (next !== -1) pieces[next] = String(number);
  }, where),
);

const mutation = fc.oneof(
  insertToken,
  replaceBytes,
  { weight: 3, arbitrary: replacePiece },
  dropPiece,
  swapPieces,
  dropLine,
  repeatLine,
  indentLine,
  { weight: 2, arbitrary: digits },
  { weight: 1, arbitrary: cut },
);

const mutated = (originals: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...originals), fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([text, mutations]) => mutations.reduce((current, mutate) => mutate(current), text));

const seen = { accepted: 0, refused: 0 };

/** An answer, or problems a person can act on: never an exception. */
function expectSoundAnswer<T>(file: string, text: string, result: Result<T>): T | null {
  if (result.ok) {
    seen.accepted++;
    return result.value;
  }
  seen.refused++;
  const lines = text.split('\n');
  if (result.problems.length < 1 || result.problems.length > MAX_PROBLEMS) {
    expect.fail(`${result.problems.length} problems`);
  }
  for (const problem of result.problems) {
    const shown = formatProblem(problem);
    const line = problem.file === file ? lines[problem.line - 1] : '';
    if (!/^[^:\n]+:\d+:\d+: ./.test(shown)) expect.fail(`no place in: ${shown}`);
    if (line === undefined) expect.fail(`beyond the last line: ${shown}`);
    if (problem.file === file && (problem.column < 1 || problem.column > line.length + 1)) {
      expect.fail(`beyond the end of the line: ${shown}`);
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may reach a terminal
    if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(shown))
      expect.fail(`unprintable: ${JSON.stringify(shown)}`);
    if (/undefined|\[object|NaN| at \w+ \(/.test(shown.replaceAll(/"(\\.|[^"])*"/g, ''))) {
      expect.fail(`words of the program, not of the language: ${shown}`);
    }
    if (shown.length > 1000) expect.fail(`too long to read: ${shown}`);
  }
  return null;
}

describe('10,000 mutated inputs', () => {
  const seed = 20_261_122;

  it('7,500 scenarios: an answer or problems with a place, and what is accepted compiles', () => {
    fc.assert(
      fc.property(mutated(scenarios), (text) => {
        const scenario = expectSoundAnswer('s.yaml', text, readScenario('s.yaml', text, sources));
        if (scenario !== null) expect(compile(scenario).root.guests.length).toBeGreaterThan(0);
      }),
      { numRuns: 7_500, seed },
    );
  });

  it('1,500 templates and 900 workloads', () => {
    // The catalogue and the platform are large and not what is tested.
    const platform = readPlatform('p.yaml', texts['platform/kvm-intel-shadowing']!);
    const overrides = platform.ok ? { platform: platform.value } : {};
    const around = scenarios
      .find((text) => text.includes('template: two-hypervisors'))!
      .replace(/host: .*/, 'host: { cores: 48, smt: 2, clock: 3 GHz, memory: 384 GiB }');
    // Each text is a file of its own, so that the workloads they name are read once for all.
    let template = { file: '', text: '' };
    const own = new ReadSources({
      find: (kind, name, from) =>
        kind === 'template' && name === 'two-hypervisors'
          ? { found: true, ...template }
          : sources.texts.find(kind, name, from),
      catalogues: () => [],
    });
    let files = 0;
    fc.assert(
      fc.property(mutated(named('template')), (text) => {
        template = { file: `t${files++}.yaml`, text };
        expectSoundAnswer(template.file, text, readScenario('s.yaml', around, own, overrides));
      }),
      { numRuns: 1_500, seed },
    );
    fc.assert(
      fc.property(mutated(named('workload')), (text) => {
        expectSoundAnswer('w.yaml', text, readWorkload('w.yaml', text));
      }),
      { numRuns: 900, seed },
    );
  });

  it('100 platforms', () => {
    fc.assert(
      fc.property(mutated(named('platform')), (text) => {
        expectSoundAnswer('p.yaml', text, readPlatform('p.yaml', text));
      }),
      { numRuns: 100, seed },
    );
  });

  it('were neither all refused nor all accepted', () => {
    expect(seen.accepted + seen.refused).toBe(10_000);
    expect(seen.accepted).toBeGreaterThan(200);
    expect(seen.refused).toBeGreaterThan(5_000);
  });
});
