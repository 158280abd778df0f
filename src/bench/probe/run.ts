import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ProbeInformation, parseInformation } from './output.ts';

const execute = promisify(execFile);

const TIMEOUT_MS = 60_000;

/** The processor, the hypervisors that announce themselves through CPUID, and the time stamp counter's rate. */
export async function readProbeInformation(probePath: string): Promise<ProbeInformation> {
  try {
    const { stdout } = await execute(probePath, ['info'], { timeout: TIMEOUT_MS });
    return parseInformation(stdout.trim());
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
    if (code === undefined) throw error;
    throw new Error(`the native probe ${probePath} info failed (${code}): ${stderr?.trim() || message}`, {
      cause: error,
    });
  }
}
