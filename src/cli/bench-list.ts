import { GUEST_BOOT } from '../bench/workload/guest-boot.ts';
import { ALL_WORKLOADS } from '../bench/workload/run.ts';
import { plainTable } from '../report/terminal/plain-table.ts';
import type { Terminal } from './terminal.ts';

/** `nestmark bench list`: the workloads, what each is for, and whether it should cost the same at every level. */
export function benchList({ json }: { readonly json: boolean }, terminal: Terminal): void {
  const workloads = [...ALL_WORKLOADS, GUEST_BOOT].map((workload) => {
    const { name, class: kind, exercises, exitFree } = workload;
    return { name, class: kind, exitFree, exercises };
  });
  if (json) {
    terminal.out.write(`${JSON.stringify(workloads, null, 2)}\n`);
    return;
  }
  const rows = workloads.map(({ name, class: kind, exitFree, exercises }) => [
    name,
    kind,
    exitFree ? 'none' : 'yes',
    exercises,
  ]);
  terminal.out.write(`${plainTable(['Workload', 'Class', 'Exits', 'Exercises'], rows, 4)}\n`);
}
