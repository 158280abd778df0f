import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkKvm } from '../doctor/kvm.ts';
import { readEnvironment } from '../environment/environment.ts';
import { ensureImage, type LabImage } from '../image/build-image.ts';
import { MissingRequirement } from '../image/missing-requirement.ts';
import { projectRoot } from '../image/project.ts';
import { findOptionalTool, findTool, requireTools } from '../image/tool.ts';
import type { BenchRecord, Clock, RecordHeader, RecordLine } from '../record/record.ts';
import { RECORD_SCHEMA } from '../record/record.ts';
import { BARE_LEVEL, BARE_OPERATIONS } from '../workload/bare-operations.ts';
import { ALL_WORKLOADS, requireWorkloads, WORKLOADS } from '../workload/run.ts';
import type { Effort } from '../workload/workload.ts';
import type { LabProgress } from './lab-progress.ts';
import { type LabResult, type LadderPlan, LadderRun, type Patience } from './ladder-run.ts';
import { MetalHost } from './metal-host.ts';
import { type NamedSettings, toSettings } from './named-settings.ts';
import { memoryOf, NS_PER_INSTRUCTION } from './qemu-arguments.ts';
import { acceleratorOnThisMachine, levelName } from './record-assembler.ts';

export interface EmulatedLabOptions extends NamedSettings {
  /** Which accelerator the lab's own machine runs on: emulation, or this machine's KVM (then it is L1). */
  readonly lab?: 'emulated' | 'kvm';
  readonly clock: Clock;
  /** The innermost level: 2 is metal, L1 and L2. */
  readonly depth?: number;
  readonly effort?: Effort;
  readonly seed?: number;
  /** The outer repetition: how often everything is booted anew. */
  readonly boots?: number;
  /** Blocks in each boot: every workload at every level once, in random order. */
  readonly blocks?: number;
  /** Virtual CPUs of every level; more than one on the time clock only. */
  readonly vcpus?: number;
  /** Names of the workloads to run; all of them when left out. */
  readonly only?: readonly string[];
  readonly patience?: Partial<Patience>;
  /** Where the guests' image and kernel are kept. */
  readonly cache?: string;
  readonly signal?: AbortSignal;
  /** What an earlier run has measured and written; only what is missing is measured then, and no header comes. */
  readonly resumed?: BenchRecord;
  /** Lines of the record in turn, those together that belong together: first the header, last the end. */
  readonly onLines: (lines: readonly RecordLine[]) => void | Promise<void>;
  readonly onProgress?: (event: LabProgress) => void;
}

const DEFAULT_BLOCKS = 5;
const MOST_VCPUS = 4;

/**
 * A healthy boot takes 4 s (metal), 8 s (L1) and 30 s (L2) of real time on a machine of 2024 with nothing else to do,
 * several times that on a busy one, and 3 to 8 s of virtual time, which passes three times as slowly. A guest that
 * hangs is told by its pulse long before these. On the instruction clock a nested guest's first tries may end early, by
 * a reset, which costs little.
 */
const PATIENCE: Readonly<Record<Clock, Patience>> = {
  time: { tries: 4, bootSeconds: 300, silenceSeconds: 300, totalSeconds: 2400 },
  instructions: { tries: 8, bootSeconds: 60, silenceSeconds: 60, totalSeconds: 2400 },
};

/** Processors of a guest that wait for each other wait for the emulation of all of them, at every level. */
function patienceOf(clock: Clock, vcpus: number): Patience {
  const { tries, bootSeconds, silenceSeconds, totalSeconds } = PATIENCE[clock];
  return {
    tries,
    bootSeconds: bootSeconds * vcpus,
    silenceSeconds: silenceSeconds * vcpus,
    totalSeconds: totalSeconds * vcpus,
  };
}

/** The lab has changed since the run that is to be resumed: what it would measure does not belong to that record. */
export class NotTheSameLab extends Error {
  override readonly name = 'NotTheSameLab';
}

/**
 * Boots the emulated metal, L1 and so on up to the depth, gives the turn to one level at a time until every block is
 * measured, and hands on the lines of the record. Levels that are not reached become lines of kind `missing`.
 *
 * @throws {MissingRequirement} when the machine lacks something, before the first line; {ProbeBuildError} likewise
 * @throws {NotTheSameLab} when a run cannot be resumed
 * @throws the reason `signal` is aborted with, when it is: nothing of the lab is left then
 */
export async function runEmulatedLab(options: EmulatedLabOptions): Promise<LabResult> {
  const { signal, onProgress = () => undefined } = options;
  const plan = planOf(options);
  const { lab = 'emulated' } = options;
  if (lab === 'kvm') await requireKvm(options);
  requireTools(['setpriv']);
  const image = await ensureImage({
    ...{ cache: options.cache, kernel: options.kernel, qemu: options.qemu },
    signal,
    onStep: (step) => onProgress({ kind: 'preparing', step }),
  });
  signal?.throwIfAborted();
  const { resumed, kernelParameters, onLines } = options;
  if (resumed !== undefined) requireSameImage(resumed, image);
  const level = lab === 'kvm' ? 1 : 0;
  const newHost = (): MetalHost => new MetalHost(image, { ...plan, level, depth: systemsOf(plan) });
  const run = new LadderRun({
    plan,
    started: [level],
    newHosts: () => [newHost()],
    ...(lab === 'kvm' ? { acceleratorOf: acceleratorOnThisMachine } : {}),
    kernelParameters,
    signal,
    resumed,
    onLines,
    onProgress,
  });
  return await run.all(
    resumed === undefined ? { ...(await header(plan, image, newHost(), options)), lab } : undefined,
  );
}

