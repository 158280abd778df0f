import type { AgentConfiguration, ReportedLine } from '../lab/protocol.ts';
import type { Upstream } from '../lab/supervise.ts';
import { countedWorkloads, runWorkloads, type WorkloadRunOptions } from '../workload/run.ts';

/**
 * Phases in which nothing is done, taken like the others: what taking them counts is then known and taken off
 * (src/bench/agent/hypervisor.ts). They carry this name and no operation.
 */
export const EMPTY_PHASE = 'empty-phase';
const EMPTY_PHASES = 5;

/** Times every workload, and then, in a pass of its own, has the levels below count its exits. */
export async function measure(
  { level, ...configuration }: AgentConfiguration,
  { probePath, scratchDirectory }: Pick<WorkloadRunOptions, 'probePath' | 'scratchDirectory'>,
  upstream: Upstream,
): Promise<void> {
  const { clock, nsPerInstruction, effort, seed, only } = configuration;
  const options: WorkloadRunOptions = {
    ...{ clock, nsPerInstruction, level, effort, seed, probePath, scratchDirectory },
    ...(only === undefined ? {} : { only }),
  };
  const report = (line: ReportedLine): void => upstream.report({ type: 'record', level, line });
  const progress = (step: string): void => upstream.report({ type: 'progress', level, step });

  progress('timing the workloads');
  for await (const line of runWorkloads(options)) {
    report({ ...line });
    progress(`timed ${line.workload}`);
  }
  // The metal has no hypervisor below it that could count.
  if (level === 0) return;

  progress('counting exits');
  const mark = (phase: 'begin' | 'end', workload: string, operations: number): void =>
    upstream.mark({ type: 'mark', phase, level, workload, operations });
  for (let i = 0; i < EMPTY_PHASES; i++) {
    mark('begin', EMPTY_PHASE, 0);
    mark('end', EMPTY_PHASE, 0);
  }
  for (const counted of countedWorkloads(options)) {
    // Why it is not available has been said by the timed pass.
    if (!(await counted.prepare()).available) continue;
    mark('begin', counted.workload, counted.operations);
    await counted.run();
    mark('end', counted.workload, counted.operations);
    await counted.finish();
    progress(`counted the exits of ${counted.workload}`);
  }
}
