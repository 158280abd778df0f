import { closeSync, openSync, readSync } from 'node:fs';
import { uptime } from 'node:os';
import { readEnvironment } from '../environment/environment.ts';
import { QuietTime } from '../environment/quiet-time.ts';
import { GUEST, MSR_MODULE } from '../image/init-script.ts';
import {
  type AgentConfiguration,
  type ContentionShare,
  decodeReport,
  PROTOCOL_VERSION,
  type Turn,
} from '../lab/protocol.ts';
import { GuestSupervisor } from '../lab/supervise.ts';
import { isBare } from '../workload/bare-operations.ts';
import { evidenceFromWithin } from './accelerator-evidence.ts';
import { BareGuests } from './bare-guests.ts';
import { contend } from './contention.ts';
import { ExitCounter } from './exit-counter.ts';
import { whyItFailed } from './failure.ts';
import { Hypervisor } from './hypervisor.ts';
import { loadKvm, loadModule } from './kernel-module.ts';
import { openNetworkBelow } from './network.ts';
import { mountScratch } from './scratch.ts';
import { type LevelPlaces, TurnTaker } from './turn-taker.ts';
import { findAgentPort, UpwardChannel } from './upward-channel.ts';

/**
 * The agent of one level: says what the level is, boots the next one and stays with it, and measures whenever it is
 * given the turn. It has no end of its own: the levels above end with it, and it ends with the level below.
 */
async function runAgent(channel: UpwardChannel, configuration: AgentConfiguration): Promise<never> {
  const { level, depth, outermost } = configuration;
  const scratch = await mountScratch(level === outermost);
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
  const peer = openNetworkBelow(level);
  const forLevelsAbove = { countingMs: () => counter?.countingMs ?? 0, quiet: () => quietTime.take() };
  const places = { probePath: GUEST.probe, scratchDirectory: scratch, peer, forLevelsAbove };
  const taker = await TurnTaker.start(configuration, places, channel);
  await taker.rehearse(configuration.workloads, (step) => channel.report({ type: 'progress', level, step }));
  channel.report({ type: 'level', level, bootSeconds: 0, environment, evidence });
  const guest = level < depth ? superviseNext(channel, configuration, scratch) : null;
  let bare: BareGuests | null = null;
  if (configuration.bare && level === depth) bare = await bareLevel(channel, configuration, places);
  const take = async (turn: Turn): Promise<void> => {
    const own = turn.level === level && !isBare(turn.workload);
    if (own && guest !== null) await guest.whilePaused(() => taker.take(turn));
    else if (own) await taker.take(turn);
    else if (turn.level === level + 1 && isBare(turn.workload)) {
      // Only where they are asked for: starting another probe takes a nested guest long.
      bare ??= await BareGuests.start(configuration, places, {
        exits: exitCounter(configuration),
        upstream: channel,
      });
      await bare.take(turn);
    } else guest?.give(turn);
  };
  return await channel.listen(take, (guests) => {
    const onShare = (share: ContentionShare): void => channel.report({ type: 'share', ...share });
    const onStep = (step: string): void => channel.report({ type: 'progress', level, step });
    contend(configuration, scratch, guests, onShare, onStep)
      .then(() => channel.report({ type: 'contended' }))
      .catch((error: Error) => fail(channel, error));
  });
}

/** The level that is nothing but bare guests, in the place of a guest. @returns null when none runs; that has then been told */
async function bareLevel(
  channel: UpwardChannel,
  configuration: AgentConfiguration,
  places: LevelPlaces,
): Promise<BareGuests | null> {
  const level = configuration.level + 1;
  channel.report({ type: 'boot', level, attempt: 1 });
  try {
    const exits = exitCounter(configuration);
    const guests = await BareGuests.start(configuration, places, { exits, upstream: channel });
    const evidence = [...(await guests.evidence())];
    channel.report({ type: 'level', level, bootSeconds: 0, environment: { bare: true }, evidence });
    return guests;
  } catch (error) {
    channel.report({ type: 'gave-up', level, reason: (error as Error).message, console: [] });
    return null;
  }
}

let counter: ExitCounter | null = null;
const quietTime = new QuietTime();

/** One for all guests of this level. @throws {Error} when this level cannot be a hypervisor */
function exitCounter({ level }: AgentConfiguration): ExitCounter {
  if (counter === null) {
    loadKvm();
    counter = new ExitCounter(level);
  }
  return counter;
}

/** @returns null when this level cannot be a hypervisor; that has then been told */
function superviseNext(
  channel: UpwardChannel,
  configuration: AgentConfiguration,
  scratch: string,
): GuestSupervisor | null {
  const level = configuration.level + 1;
  let host: Hypervisor;
  try {
    host = new Hypervisor(configuration, { scratch, exits: exitCounter(configuration) });
  } catch (error) {
    channel.report({ type: 'gave-up', level, reason: (error as Error).message, console: [] });
    return null;
  }
  if (configuration.level === configuration.outermost) readThrough(GUEST.imageDevice);
  const supervisor = new GuestSupervisor({
    level,
    configuration,
    host,
    upstream: channel,
    read: decodeReport,
    alive: configuration.level === configuration.outermost,
    quietTime,
  });
  supervisor.run().catch((error: Error) => fail(channel, error));
  return supervisor;
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

function fail(channel: UpwardChannel, error: unknown): never {
  const reason = whyItFailed(error);
  channel.report({ type: 'failed', reason });
  process.exit(1);
}

/** How long the kernel and its user land took to get here, and of that this process; by the level's own clock. */
const started = {
  'boot.system-seconds': Math.round(uptime() * 100) / 100,
  'boot.agent-seconds': Math.round(process.uptime() * 1000) / 1000,
};
const channel = new UpwardChannel(findAgentPort());
try {
  await runAgent(channel, channel.hello({ type: 'hello', protocol: PROTOCOL_VERSION }));
} catch (error) {
  fail(channel, error);
}
