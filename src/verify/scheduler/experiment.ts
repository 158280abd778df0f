/** What one thread does: runs all the time, or runs for so long and sleeps for an exponential time, in turn. */
export type ThreadKind =
  | { readonly kind: 'hog' }
  | { readonly kind: 'duty'; readonly run: number; readonly think: number };

/** Threads that are alike; times in nanoseconds. */
export interface ThreadGroup {
  readonly name: string;
  readonly count: number;
  readonly nice: number;
  readonly does: ThreadKind;
  /** They are a control group of this weight, 1,024 being the ordinary one; absent: in none of their own. */
  readonly groupWeight?: number;
}

/** Threads that share some CPUs and nothing else. */
export interface SchedulerExperiment {
  readonly name: string;
  readonly cpus: number;
  readonly groups: readonly ThreadGroup[];
}

const MS = 1e6;

const hogs = (count: number, nice = 0, name = 'hog'): ThreadGroup => ({
  name,
  count,
  nice,
  does: { kind: 'hog' },
});

const sleepers = (count: number, run: number, think: number): ThreadGroup => ({
  name: `${run} ms of ${run + think}`,
  count,
  nice: 0,
  does: { kind: 'duty', run: run * MS, think: think * MS },
});

const inGroup = (weight: number, threads: ThreadGroup): ThreadGroup => ({
  ...threads,
  name: `${threads.name}, group of ${weight}`,
  groupWeight: weight,
});

/** From a CPU for everybody to eight threads on one; by weight of threads and of control groups; sleepers among hogs and among themselves. */
export const EXPERIMENTS: readonly SchedulerExperiment[] = [
  { name: '1 hog on 1 CPU', cpus: 1, groups: [hogs(1)] },
  { name: '2 hogs on 1 CPU', cpus: 1, groups: [hogs(2)] },
  { name: '8 hogs on 1 CPU', cpus: 1, groups: [hogs(8)] },
  // Nice 3 weighs 526, nice 0 1,024.
  { name: 'weights 1.95 : 1', cpus: 1, groups: [hogs(1, 0, 'nice 0'), hogs(1, 3, 'nice 3')] },
  { name: 'weights 3.06 : 1, three of each', cpus: 1, groups: [hogs(3, 0, 'nice 0'), hogs(3, 5, 'nice 5')] },
  {
    name: 'groups 1 : 1, one hog and three',
    cpus: 1,
    groups: [inGroup(1024, hogs(1, 0, 'the one')), inGroup(1024, hogs(3, 0, 'the three'))],
  },
  {
    name: 'groups 2 : 1, two hogs each on 2 CPUs',
    cpus: 2,
    groups: [inGroup(2048, hogs(2)), inGroup(1024, hogs(2))],
  },
  { name: 'sleeper and 1 hog', cpus: 1, groups: [sleepers(1, 1, 9), hogs(1)] },
  { name: 'sleeper and 3 hogs', cpus: 1, groups: [sleepers(1, 1, 9), hogs(3)] },
  { name: '4 sleepers on 1 CPU', cpus: 1, groups: [sleepers(4, 5, 10)] },
  { name: '3 hogs on 2 CPUs', cpus: 2, groups: [hogs(3)] },
  { name: '6 sleepers on 2 CPUs', cpus: 2, groups: [sleepers(6, 5, 5)] },
  { name: '4 sleepers and 2 hogs on 2 CPUs', cpus: 2, groups: [sleepers(4, 2, 8), hogs(2)] },
];
