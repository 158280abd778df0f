import { lastBlock, withMoreBlocks } from '../../bench/record/more-blocks.ts';
import { type BenchRecord, OUTSIDE_BLOCKS } from '../../bench/record/record.ts';
import { hypervisorOf, processorOf } from './provenance.ts';

/** Records of one stack put together, with the boot that each of their blocks was measured in. */
export interface JoinedRecords {
  readonly record: BenchRecord;
  /** Counts from 0 through all records; every level was booted anew for each. */
  readonly bootOf: (block: number) => number;
  readonly boots: number;
}

/** @param records of one stack, at least one */
export function joined(records: readonly BenchRecord[]): JoinedRecords {
  const [first, ...others] = records as readonly [BenchRecord, ...BenchRecord[]];
  const boots = new Map<number, number>();
  let whole: BenchRecord | null = null;
  let count = 0;
  for (const record of [first, ...others]) {
    const after: number = whole === null ? 0 : lastBlock(whole);
    const last = lastBlock(record);
    for (let block = 1; block <= last; block++) {
      boots.set(after + block, count + Math.floor((block - 1) / record.header.plan.blocks));
    }
    count += Math.max(1, Math.ceil(last / record.header.plan.blocks));
    whole = whole === null ? record : withMoreBlocks(whole, record, after);
  }
  return {
    record: whole!,
    bootOf: (block) => (block === OUTSIDE_BLOCKS ? 0 : (boots.get(block) ?? 0)),
    boots: count,
  };
}

/** What records have in common whose figures are of one machine: anything else is another platform. */
export function stackOf(record: BenchRecord): string {
  const { lab, clock } = record.header;
  return JSON.stringify([lab, clock, hypervisorOf(record), processorOf(record)]);
}
