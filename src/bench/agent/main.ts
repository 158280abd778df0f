import { closeSync, openSync, readSync } from 'node:fs';
import { uptime } from 'node:os';
import { readEnvironment } from '../environment/environment.ts';
import { GUEST, MSR_MODULE } from '../image/init-script.ts';
import { type AgentConfiguration, decodeReport, PROTOCOL_VERSION } from '../lab/protocol.ts';
import { superviseGuest } from '../lab/supervise.ts';
import { evidenceFromWithin } from './accelerator-evidence.ts';
import { Hypervisor } from './hypervisor.ts';
import { loadModule } from './kernel-module.ts';
import { measure } from './measure.ts';
import { mountScratch } from './scratch.ts';
import { findAgentPort, UpwardChannel } from './upward-channel.ts';

/** The agent of one level: measures the level it runs in, then boots the next one and stays with it. */
async function runAgent(channel: UpwardChannel, configuration: AgentConfiguration): Promise<void> {
  const { level, depth, measured } = configuration;
  const scratch = await mountScratch(level);
  if (!measured.includes(level)) {
    loadModule(MSR_MODULE);
    const environment = {
      ...(await readEnvironment({
        probePath: GUEST.probe,
        scratchDirectory: scratch,
        ...(level < depth ? { qemuPath: GUEST.qemu } : {}),
      })),
      ...started,
    };
    const evidence = [...evidenceFromWithin(level, environment)];
    channel.report({ type: 'level', level, bootSeconds: 0, environment, evidence });
    await measure(configuration, { probePath: GUEST.probe, scratchDirectory: scratch }, channel);
    channel.report({ type: 'measured', level });
  }
  if (level < depth) await runNextLevel(channel, configuration, scratch);
}

async function runNextLevel(
  channel: UpwardChannel,
  configuration: AgentConfiguration,
  scratch: string,
): Promise<void> {
  const level = configuration.level + 1;
  let host: Hypervisor;
  try {
    host = new Hypervisor(configuration, scratch);
  } catch (error) {
    channel.report({ type: 'gave-up', level, reason: (error as Error).message, console: [] });
    return;
  }
  if (configuration.level === 0) readThrough(GUEST.imageDevice);
  await superviseGuest({ level, configuration, host, upstream: channel, read: decodeReport });
}

/**
 * Brings the image into the metal's memory, so that no guest's read waits for the machine the lab runs on: under the
 * instruction clock virtual time would run on by itself meanwhile.
 */
function readThrough(device: string): void {
  const buffer = Buffer.alloc(1 << 20);
  const file = openSync(device, 'r');
  while (readSync(file, buffer) > 0);
  closeSync(file);
}

/** How long the kernel and its user land took to get here, and of that this process; by the level's own clock. */
const started = {
  'boot.system-seconds': Math.round(uptime() * 100) / 100,
  'boot.agent-seconds': Math.round(process.uptime() * 1000) / 1000,
};
const channel = new UpwardChannel(findAgentPort());
try {
  const configuration = channel.hello({ type: 'hello', protocol: PROTOCOL_VERSION });
  await runAgent(channel, configuration);
  channel.report({ type: 'done', level: configuration.level });
} catch (error) {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  channel.report({ type: 'failed', reason });
  process.exitCode = 1;
}
