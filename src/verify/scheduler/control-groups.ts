import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MissingHere } from './missing-here.ts';

/** The weight of a group that nobody gave one, in either version; version 2 writes it as 100. */
const ORDINARY = 1024;
/** The most either version takes, for the group around ours: whatever else runs on the CPUs gets next to nothing. */
const HIGHEST = { 1: '262144', 2: '10000' } as const;
/** A group can be removed as soon as the kernel has seen its last thread off. */
const ATTEMPTS = 50;

/** A folder in which control groups with a CPU weight can be made. */
export interface ControlGroupRoot {
  readonly version: 1 | 2;
  readonly folder: string;
}

/** Control groups for the threads of one experiment, and one around them. */
export interface ControlGroups {
  /** Into which the process writes its id. */
  readonly process: string;
  /** By group: into which its threads write theirs. */
  readonly threads: readonly string[];
  remove(): Promise<void>;
}

/** Where the CPU controller is mounted: version 1 where it is there, as a controller is in one of the two only. */
export async function findControlGroups(mountsFile = '/proc/self/mounts'): Promise<ControlGroupRoot> {
  const mounts = (await readFile(mountsFile, 'utf8')).split('\n').map((line) => line.split(' '));
  for (const [, folder = '', kind, options = ''] of mounts) {
    if (kind === 'cgroup' && options.split(',').includes('cpu')) return { version: 1, folder };
  }
  for (const [, folder = '', kind] of mounts) {
    if (kind !== 'cgroup2') continue;
    const controllers = await readFile(join(folder, 'cgroup.controllers'), 'utf8').catch(() => '');
    if (controllers.trim().split(' ').includes('cpu')) return { version: 2, folder };
  }
  throw new MissingHere('no control groups with a CPU controller are mounted here, of neither version');
}

/**
 * Makes control groups of these weights (1,024 is the ordinary one).
 * @throws MissingHere when they may not be made.
 */
export async function makeControlGroups(
  { version, folder }: ControlGroupRoot,
  weights: readonly number[],
  name = `nestmark-scheduler-${process.pid}`,
): Promise<ControlGroups> {
  const around = join(folder, name);
  const groups = weights.map((_, index) => join(around, `group-${index}`));
  const remove = async (): Promise<void> => {
    for (const group of [...groups, around]) await removeGroup(group);
  };
  try {
    await mkdir(around);
    if (version === 2) await writeFile(join(folder, 'cgroup.subtree_control'), '+cpu');
    await setWeight(version, around, null);
    for (const [index, group] of groups.entries()) {
      await mkdir(group);
      if (version === 2) await writeFile(join(group, 'cgroup.type'), 'threaded');
      if (version === 2) await writeFile(join(around, 'cgroup.subtree_control'), '+cpu');
      await setWeight(version, group, weights[index]!);
    }
  } catch (error) {
    await remove();
    throw new MissingHere(
      `control groups (version ${version}) cannot be made in ${folder}: ${(error as Error).message}; it takes root, or a folder delegated to the user`,
    );
  }
  return {
    process: join(around, 'cgroup.procs'),
    threads: groups.map((group) => join(group, version === 1 ? 'tasks' : 'cgroup.threads')),
    remove,
  };
}

/** null: as much as there is. */
async function setWeight(version: 1 | 2, group: string, weight: number | null): Promise<void> {
  const [file, value] =
    version === 1
      ? ['cpu.shares', weight === null ? HIGHEST[1] : `${weight}`]
      : ['cpu.weight', weight === null ? HIGHEST[2] : `${Math.round((100 * weight) / ORDINARY)}`];
  await writeFile(join(group, file), value);
}

async function removeGroup(group: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await rmdir(group);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return;
      await delay(10);
    }
  }
}
