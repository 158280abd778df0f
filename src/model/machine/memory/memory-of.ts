import type { MemoryMeasurement } from '../measurement.ts';
import type { Topology } from '../topology.ts';
import { pressureIn } from './swapping.ts';

/** Where the memory of every hypervisor goes whose memory is given. */
export function memoryOf({ layers }: Topology): MemoryMeasurement[] {
  return layers.flatMap(({ name, level, hypervisor, guest }) => {
    const pressure = hypervisor === null ? null : pressureIn(hypervisor);
    return pressure === null
      ? []
      : [{ entity: name, role: guest?.specification.role ?? null, level, ...pressure }];
  });
}
