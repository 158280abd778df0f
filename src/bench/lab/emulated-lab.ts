import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../environment/environment.ts';
import { ensureImage, type LabImage } from '../image/build-image.ts';
import { projectRoot } from '../image/project.ts';
import { findTool, requireTools } from '../image/tool.ts';
import type { Clock, RecordEnd, RecordHeader, RecordLine } from '../record/record.ts';
import { RECORD_SCHEMA } from '../record/record.ts';
import { WORKLOADS } from '../workload/run.ts';
import type { Effort } from '../workload/workload.ts';
import { MetalHost } from './metal-host.ts';
import type { AgentConfiguration, BootPatience, Report } from './protocol.ts';
import { checkReport } from './protocol-schema.ts';
import { memoryOf, NS_PER_INSTRUCTION } from './qemu-arguments.ts';
import { levelName, RecordAssembler } from './record-assembler.ts';
import { superviseGuest } from './supervise.ts';

export interface EmulatedLabOptions {
  readonly clock: Clock;
  /** The innermost level: 2 is metal, L1 and L2. */
  readonly depth?: number;
  readonly effort?: Effort;
  readonly seed?: number;
  /** Names of the workloads to run; all of them when left out. */
  readonly only?: readonly string[];
  readonly patience?: Partial<Patience>;
  /** Where the guests' image and kernel are kept. */
  readonly cache?: string;
  /** Further kernel parameters of single levels and attempts. */
  readonly kernelParameters?: AgentConfiguration['kernelParameters'];
  readonly signal?: AbortSignal;
  /** Each line of the record in turn: first the header, last the end. */
  readonly onLine: (line: RecordLine) => void | Promise<void>;
  readonly onProgress?: (event: LabProgress) => void;
}

export interface Patience extends BootPatience {
  /** How long everything together may take, in seconds of real time. */
  readonly totalSeconds: number;
}

export type LabProgress =
  | { readonly kind: 'preparing'; readonly step: string }
  | { readonly kind: 'booting'; readonly level: number; readonly attempt: number }
  | { readonly kind: 'reached'; readonly level: number; readonly bootSeconds: number }
  | { readonly kind: 'working'; readonly level: number; readonly step: string }
  | { readonly kind: 'measured'; readonly level: number }
  | {
      readonly kind: 'lost';
      readonly level: number;
      readonly reason: string;
      readonly console: readonly string[];
    };

const DEEPEST = 3;

/**
 * A healthy boot takes 4 s (metal), 8 s (L1) and 30 s (L2) of real time on a machine of 2024 with nothing else to do,
 * several times that on a busy one, and 3 to 8 s of virtual time, which passes three times as slowly. A guest that
 * hangs is told by its pulse long before these.
 */
const PATIENCE: Readonly<Record<Clock, Patience>> = {
  time: { tries: 4, bootSeconds: 300, silenceSeconds: 300, totalSeconds: 1200 },
  instructions: { tries: 4, bootSeconds: 60, silenceSeconds: 60, totalSeconds: 1200 },
};

/** Of the metal, in real time. It is silent for as long as the deepest boot takes. */
const METAL_PATIENCE = { bootSeconds: 300, silenceSeconds: 600 };

/** What a run came to: which levels measured everything, or as much as they could. */
export interface LabResult {
  readonly levelsReached: readonly number[];
  /** Whether every level up to the depth has measured everything. */
  readonly complete: boolean;
}

/**
 * Boots the emulated metal, L1 and so on up to the depth, has every level measured, and hands on the lines of the
 * record. Levels that are not reached become lines of kind `missing`.
 *
 * @throws {MissingRequirement} when the machine lacks something, before the first line; {ProbeBuildError} likewise
 * @throws the reason `signal` is aborted with, when it is: nothing of the lab is left then
 */