/** @throws {MissingRequirement} saying why KVM does not work here */
async function requireKvm({ clock, qemu }: EmulatedLabOptions): Promise<void> {
  if (clock === 'instructions')
    throw new RangeError('the lab kvm has no instruction clock, which is the emulation’s: use --clock time');
  const { works, why, packages } = await checkKvm(
    qemu ?? findOptionalTool('qemu-system-x86_64'),
    await readEnvironment(),
  );
  if (!works)
    throw new MissingRequirement(
      `the lab kvm does not work on this machine: ${why}. The lab emulated needs no KVM; nestmark doctor says what else works here`,
      packages,
    );
}

/** @throws {RangeError} for what no ladder can be */
function planOf(options: EmulatedLabOptions): LadderPlan {
  const { clock, depth = 2, effort = 'default', seed = 1, boots = 1, blocks = DEFAULT_BLOCKS } = options;
  const { vcpus = 1, only } = options;
  const inRange = (what: string, value: number, low: number, high: number, why = ''): void => {
    if (Number.isInteger(value) && value >= low && value <= high) return;
    throw new RangeError(`${what} is ${value}, expected a whole number from ${low} to ${high}${why}`);
  };
  inRange('depth', depth, 0, BARE_LEVEL);
  inRange('boots', boots, 1, 1000);
  inRange('blocks', blocks, 1, 1000);
  if (clock === 'instructions')
    inRange('vcpus', vcpus, 1, 1, ': the instruction clock is that of one processor');
  else inRange('vcpus', vcpus, 1, MOST_VCPUS);
  if (only !== undefined) requireWorkloads(only);
  const names = (depth === BARE_LEVEL ? [...WORKLOADS, ...BARE_OPERATIONS] : WORKLOADS).map(
    ({ name }) => name,
  );
  return {
    ...{ clock, effort, seed, boots, blocks, vcpus },
    levels: Array.from({ length: depth + 1 }, (_, level) => level).slice(options.lab === 'kvm' ? 1 : 0),
    workloads:
      only === undefined
        ? names
        : ALL_WORKLOADS.map(({ name }) => name).filter((name) => only.includes(name)),
    patience: { ...patienceOf(clock, vcpus), ...options.patience },
  };
}

/** The innermost level with a system of its own. */
const systemsOf = ({ levels }: LadderPlan): number => Math.min(levels.at(-1)!, BARE_LEVEL - 1);

function requireSameImage({ header: { settings } }: BenchRecord, image: LabImage): void {
  if (settings['image.key'] === image.key) return;
  throw new NotTheSameLab(
    `what the guests boot from has changed since this record was begun (image ${settings['image.key']} then, ${image.key} now: another nestmark, Node, QEMU or kernel); what it would measure does not belong to the same record. What was measured stays where it is: start a new record under another name.`,
  );
}

async function header(
  plan: LadderPlan,
  image: LabImage,
  host: MetalHost,
  named: NamedSettings,
): Promise<RecordHeader> {
  const { clock, effort, seed, boots, blocks, vcpus, workloads, patience } = plan;
  const depth = plan.levels.at(-1)!;
  const systems = systemsOf(plan);
  const memory = Array.from({ length: systems + 1 }, (_, level) => [
    `memory-mib.${levelName(level)}`,
    memoryOf(level, systems),
  ]);
  return {
    kind: 'header',
    schema: RECORD_SCHEMA,
    id: randomUUID(),
    version: (JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string })
      .version,
    lab: 'emulated',
    clock,
    nsPerInstruction: clock === 'instructions' ? NS_PER_INSTRUCTION : null,
    started: new Date().toISOString(),
    seed,
    plan: { boots, blocks, order: 'random', workloads },
    settings: {
      ...{ depth, effort, vcpus, 'image.key': image.key, 'guest-kernel.release': image.kernelRelease },
      ...Object.fromEntries(memory),
      ...Object.fromEntries(Object.entries(patience).map(([key, value]) => [`patience.${key}`, value])),
      ...toSettings(named),
      'qemu.arguments': host.arguments().map(anonymous).join(' '),
    },
    machine: facts(await readEnvironment({ qemuPath: findTool('qemu-system-x86_64') }), EMULATOR_FACTS),
  };
}

/**
 * What matters of the machine that only emulates the metal: how fast it may be and what with. The rest of it, such as
 * its kernel's command line, explains no figure and is nobody's business who reads a record.
 */
const EMULATOR_FACTS = [
  'cpu.count',
  'cpu.vendor',
  'cpu.model-name',
  'cpu.mhz',
  'cpu.steal-share',
  'memory.total-bytes',
  'kernel.release',
  'clock-source.current',
  'load',
  'node.version',
  'qemu.version',
] as const;

function facts(environment: RecordHeader['machine'], names: readonly string[]): RecordHeader['machine'] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.includes(name)));
}

/** Where the cache is says who ran this, and nothing about what ran. */
const anonymous = (argument: string): string => argument.replaceAll(/(^|=)\/\S*\//g, '$1');
