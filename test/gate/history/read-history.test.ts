import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withChanges } from '../../../src/gate/history/history-result.ts';
import { readHistory } from '../../../src/gate/history/read-history.ts';
import { recordText } from '../../bench/record/example-record.ts';
import { type BlockedRecord, blockedRecord } from '../blocked-record.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nestmark-history-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeNight(night: number, options: Partial<BlockedRecord> = {}): Promise<string> {
  const record = blockedRecord({ blocks: 3, replication: night, ...options });
  const started = new Date(Date.UTC(2026, 9, 1 + night)).toISOString();
  const file = join(folder, `night-${String(night).padStart(2, '0')}.jsonl`);
  await writeFile(
    file,
    recordText({ ...record, header: { ...record.header, started, id: `night ${night}` } }),
  );
  return file;
}

describe('the history of a folder of records', () => {
  it('has each metric of each record once, in the order of time, as a ratio over the metal', async () => {
    for (const night of [2, 0, 1]) await writeNight(night);
    const histories = await readHistory(folder);
    expect(histories.map(({ key }) => `${key.workload} ${key.level}`)).toEqual([
      'compress 1',
      'compress 2',
      'cpuid 1',
      'cpuid 2',
      'hash 1',
      'hash 2',
    ]);
    const { points, lab, clock } = histories.find(({ key }) => key.workload === 'cpuid' && key.level === 2)!;
    expect({ lab, clock }).toEqual({ lab: 'emulated', clock: 'time' });
    expect(points.map(({ started }) => started.slice(0, 10))).toEqual([
      '2026-10-01',
      '2026-10-02',
      '2026-10-03',
    ]);
    for (const { median, lower, upper, blocks, kernel } of points) {
      expect(median).toBeGreaterThan(8.5);
      expect(median).toBeLessThan(9.5);
      expect(lower <= median && median <= upper).toBe(true);
      expect({ blocks, kernel }).toEqual({ blocks: 3, kernel: '6.1.0-56-cloud-amd64' });
    }
  });

  it('finds the night from which on something was slower', async () => {
    for (let night = 0; night < 20; night++) {
      await writeNight(night, { slowerAtL2: night < 12 ? {} : { compress: 1.15 } });
    }
    const changed = withChanges(await readHistory(folder), 0.03).filter(({ changes }) => changes.length > 0);
    expect(changed.map(({ key }) => `${key.workload} ${key.level}`)).toEqual(['compress 2']);
    const [change] = changed[0]!.changes;
    expect(changed[0]!.points[change!.index]!.started.slice(0, 10)).toBe('2026-10-13');
  });

  it('leaves disturbed blocks out', async () => {
    await writeNight(0, { invalid: [2] });
    expect((await readHistory(folder)).every(({ points }) => points[0]!.blocks === 2)).toBe(true);
  });

  it('reads a record that is still being written, and files that are something else', async () => {
    const file = await writeNight(0);
    await appendFile(file, '{"kind":"samples","level":1,"bl');
    await writeFile(join(folder, 'other.jsonl'), '{"some":"thing"}\n');
    expect(await readHistory(folder)).toHaveLength(6);
  });

  it('reads packed records like others', async () => {
    const file = await writeNight(0);
    await writeFile(`${file}.gz`, gzipSync(await readFile(file)));
    await rm(file);
    await writeNight(1);
    const [history] = await readHistory(folder);
    expect(history!.points.map(({ file: of }) => basename(of))).toEqual([
      'night-00.jsonl.gz',
      'night-01.jsonl',
    ]);
  });

  it('says what it expected when there is no folder or no record', async () => {
    await expect(readHistory(join(folder, 'nowhere'))).rejects.toThrow('found no such folder');
    await expect(readHistory(folder)).rejects.toThrow('found no record, expected records of nestmark bench');
  });
});
