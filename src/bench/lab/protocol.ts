import type { Facts } from '../environment/facts.ts';
import type { Clock } from '../record/record.ts';
import type { Effort } from '../workload/workload.ts';

/*
 * What an agent and the level below it say to each other: one JSON object a line. Up go reports, down go answers, and
 * an agent answers `turn` only: one level at a time has the turn, and all the others are idle meanwhile. A level hands everything its guest reports down to the
 * level below it, so that what L2 says arrives at the machine the lab runs on, which checks all of it
 * (protocol-schema.ts). Agents only look at the type: loading a schema library takes a nested guest many seconds.
 */
export const PROTOCOL_VERSION = 2;

/** One thing that speaks for a level's accelerator, and whether it was really seen. */
export interface Evidence {
  readonly claim: string;
  readonly holds: boolean;
}

/** A line for the record, as an agent made it. */
export interface ReportedLine {
  readonly kind: string;
  readonly [key: string]: unknown;
}

export type Report =
  /** The agent is up and wants to be told what to do. Answered by `configuration`. */
  | { readonly type: 'hello'; readonly protocol: typeof PROTOCOL_VERSION }
  /** A boot of this level begins. What an earlier boot of it reported and did not complete is void. */
  | { readonly type: 'boot'; readonly level: number; readonly attempt: number }
  /** The level says what it is; each level below it adds what it saw. */
  | {
      readonly type: 'level';
      readonly level: number;
      readonly bootSeconds: number;
      readonly environment: Facts;
      readonly evidence: readonly Evidence[];
    }
  /** A line for the record. */
  | { readonly type: 'record'; readonly level: number; readonly line: ReportedLine }
  | { readonly type: 'progress'; readonly level: number; readonly step: string }
  /** A level runs, and waits for one above it that boots; the outermost one says so while one measures, too. */
  | { readonly type: 'alive' }
  /** A counted workload begins or ends: every hypervisor below takes its counters. Answered by `go`. */
  | {
      readonly type: 'mark';
      readonly phase: 'begin' | 'end';
      readonly level: number;
      readonly workload: string;
      readonly operations: number;
    }
  /** The turn is over: its lines have been reported, and the level is idle again. */
  | ({ readonly type: 'turn-done'; readonly watched: Facts } & Turn)
  /** A boot of this level failed, or its agent did; it may be tried again. */
  | {
      readonly type: 'lost';
      readonly level: number;
      readonly reason: string;
      readonly console: readonly string[];
    }
  /** The level will not be tried again. */
  | {
      readonly type: 'gave-up';
      readonly level: number;
      readonly reason: string;
      readonly console: readonly string[];
    }
  /** What a guest got of CPUs that others wanted too. */
  | ({ readonly type: 'share' } & ContentionShare)
  /** All guests have contended. */
  | { readonly type: 'contended' }
  /** The agent itself failed. */
  | { readonly type: 'failed'; readonly reason: string };

export type ReportOf<Type extends Report['type']> = Extract<Report, { type: Type }>;

/** One workload to be measured at one level, in one block; or outside of blocks, to warm the level up. */
export interface Turn {
  readonly level: number;
  readonly block: number;
  readonly workload: string;
}

/** What one of several guests on the same CPUs got, and what it saw of that. */
export interface ContentionShare {
  /** Guests that were busy at the same time. */
  readonly busy: number;
  /** Which of them this is, from 1. */
  readonly guest: number;
  /** Cost of a round of the same work, in ns of the guest's clock. */
  readonly roundNs: number;
  /** Share of its time that the guest's kernel found stolen. */
  readonly stealShare: number;
  /** Share of the time they wanted that the guest's threads waited for a CPU of the level below. */
  readonly waitingShare: number;
}

/** Limits of one boot, in seconds of the clock of the level that waits. */
export interface BootPatience {
  readonly tries: number;
  readonly bootSeconds: number;
  readonly silenceSeconds: number;
}

/** What an agent has to know. Handed from level to level with only `level` changed. */
export interface AgentConfiguration {
  readonly level: number;
  /** The innermost level with a system of its own. */
  readonly depth: number;
  /** Whether that level is to run one more, a bare guest. */
  readonly bare: boolean;
  /** The level that the lab itself starts: it has no network, and its scratch directory is a RAM disk. */
  readonly outermost: number;
  readonly clock: Clock;
  readonly nsPerInstruction: number | null;
  readonly effort: Effort;
  readonly seed: number;
  /** All that are going to be measured: each level rehearses them once when it is up. */
  readonly workloads: readonly string[];
  /** Virtual CPUs of every level. */
  readonly vcpus: number;
  readonly patience: BootPatience;
  /** Further kernel parameters by level, and in which attempts (all when left out), for experiments and tests. */
  readonly kernelParameters: readonly {
    readonly level: number;
    readonly attempts?: readonly number[];
    readonly parameters: readonly string[];
  }[];
}

export type Answer =
  | { readonly type: 'configuration'; readonly configuration: AgentConfiguration }
  | { readonly type: 'go' }
  /** For the level it names, and handed on by those below it. */
  | { readonly type: 'turn'; readonly turn: Turn }
  /** For the metal: boot so many guests side by side and have them contend for its CPUs. */
  | { readonly type: 'contend'; readonly guests: number };

/** What came over the channel is not what the protocol allows. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

const REPORT_TYPES: ReadonlySet<string> = new Set<Report['type']>([
  'hello',
  'boot',
  'level',
  'record',
  'progress',
  'alive',
  'mark',
  'turn-done',
  'share',
  'contended',
  'lost',
  'gave-up',
  'failed',
]);
const ANSWER_TYPES: ReadonlySet<string> = new Set<Answer['type']>(['configuration', 'go', 'turn', 'contend']);

export const encode = (message: Report | Answer): string => `${JSON.stringify(message)}\n`;

/** Whether a line is a report of type `record`, by how `encode` begins one. */
export const isForTheRecord = (line: string): boolean => line.startsWith('{"type":"record",');

/** @throws {ProtocolError} when the line is no report; what is in the report is not looked at */
export const decodeReport = (line: string): Report => decode(line, REPORT_TYPES, 'an agent') as Report;

/** @throws {ProtocolError} when the line is no answer */
export const decodeAnswer = (line: string): Answer => decode(line, ANSWER_TYPES, 'the level below') as Answer;

function decode(line: string, types: ReadonlySet<string>, from: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolError(`${from} sent something that is no JSON: ${line.slice(0, 200)}`);
  }
  const type = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined;
  if (typeof type === 'string' && types.has(type)) return value;
  throw new ProtocolError(
    `${from} sent something unexpected: ${line.slice(0, 200)}; expected a message of type ${[...types].join(', ')}`,
  );
}
