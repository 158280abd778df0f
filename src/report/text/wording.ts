import type {
  BasisCount,
  Finding,
  Metric,
  PhaseRows,
  Row,
  TargetVerdict,
} from '../../model/experiment/result.ts';
import { BASES } from '../../model/scenario/figure.ts';

interface MetricWords {
  /** As a column head or an axis title. */
  readonly title: string;
  /** What the figure is, for a reader who meets it for the first time. */
  readonly meaning: string;
}

/** Phases beside the exercise, as titles. */
export const PHASE_WORDS: Readonly<Record<PhaseRows['kind'], string>> = {
  install: 'While something is installed',
  idle: 'While nobody works',
};

export const METRIC_WORDS: Readonly<Record<Metric, MetricWords>> = {
  slowdown: {
    title: 'Slowdown',
    meaning: 'mean response against the same VM alone on the metal',
  },
  'slowdown-p95': {
    title: 'Slowdown p95',
    meaning: '95th percentile of response against the 95th percentile alone on the metal',
  },
  response: { title: 'Response', meaning: 'time from a request to its answer' },
  throughput: { title: 'Throughput', meaning: 'requests finished each second' },
  running: {
    title: 'Running',
    meaning: 'had a CPU as its own hypervisor sees it, share of wall time',
  },
  ready: {
    title: 'Ready',
    meaning: 'wanted to run and was not picked by its own hypervisor, share of wall time',
  },
  steal: { title: 'Steal', meaning: 'the same time as the guest’s own counter shows it' },
  'hidden-steal': {
    title: 'Hidden steal',
    meaning: 'believed itself running while a level below had taken the CPU away; no guest counter shows it',
  },
  'co-stop': {
    title: 'Co-stop',
    meaning: 'wanted to run and was stopped for being too far ahead of a sibling vCPU',
  },
  limited: { title: 'Limited', meaning: 'wanted to run and its VM had used up its CPU limit' },
  halted: { title: 'Halted', meaning: 'had nothing to do, share of wall time' },
  spin: {
    title: 'Spinning',
    meaning: 'kept its CPU and waited for a task on another vCPU, share of wall time',
  },
  polling: { title: 'Polled', meaning: 'had halted and was waited for on its CPU, share of wall time' },
  'spin-exits': { title: 'Spin exits', meaning: 'times a second a vCPU trapped because it spun' },
  'lock-wait': { title: 'Lock wait', meaning: 'mean wait for a critical section' },
  'lock-holder-preempted': {
    title: 'Holder preempted',
    meaning: 'critical sections during which a level below took the CPU of who held the lock',
  },
  'barrier-wait': { title: 'Barrier wait', meaning: 'mean wait of a task for the others at a barrier' },
  'cpu-guest': { title: 'Guest work', meaning: 'what the CPUs were bought for' },
  'cpu-hypervisor': {
    title: 'Hypervisor',
    meaning: 'handling exits, scheduling and switching at this level',
  },
  'cpu-switch': { title: 'World switches', meaning: 'leaving and entering guests' },
  'cpu-spin': { title: 'Spinning', meaning: 'waiting for a lock while holding a CPU' },
  'cpu-polling': { title: 'Polling', meaning: 'waiting on the CPU of a vCPU that halted, before it sleeps' },
  'cpu-idle': { title: 'Idle', meaning: 'nothing to run' },
  'frames-delivered': { title: 'Delivered', meaning: 'frames that reached the machine they were for' },
  'frames-copied': { title: 'Copied', meaning: 'copies made for promiscuous ports beside the wanted one' },
  'frames-dropped': { title: 'Dropped', meaning: 'wanted frames lost, and copies that found a full ring' },
  'dropped-forged-transmit': {
    title: 'Forged transmits',
    meaning: 'frames lost because their source is not the address of the port',
  },
  'dropped-unknown-target': { title: 'Unknown target', meaning: 'frames lost for want of a known port' },
  'dropped-ring-full': { title: 'Full ring', meaning: 'frames lost because a ring was full' },
  'dropped-nat-inward': {
    title: 'Stopped by NAT',
    meaning: 'frames lost because NAT lets nobody in uninvited',
  },
  'dropped-table-full': {
    title: 'Full MAC table',
    meaning: 'frames lost because their source found no place in it',
  },
  'dropped-flood-limit': {
    title: 'Over the flood limit',
    meaning: 'frames for unknown addresses over the limit',
  },
  'dropped-copies': { title: 'Copies lost', meaning: 'copies that found a full ring' },
  'frames-discarded': {
    title: 'Looked at in vain',
    meaning: 'unwanted copies that were looked at and dropped',
  },
  'frames-flooded': {
    title: 'Flooded',
    meaning: 'frames that went to every port, their address being unknown',
  },
  'frames-broadcast': {
    title: 'Broadcasts',
    meaning: 'broadcast and multicast frames that came to the switch',
  },
  'disk-throughput': { title: 'Disk', meaning: 'I/Os that the host’s disk did each second' },
  'disk-used': { title: 'Disk used', meaning: 'of what the host’s disk can do, by its nearest limit' },
  'disk-latency': { title: 'Disk latency', meaning: 'time of an I/O at the host’s disk, its wait included' },
  'disk-latency-p95': { title: 'Disk latency p95', meaning: '95th percentile of that' },
  'disk-wait': { title: 'I/O', meaning: 'time of an I/O as the VM sees it, through all layers' },
  'memory-used': { title: 'Memory', meaning: 'what a hypervisor and its VMs use, against what there is' },
  'memory-swapped': { title: 'Swapped', meaning: 'of what its VMs work with, what is swapped out' },
  'boot-time': { title: 'Boot', meaning: 'from the start of a VM until it is up' },
  'boot-all': { title: 'All up', meaning: 'from the first start until the last VM is up' },
  'nic-out': { title: 'Network card, out', meaning: 'of what the host’s card can send, what it did' },
  'nic-in': { title: 'Network card, in', meaning: 'of what the host’s card can receive, what it did' },
};

