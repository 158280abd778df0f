import type { CpuTime } from '../machine/measurement.ts';
import type { ReplicationOutcome } from './replication.ts';
import type { Metric } from './result.ts';
import { rowOf, type SampledRow, unlessZero } from './row.ts';

/** Where the host's CPU time went, in per cent of all of it; hypervisor time is told apart by level. */
export function hostRows(outcomes: readonly ReplicationOutcome[]): readonly SampledRow[] {
  const { machine } = outcomes[0]!;
  const baseLevel = baseLevelOf(outcomes[0]!);
  const row = (level: number, metric: Metric, part: (cpu: CpuTime) => number): SampledRow[] =>
    rowOf(
      { entity: 'host', level, metric, unit: '%' },
      outcomes.map((outcome) => (100 * part(outcome.machine.cpu)) / total(outcome.machine.cpu)),
    );
  return [
    ...row(baseLevel, 'cpu-guest', ({ guest }) => guest),
    ...machine.cpu.hypervisor.flatMap((_, level) =>
      row(level, 'cpu-hypervisor', ({ hypervisor }) => hypervisor[level]!),
    ),
    ...row(baseLevel, 'cpu-switch', (cpu) => cpu.switch),
    ...row(baseLevel, 'cpu-spin', ({ spin }) => spin),
    ...unlessZero(row(baseLevel, 'cpu-polling', ({ polling }) => polling)),
    ...row(baseLevel, 'cpu-idle', ({ idle }) => idle),
  ];
}

/** The level of the outermost hypervisor we schedule: one below its guests. */
function baseLevelOf({ machine }: ReplicationOutcome): number {
  return Math.min(...machine.guests.map(({ level }) => level)) - 1;
}

function total({ guest, hypervisor, switch: worldSwitch, spin, polling, idle }: CpuTime): number {
  return hypervisor.reduce((sum, time) => sum + time, guest + worldSwitch + spin + polling + idle);
}
