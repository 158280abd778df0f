import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { planModules } from '../image/image-plan.ts';
import { projectRoot } from '../image/project.ts';
import { runTool } from '../image/tool.ts';
import { compileProbe } from '../probe/compile.ts';

/** The agent's entry, in the bundle and in the project. */
export const VISITOR = 'dist/bench/agent/visitor.js';

export interface VisitorBundle {
  /** A tar archive of the agent, its packages and the native probe. */
  readonly archive: Buffer;
  /** The same with this machine's Node, for machines without. */
  readonly withNode: () => Promise<Buffer>;
}

/** @throws {ProbeBuildError} when the native probe cannot be built here */
export async function visitorBundle(signal?: AbortSignal): Promise<VisitorBundle> {
  let kept: Promise<Buffer> | null = null;
  return {
    archive: await pack(false, signal),
    withNode: () => {
      kept ??= pack(true, signal);
      return kept;
    },
  };
}

async function pack(withNode: boolean, signal?: AbortSignal): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'nestmark-bundle-'));
  try {
    const tree = join(directory, 'tree');
    await mkdir(tree);
    for (const file of await planModules(join(projectRoot(), VISITOR), '/')) {
      const target = join(tree, file.path);
      await mkdir(dirname(target), { recursive: true });
      if ('data' in file) await writeFile(target, file.data);
      else await copyFile(file.source, target);
    }
    await compileProbe(join(tree, 'probe'));
    if (withNode) {
      await copyFile(process.execPath, join(tree, 'node'));
      await chmod(join(tree, 'node'), 0o755);
    }
    const archive = join(directory, 'bundle.tar');
    await runTool('tar', ['-cf', archive, '--owner=0', '--group=0', '-C', tree, '.'], { signal });
    return await readFile(archive);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
