import type { BenchRecord, RecordSamples } from '../../bench/record/record.ts';
import { plainText } from '../text/figure.ts';
import { measuredWorkloads } from './summary.ts';

/** Classes of workloads as a reader calls them, in the order they are shown. */
export const CLASS_TITLES: Readonly<Record<RecordSamples['class'], string>> = {
  control: 'No exits',
  exit: 'Exits',
  memory: 'Memory',
  kernel: 'Kernel',
  storage: 'Storage',
  network: 'Network',
  application: 'Applications',
};

/** How much more the workloads of a class cost at a level: each one's ratio of medians to the lowest level. */
export interface ClassRatios {
  readonly class: RecordSamples['class'];
  readonly byLevel: ReadonlyMap<number, readonly number[]>;
}

/** Classes with a ratio at any level. */
export function classRatios(record: BenchRecord): readonly ClassRatios[] {
  const measured = measuredWorkloads(record);
  return (Object.keys(CLASS_TITLES) as RecordSamples['class'][]).flatMap((name) => {
    const byLevel = new Map<number, number[]>();
    for (const { class: kind, level, ratio } of measured) {
      if (kind !== name || ratio === null) continue;
      byLevel.set(level, [...(byLevel.get(level) ?? []), ratio.mean]);
    }
    return byLevel.size === 0 ? [] : [{ class: name, byLevel }];
  });
}

/** `1.2–514×`, or one figure when they are as good as equal. */
export function spanText(values: readonly number[]): string {
  const low = plainText(Math.min(...values));
  const high = plainText(Math.max(...values));
  return low === high ? `${low}×` : `${low}–${high}×`;
}
