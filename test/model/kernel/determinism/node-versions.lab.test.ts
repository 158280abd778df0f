import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GOLDEN_HASH } from './golden-hash.ts';
import { singleScript } from './single-script.ts';

/** Slow, because it installs other versions of Node from npm. */
describe('the same seed gives the same bits', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'node-versions-'));
    const script = singleScript(fileURLToPath(new URL('trace.ts', import.meta.url)));
    writeFileSync(join(folder, 'trace.cjs'), `console.log(process.version, (${script}).traceHash())`);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['20', '22', '24'])('on Node %s', (major) => {
    const prefix = join(folder, major);
    execFileSync(
      'npm',
      ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--no-save', `node@${major}`],
      {
        stdio: 'pipe',
      },
    );
    const node = join(prefix, 'node_modules', 'node', 'bin', 'node');
    const [version, hash] = execFileSync(node, [join(folder, 'trace.cjs')], { encoding: 'utf8' })
      .trim()
      .split(' ');
    console.log(`Node ${version}: ${hash}`);
    expect(version).toMatch(new RegExp(`^v${major}\\.`));
    expect(hash).toBe(GOLDEN_HASH);
  });
});
