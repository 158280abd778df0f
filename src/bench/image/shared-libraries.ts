import { runTool } from './tool.ts';

/** The shared libraries a program loads, by the path it loads each one from: its interpreter is one of them. */
export async function sharedLibraries(program: string, signal?: AbortSignal): Promise<readonly string[]> {
  const output = (await runTool('ldd', [program], { signal })).toString();
  return parseLdd(output, program);
}

/**
 * ldd(1) prints "name => path (address)", or "path (address)" for the interpreter, or the bare name of the vDSO.
 * @throws {Error} when a library was not found
 */
export function parseLdd(output: string, program: string): readonly string[] {
  const paths = new Set<string>();
  for (const line of output.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('linux-vdso') || line === 'statically linked') continue;
    const [name, target] = line.replace(/ \(0x[0-9a-f]+\)$/, '').split(' => ');
    const path = target ?? name!;
    if (!path.startsWith('/'))
      throw new Error(`${program} needs ${name}, which is not on this machine (ldd: ${line})`);
    paths.add(path);
  }
  return [...paths];
}
