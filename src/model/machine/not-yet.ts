import { MachineError } from './machine-error.ts';
import type { Topology } from './topology.ts';

/** @throws MachineError for what the specification can say and the exact engine does not simulate. */
export function refuseWhatIsNotSimulated({ layers }: Topology): void {
  for (const { name, scheduler } of layers) {
    if (scheduler.policy !== 'fair') continue;
    throw new MachineError(
      `${name}: the scheduling policy fair is not simulated slice by slice; use the fluid engine, or another policy`,
    );
  }
}
