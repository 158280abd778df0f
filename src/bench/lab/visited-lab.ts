import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../environment/environment.ts';
import { projectRoot } from '../image/project.ts';
import { requireTools } from '../image/tool.ts';
import { compileProbe } from '../probe/compile.ts';
import { readProbeInformation } from '../probe/run.ts';
import { RECORD_SCHEMA, type RecordHeader, type RecordLevel, type RecordLine } from '../record/record.ts';
import { requireWorkloads, WORKLOADS } from '../workload/run.ts';
import { TOOL_WORKLOADS } from '../workload/tools.ts';
import type { Effort } from '../workload/workload.ts';
import type { LabProgress } from './lab-progress.ts';
import { type LabResult, type LadderHost, type LadderPlan, LadderRun } from './ladder-run.ts';
import { readMachines } from './machines-file.ts';
import type { ReportOf } from './protocol.ts';
import type { Machine } from './qemu-process.ts';
import { inWords } from './record-assembler.ts';
import { hostAlias, sshConfig } from './ssh-config.ts';
import { VISITOR, visitorBundle } from './visitor-bundle.ts';
import { remoteScript, startLocalVisitor, startRemoteVisitor } from './visitor-process.ts';

export interface VisitedLabOptions {
  readonly effort?: Effort;
  readonly seed?: number;
  readonly blocks?: number;
  readonly only?: readonly string[] | undefined;
  /** Well-known benchmarks too, where they are installed. */
  readonly tools?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLines: (lines: readonly RecordLine[]) => void | Promise<void>;
  readonly onProgress?: ((event: LabProgress) => void) | undefined;
}

const PATIENCE = { tries: 3, bootSeconds: 300, silenceSeconds: 300, totalSeconds: 24 * 3600 };

/** A level that is there already: an agent visits it. */
class VisitedHost implements LadderHost {
  readonly level: number;
  readonly #visit: () => Machine | Promise<Machine>;
  #machine: Machine | null = null;

  constructor(level: number, visit: () => Machine | Promise<Machine>) {
    this.level = level;
    this.#visit = visit;
  }

  async start(): Promise<Machine> {
    this.#machine = await this.#visit();
    return this.#machine;
  }

  get pid(): number | null {
    return null;
  }

  consoleTail(): readonly string[] {
    return this.#machine?.console.last() ?? [];
  }

  beforeStart(): void {}

  evidenceForGuest(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  evidenceForDeeper(): readonly [] {
    return [];
  }

  mark(): void {}

  stopCounting(): void {}

  pulse(): null {
    return null;
  }
}

/**
 * This machine as it is, at the level it is at as far as it can tell: 0 without a hypervisor, 1 inside one. How many
 * more there are below that one no guest can see.
 * @throws {ProbeBuildError} when the native probe cannot be built
 */
export async function runHereLab(options: VisitedLabOptions): Promise<LabResult> {
  const directory = await mkdtemp(join(tmpdir(), 'nestmark-here-'));
  try {
    const probe = join(directory, 'probe');
    await compileProbe(probe);
    const { hypervisorBit = false } = await readProbeInformation(probe);
    const level = hypervisorBit ? 1 : 0;
    const command = [process.execPath, join(projectRoot(), VISITOR), directory, probe];
    const hosts = [new VisitedHost(level, () => startLocalVisitor(command))];
    return await visit('here', hosts, options, {});
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Machines somebody else has set up, reached by the system's ssh.
 * @throws {MachinesError} when the file of machines is not what it should be; {ProbeBuildError}; {MissingRequirement}
 */
export async function runSshLab(file: string, options: VisitedLabOptions): Promise<LabResult> {
  requireTools(['ssh', 'tar']);
  const machines = await readMachines(file);
  const bundle = await visitorBundle(options.signal);
  const directory = await mkdtemp(join(tmpdir(), 'nestmark-ssh-'));
  try {
    const config = join(directory, 'config');
    await writeFile(config, sshConfig(machines), { mode: 0o600 });
    const hosts = [...machines.machines]
      .sort((a, b) => a.level - b.level)
      .map((machine) => {
        const command = [
          'ssh',
          '-T',
          '-F',
          config,
          hostAlias(machine, machines),
          remoteScript(machine.scratch),
        ];
        return new VisitedHost(machine.level, () => startRemoteVisitor(command, bundle, options.signal));
      });
    const names = machines.machines.map(({ name, level }) => [`machine.L${level}`, name]);
    return await visit('ssh', hosts, options, Object.fromEntries(names));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function visit(
  lab: 'here' | 'ssh',
  hosts: readonly VisitedHost[],
  {
    effort = 'default',
    seed = 1,
    blocks = 5,
    only,
    tools = false,
    signal,
    onLines,
    onProgress,
  }: VisitedLabOptions,
  settings: RecordHeader['settings'],
): Promise<LabResult> {
  if (only !== undefined) requireWorkloads(only);
  const names = WORKLOADS.map(({ name }) => name);
  const toolNames = TOOL_WORKLOADS.map(({ name }) => name);
  const levels = hosts.map(({ level }) => level);
  const plan: LadderPlan = {
    ...{ clock: 'time', effort, seed, boots: 1, blocks, vcpus: 1, levels, patience: PATIENCE },
    workloads: [
      ...names.filter((name) => only?.includes(name) ?? true),
      ...toolNames.filter((name) => tools || (only?.includes(name) ?? false)),
    ],
  };
  const header: RecordHeader = {
    ...{
      kind: 'header',
      schema: RECORD_SCHEMA,
      id: randomUUID(),
      lab,
      clock: 'time',
      nsPerInstruction: null,
    },
    version: (JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string })
      .version,
    started: new Date().toISOString(),
    seed,
    plan: { boots: 1, blocks, order: 'random', workloads: plan.workloads },
    settings: { effort, ...settings },
    machine: lab === 'here' ? await readEnvironment() : {},
  };
  const run = new LadderRun({
    ...{
      plan,
      started: levels,
      newHosts: () => hosts,
      acceleratorOf,
      boots: false,
      signal,
      onLines,
      onProgress,
    },
  });
  return await run.all(header);
}

/** What CPUID inside says alone: who runs the level is not seen from below. */
function acceleratorOf({ environment, evidence }: ReportOf<'level'>): RecordLevel['accelerator'] {
  const hypervisors = String(environment['cpuid.hypervisors'] ?? '').split(' ');
  const kvm = hypervisors.includes('KVMKVMKVM');
  const emulated = hypervisors.includes('TCGTCGTCGTCG');
  return {
    name: kvm ? 'kvm' : emulated ? 'emulated-cpu' : hypervisors[0] === '' ? 'none' : 'other',
    verified: evidence.every(({ holds }) => holds),
    evidence: inWords(evidence),
  };
}
