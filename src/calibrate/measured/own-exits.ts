import type { CountedExits } from '../../bench/record/counted-exits.ts';
import { exitsOfOne, hasOwnExits } from '../../bench/record/exits-of-one.ts';
import type { BenchRecord } from '../../bench/record/record.ts';
import type { ExitClass } from '../../model/machine/exit-class.ts';

/** Exits of one operation without what comes with a pass and not with it; by who counted, where it ran, and workload. */
export interface OwnExits {
  /** Null where nobody counted. */
  readonly of: (hypervisorLevel: number, workloadLevel: number, workload: string) => CountedExits | null;
}

const keyOf = (...parts: readonly (string | number)[]): string => parts.join('/');

/**
 * Medians of the undisturbed blocks, for what exits are charged with. Interrupts belong to it as far as a pass has more
 * than one of workloads without exits; what is not told from such a pass has none at all.
 */
export function ownExits(record: BenchRecord): OwnExits {
  const found = new Map(
    exitsOfOne(record).map((pass): [string, CountedExits] => {
      const own = hasOwnExits(pass);
      const byClass: Partial<Record<ExitClass, number>> = own
        ? { ...Object.fromEntries([...pass.byKind].filter(([kind]) => kind !== 'other')) }
        : {};
      if (own && pass.interrupts > 0) byClass['external-interrupt'] = pass.interrupts;
      const unclassified = own ? (pass.byKind.get('other') ?? 0) : 0;
      const total = Object.values(byClass).reduce((sum, count) => sum + count, unclassified);
      const { operations, detail } = pass;
      return [
        keyOf(pass.countedAt, pass.level, pass.workload),
        { operations, total, byClass, unclassified, detail },
      ];
    }),
  );
  return {
    of: (hypervisorLevel, workloadLevel, workload) =>
      found.get(keyOf(hypervisorLevel, workloadLevel, workload)) ?? null,
  };
}
