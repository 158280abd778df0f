import type { BenchRecord, RecordCounters, RecordSamples } from './record.ts';

/**
 * The record with its blocks put together, for whoever asks what something costs and not how that varies: of every
 * workload at every level one line of samples (one for each unit), and of every counting hypervisor one line of counters.
 *
 * Blocks that were disturbed are left out, unless nothing else is there. Warm-up is left out too, since it is only at
 * the beginning of each line; operations and what was counted add up.
 */
export function pooled(record: BenchRecord): BenchRecord {
  return {
    ...record,
    samples: undisturbedGroups(record, record.samples, ({ level, workload, unit }) =>
      JSON.stringify([level, workload, unit]),
    ).map(poolSamples),
    counters: undisturbedGroups(record, record.counters, ({ level, workloadLevel, workload, source }) =>
      JSON.stringify([level, workloadLevel, workload, source]),
    ).map(poolCounters),
  };
}

/**
 * Lines by key, in the order the record first has each; those of disturbed blocks are left out, unless a key has no
 * others.
 */
export function undisturbedGroups<Line extends { readonly block: number }>(
  { blocks }: BenchRecord,
  lines: readonly Line[],
  keyOf: (line: Line) => string,
): readonly (readonly Line[])[] {
  const disturbed = new Set(blocks.filter(({ valid }) => !valid).map(({ block }) => block));
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    const key = keyOf(line);
    const group = found.get(key);
    if (group === undefined) found.set(key, [line]);
    else group.push(line);
  }
  return [...found.values()].map((group) => {
    const undisturbed = group.filter(({ block }) => !disturbed.has(block));
    return undisturbed.length === 0 ? group : undisturbed;
  });
}

function poolSamples(lines: readonly RecordSamples[]): RecordSamples {
  const [first] = lines;
  if (lines.length === 1) return first!;
  let offset = 0;
  const outliers: number[] = [];
  for (const { values, warmUp, outliers: marked } of lines) {
    outliers.push(...marked.filter((index) => index >= warmUp).map((index) => index - warmUp + offset));
    offset += values.length - warmUp;
  }
  return {
    ...first!,
    values: lines.flatMap(({ values, warmUp }) => values.slice(warmUp)),
    warmUp: 0,
    outliers,
    checksum: commonChecksum(lines),
  };
}

/** When blocks disagree all of theirs together, which then agrees with no other level's. */
function commonChecksum(lines: readonly RecordSamples[]): string | null {
  const seen = [...new Set(lines.map(({ checksum }) => checksum))];
  return seen.length === 1 ? seen[0]! : seen.map(String).sort().join('+');
}

function poolCounters(lines: readonly RecordCounters[]): RecordCounters {
  const [first] = lines;
  if (lines.length === 1) return first!;
  const delta: Record<string, number> = {};
  for (const line of lines) {
    for (const [name, value] of Object.entries(line.delta)) delta[name] = (delta[name] ?? 0) + value;
  }
  return { ...first!, operations: lines.reduce((sum, { operations }) => sum + operations, 0), delta };
}