const TARGET_WORDS: Readonly<Record<string, string>> = {
  'probe-p95-slowdown': 'the probe’s p95 slowdown',
  ready: 'ready time of the role that waits most',
  'boot-all-within': 'the time until all are up',
  'memory-headroom': 'the memory left where there is least',
  'disk-latency': 'the disk’s p95 latency',
};

/** A target's name in words; a name we have no words for stays as it is. */
export function targetWords(target: string): string {
  return TARGET_WORDS[target] ?? target;
}

export const VERDICT_WORDS: Readonly<Record<TargetVerdict['verdict'], string>> = {
  met: 'met',
  missed: 'missed',
  inconclusive: 'inconclusive',
};

export const SEVERITY_WORDS: Readonly<Record<Finding['severity'], string>> = {
  error: 'Problem',
  warning: 'Warning',
  note: 'Note',
};

/** `L0`, `L1` …: how the field names a level. */
export const levelName = (level: number): string => `L${level}`;

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * What a share of CPU time is called: `Hypervisor at L1`, `World switches`. Hypervisor time is always told by level,
 * the rest only where the result has it by level.
 */
export function cpuPartName({ metric, level }: CpuPart, all: readonly CpuPart[]): string {
  const byLevel = all.filter((other) => other.metric === metric).length > 1;
  if (metric === 'cpu-hypervisor') return `Hypervisor at ${levelName(level)}`;
  if (metric === 'cpu-guest') return byLevel ? `Work in ${levelName(level)}` : 'Guests’ own work';
  return byLevel ? `${METRIC_WORDS[metric].title} at ${levelName(level)}` : METRIC_WORDS[metric].title;
}

type CpuPart = Pick<Row, 'metric' | 'level'>;

/** `Of the 20 numbers behind it, 11 are measured, 4 published and 5 assumed.` */
export function basesText(bases: BasisCount): string {
  const parts = BASES.filter((basis) => bases[basis] > 0).map((basis) => `${bases[basis]} ${basis}`);
  const all = BASES.reduce((sum, basis) => sum + bases[basis], 0);
  const listed = parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  const none = bases.measured === 0 ? '; none is measured' : '';
  return `Of the ${all} numbers behind it, ${listed.replace(' ', ' are ')}${none}.`;
}

/** A note as a sentence: a capital at its start, a full stop at its end. */
export const sentenceOf = (note: string): string => ended(capitalised(note));

/** With a full stop, unless it ends already. */
export const ended = (note: string): string => `${note}${/[.!?]$/.test(note) ? '' : '.'}`;