export async function runEmulatedLab(options: EmulatedLabOptions): Promise<LabResult> {
  const { clock, depth = 2, effort = 'default', seed = 1, signal, onProgress = () => undefined } = options;
  if (!Number.isInteger(depth) || depth < 0 || depth > DEEPEST) {
    throw new RangeError(`depth is ${depth}, expected a whole number from 0 (the metal alone) to ${DEEPEST}`);
  }
  requireTools(['setpriv']);
  const image = await ensureImage({
    cache: options.cache,
    signal,
    onStep: (step) => onProgress({ kind: 'preparing', step }),
  });
  signal?.throwIfAborted();
  const patience = { ...PATIENCE[clock], ...options.patience };
  const host = new MetalHost(image, { clock, depth });
  const stop = new AbortController();
  const lines = new LineQueue(options.onLine, () => stop.abort());
  lines.push(await header({ clock, depth, effort, seed, only: options.only, image, patience, host }));

  const assembler = new RecordAssembler(depth, (line) => lines.push(line), options.only);
  const take = (report: Report): void => {
    assembler.take(report);
    const progress = progressOf(report);
    if (progress !== null) onProgress(progress);
  };
  const timer = setTimeout(() => stop.abort(), patience.totalSeconds * 1000);
  let ending = 'the run ended before it';
  let complete = false;
  try {
    complete = await superviseGuest({
      level: 0,
      configuration: {
        ...{ level: 0, depth, clock, effort, seed, measured: [] },
        nsPerInstruction: clock === 'instructions' ? NS_PER_INSTRUCTION : null,
        ...(options.only === undefined ? {} : { only: [...options.only] }),
        patience: {
          tries: patience.tries,
          bootSeconds: patience.bootSeconds,
          silenceSeconds: patience.silenceSeconds,
        },
        kernelParameters: options.kernelParameters ?? [],
      },
      host,
      upstream: { report: take, mark: () => undefined },
      read: checkReport,
      patience: { ...METAL_PATIENCE, tries: patience.tries },
      signal: AbortSignal.any([stop.signal, ...(signal === undefined ? [] : [signal])]),
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (!stop.signal.aborted) throw error;
    // When it was a line that could not be handed on, this says so.
    await lines.drained();
    ending = `the run was ended after ${patience.totalSeconds} s, which is all it was given`;
  } finally {
    clearTimeout(timer);
  }
  const levelsReached = assembler.finish(ending, host.consoleTail());
  const end: RecordEnd = { kind: 'end', finished: new Date().toISOString(), levelsReached };
  lines.push(end);
  await lines.drained();
  return { levelsReached, complete };
}

/** Calls back line by line, each after the one before is done with. */
class LineQueue {
  readonly #onLine: EmulatedLabOptions['onLine'];
  readonly #onFailure: () => void;
  #last: Promise<void> = Promise.resolve();

  /** @param onFailure called when a line could not be handed on; those after it are not */
  constructor(onLine: EmulatedLabOptions['onLine'], onFailure: () => void) {
    this.#onLine = onLine;
    this.#onFailure = onFailure;
  }

  push(line: RecordLine): void {
    this.#last = this.#last.then(() => this.#onLine(line));
    // Told by `drained`; until then it is no unhandled rejection.
    this.#last.catch(this.#onFailure);
  }

  /** @throws what the first line that failed failed with */
  drained(): Promise<void> {
    return this.#last;
  }
}

function progressOf(report: Report): LabProgress | null {
  switch (report.type) {
    case 'boot':
      return { kind: 'booting', level: report.level, attempt: report.attempt };
    case 'level':
      return { kind: 'reached', level: report.level, bootSeconds: report.bootSeconds };
    case 'progress':
      return { kind: 'working', level: report.level, step: report.step };
    case 'measured':
      return { kind: 'measured', level: report.level };
    case 'lost':
      return { kind: 'lost', level: report.level, reason: report.reason, console: report.console };
    case 'gave-up':
      return { kind: 'lost', level: report.level, reason: `given up: ${report.reason}`, console: [] };
    default:
      return null;
  }
}

interface Run {
  readonly clock: Clock;
  readonly depth: number;
  readonly effort: Effort;
  readonly seed: number;
  readonly only: readonly string[] | undefined;
  readonly image: LabImage;
  readonly patience: Patience;
  readonly host: MetalHost;
}

async function header({
  clock,
  depth,
  effort,
  seed,
  only,
  image,
  patience,
  host,
}: Run): Promise<RecordHeader> {
  const memory = Array.from({ length: depth + 1 }, (_, level) => [
    `memory-mib.${levelName(level)}`,
    memoryOf(level, depth),
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
    plan: {
      boots: 1,
      blocks: 1,
      order: 'by-level',
      workloads: [...(only ?? WORKLOADS.map(({ name }) => name))],
    },
    settings: {
      ...{ depth, effort, 'image.key': image.key, 'guest-kernel.release': image.kernelRelease },
      ...Object.fromEntries(memory),
      ...Object.fromEntries(Object.entries(patience).map(([key, value]) => [`patience.${key}`, value])),
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
