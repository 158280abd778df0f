import { farOut } from './outliers.ts';
import { RECORD_SCHEMA } from './record.ts';

/** The first version: one boot of every level, every workload at each once, level after level. */
export const FIRST_SCHEMA = 'nestmark/record@1';

type Json = Readonly<Record<string, unknown>>;

/**
 * A line of a record of version 1 as version 2 has it. Only what version 1 had no place for is added; everything else
 * is left for the schema to check.
 */
export function fromFirstVersion(line: Json): Json {
  switch (line['kind']) {
    case 'header':
      return {
        ...line,
        schema: RECORD_SCHEMA,
        plan: { boots: 1, blocks: 1, order: 'by-level', workloads: [] },
      };
    case 'level':
      return { ...line, boot: 1 };
    case 'samples':
      return { ...line, boot: 1, block: 1, outliers: marks(line) };
    case 'counters':
      return { ...line, boot: 1, block: 1 };
    default:
      return line;
  }
}

function marks({ values, warmUp }: Json): readonly number[] {
  const numbers = Array.isArray(values) && values.every((value) => typeof value === 'number') ? values : [];
  return typeof warmUp === 'number' ? farOut(numbers, warmUp) : [];
}
