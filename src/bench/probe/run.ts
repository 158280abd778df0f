import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ProbeInformation, type ProbeOutput, parseProbeOutput } from './output.ts';

const execute = promisify(execFile);

/** Longer than any probe run at the deepest level under emulation; a probe that takes longer hangs. */
const TIMEOUT_MS = 120_000;

export interface ProbeRequest {
  readonly operation: string;
  readonly warmUp: number;
  readonly samples: number;
}

/** Times each requested operation, in the order given. */
export async function measureWithProbe(
  probePath: string,
  requests: readonly ProbeRequest[],
): Promise<ProbeOutput> {
  const requested = requests.map(({ operation, warmUp, samples }) => `${operation}=${warmUp}+${samples}`);
  return parseProbeOutput(await runProbe(probePath, ['measure', ...requested]));
}

/** The processor, the hypervisors that announce themselves through CPUID, and the time stamp counter's rate. */
export async function readProbeInformation(probePath: string): Promise<ProbeInformation> {
  return parseProbeOutput(await runProbe(probePath, ['info'])).information;
}

async function runProbe(probePath: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(probePath, args, { timeout: TIMEOUT_MS, maxBuffer: 64 << 20 });
    return stdout;
  } catch (error) {
    const { code, signal, stderr } = error as { code?: number | string; signal?: string; stderr?: string };
    const how =
      signal !== undefined && signal !== null ? `was ended by ${signal}` : `failed (${code ?? 'no status'})`;
    throw new Error(`the native probe ${probePath} ${args[0]} ${how}: ${(stderr ?? '').trim()}`, {
      cause: error,
    });
  }
}
