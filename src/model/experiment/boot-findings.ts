import { NS_PER_SECOND } from '../kernel/units.ts';
import type { BootMeasurement } from '../machine/boot/simulate-boot.ts';
import { diskUse } from './disk-rows.ts';
import type { ReplicationOutcome } from './replication.ts';
import type { Finding } from './result.ts';

/** Of what there is, the share from which on something holds everybody up. */
const BINDS = 0.8;
/** Of the time CPUs were busy, the share spent spinning from which on the lock is what holds everybody up. */
const SPINS = 0.2;

/** What holds coming up back, and what did not come up. */
export function bootFindings(outcomes: readonly ReplicationOutcome[]): Finding[] {
  const boots = outcomes.flatMap(({ boot }) => (boot === null ? [] : [boot]));
  return boots.length === 0 ? [] : [...notUp(boots), ...heldUpBy(boots)];
}

function notUp(boots: readonly BootMeasurement[]): Finding[] {
  const worst = boots.reduce((most, boot) => (missing(boot) > missing(most) ? boot : most));
  if (missing(worst) === 0) return [];
  return [
    {
      severity: 'error',
      code: 'boot-given-up',
      text: `${missing(worst)} of ${worst.guests.length} VMs were not up after ${Math.round(worst.end / NS_PER_SECOND)} s, when they were given up; boot times say how long they were watched, not when they would be up`,
    },
  ];
}

const missing = ({ guests }: BootMeasurement): number => guests.filter(({ upAt }) => upAt === null).length;

function heldUpBy(boots: readonly BootMeasurement[]): Finding[] {
  const over = (of: (boot: BootMeasurement) => number): number =>
    boots.reduce((sum, boot) => sum + of(boot), 0) / boots.length;
  const busy = over(({ cpu }) => 1 - cpu.idle / total(cpu));
  const spin = over(({ cpu }) => (total(cpu) === cpu.idle ? 0 : cpu.spin / (total(cpu) - cpu.idle)));
  const disk = over(({ storage }) => (storage === null ? 0 : diskUse(storage).share));
  const say = (text: string): Finding[] => [{ severity: 'note', code: 'boot-bound', text }];
  const used = `CPUs ${percent(busy)} busy, disk ${percent(disk)} used`;
  if (spin >= SPINS) {
    return say(
      `While VMs come up, ${percent(spin)} of the busy CPU time is waiting for the lock of the outermost hypervisor's page tables, which faults on fresh memory take (${used}): start fewer at a time`,
    );
  }
  if (disk >= BINDS && disk >= busy) {
    const { by } = diskUse(boots.find(({ storage }) => storage !== null)!.storage!);
    return say(`Coming up is held back by the host's disk, by ${by} (${used})`);
  }
  if (busy >= BINDS) return say(`Coming up is held back by the CPUs (${used})`);
  return say(`Nothing is used up while VMs come up (${used}): it takes as long as each of them takes`);
}

const total = ({ guest, hypervisor, switch: worldSwitch, spin, idle }: BootMeasurement['cpu']): number =>
  hypervisor.reduce((sum, time) => sum + time, guest + worldSwitch + spin + idle);

const percent = (share: number): string => `${Math.round(100 * share)} %`;
