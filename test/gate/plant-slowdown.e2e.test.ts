import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moduleClosure } from '../../src/bench/image/module-closure.ts';
import { projectRoot } from '../cli/run-nestmark.ts';

let directory: string;
let copy: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'nestmark-planted-'));
  copy = join(directory, 'copy');
  execFileSync(process.execPath, [join(projectRoot, 'scripts/plant-slowdown.mjs'), copy], { stdio: 'pipe' });
});
afterAll(() => rmSync(directory, { recursive: true }));

test('the agent of the copy takes the plant into its image', async () => {
  const { files } = await moduleClosure(join(copy, 'dist/bench/agent/main.js'));
  expect(files).toContain(join(copy, 'dist/bench/agent/planted.js'));
});

test('compress of the copy deflates a tenth more in L2 and nowhere else, and comes to the same', () => {
  const script = `
    import zlib from 'node:zlib';
    import { syncBuiltinESMExports } from 'node:module';
    const deflate = zlib.deflateRawSync;
    let bytes = 0;
    zlib.deflateRawSync = (data, options) => {
      bytes += data.length;
      return deflate(data, options);
    };
    syncBuiltinESMExports();
    await import(${JSON.stringify(join(copy, 'dist/bench/agent/planted.js'))});
    const { compress } = await import(${JSON.stringify(join(copy, 'dist/bench/workload/compress.js'))});
    const done = [];
    for (const level of [0, 1, 2]) {
      const prepared = await compress.prepare({ seed: 7, level, scratchDirectory: '.' });
      bytes = 0;
      prepared.iterate();
      done.push({ bytes, checksum: prepared.checksum() });
    }
    console.log(JSON.stringify(done));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const done = JSON.parse(output) as readonly { readonly bytes: number; readonly checksum: string }[];
  expect(done.map(({ bytes }) => bytes)).toEqual([65_536, 65_536, 72_090]);
  expect(new Set(done.map(({ checksum }) => checksum)).size).toBe(1);
});
