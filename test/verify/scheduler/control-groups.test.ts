import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findControlGroups, makeControlGroups } from '../../../src/verify/scheduler/control-groups.ts';
import { MissingHere } from '../../../src/verify/scheduler/missing-here.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'control-groups-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const mounts = (...lines: string[]): string => {
  const file = join(folder, 'mounts');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};

describe('control groups with a CPU weight', () => {
  it('are of version 1 where the CPU controller is mounted by itself', async () => {
    const file = mounts(
      'cgroup /sys/fs/cgroup/cpuset cgroup rw,relatime,cpuset 0 0',
      'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0',
      'cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0',
    );
    expect(await findControlGroups(file)).toEqual({ version: 1, folder: '/sys/fs/cgroup/cpu,cpuacct' });
  });

  it('are of version 2 where that has the controller', async () => {
    writeFileSync(join(folder, 'cgroup.controllers'), 'cpuset cpu io memory\n');
    expect(await findControlGroups(mounts(`cgroup2 ${folder} cgroup2 rw 0 0`))).toEqual({
      version: 2,
      folder,
    });
  });

  it('are missing where neither has it', async () => {
    writeFileSync(join(folder, 'cgroup.controllers'), 'memory\n');
    await expect(findControlGroups(mounts(`cgroup2 ${folder} cgroup2 rw 0 0`))).rejects.toThrow(MissingHere);
  });

  it('say so when they cannot be made, and leave nothing behind', async () => {
    // A plain folder: what is written there becomes a file, as in no control group, so that it cannot be removed.
    const nowhere = { version: 1, folder: join(folder, 'not-mounted') } as const;
    await expect(makeControlGroups(nowhere, [1024])).rejects.toThrow(/cannot be made in .*not-mounted/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
