import { MachineWatch } from '../environment/machine-watch.ts';
import { type AgentConfiguration, type ContentionShare, decodeReport, type Report } from '../lab/protocol.ts';
import type { Machine } from '../lab/qemu-process.ts';
import { GuestSupervisor } from '../lab/supervise.ts';
import type { Upstream } from '../lab/upstream.ts';
import { BUSY } from '../workload/busy.ts';
import { ExitCounter } from './exit-counter.ts';
import { Hypervisor } from './hypervisor.ts';
import { loadKvm } from './kernel-module.ts';

/**
 * Guests side by side: boots so many, and has 1, 2 and so on up to all of them busy at the same time, for as long as
 * the busy work takes. All are there from the beginning, so that only how many are busy changes.
 *
 * @throws {Error} when a guest is lost: what the others had then is no answer
 */
export async function contend(
  configuration: AgentConfiguration,
  scratch: string,
  guests: number,
  onShare: (share: ContentionShare) => void,
  onStep: (step: string) => void,
): Promise<void> {
  const level = configuration.level + 1;
  const siblings: Sibling[] = [];
  try {
    for (let guest = 1; guest <= guests; guest++) {
      onStep(`booting guest ${guest} of ${guests}`);
      const sibling = new Sibling({ ...configuration, depth: level }, level, scratch, guest);
      siblings.push(sibling);
      await sibling.up();
    }
    for (let busy = 1; busy <= guests; busy++) {
      onStep(`${busy} of ${guests} busy`);
      const shares = await Promise.all(siblings.slice(0, busy).map((sibling) => sibling.work(busy)));
      for (const share of shares) onShare(share);
    }
  } finally {
    for (const sibling of siblings) sibling.stop();
  }
}

/** One of the guests. */
class Sibling {
  readonly #level: number;
  readonly #guest: number;
  readonly #supervisor: GuestSupervisor;
  readonly #host: WatchedHypervisor;
  #onReport: (report: Report) => void = () => undefined;
  #onLoss: (error: Error) => void = () => undefined;

  constructor(configuration: AgentConfiguration, level: number, scratch: string, guest: number) {
    this.#level = level;
    this.#guest = guest;
    loadKvm();
    const places = { scratch, exits: new ExitCounter(level - 1) };
    this.#host = new WatchedHypervisor({ ...configuration, level: level - 1 }, places, {
      disk: `guest-disk-${guest}`,
      network: false,
    });
    const upstream: Upstream = {
      report: (report) => this.#take(report),
      mark: () => Promise.resolve(),
    };
    this.#supervisor = new GuestSupervisor({
      level,
      configuration,
      host: this.#host,
      upstream,
      read: decodeReport,
    });
  }

  /** Boots it. */
  up(): Promise<void> {
    this.#supervisor.run().catch((error: Error) => this.#onLoss(error));
    return new Promise((resolve, reject) => {
      this.#onLoss = reject;
      this.#onReport = (report) => {
        if (report.type === 'level') resolve();
      };
    });
  }

  work(busy: number): Promise<ContentionShare> {
    return new Promise((resolve, reject) => {
      this.#onLoss = reject;
      const watch = new MachineWatch(this.#host.pid);
      let roundNs = 0;
      this.#onReport = (report) => {
        if (report.type === 'record') {
          const { values, reason } = report.line;
          if (Array.isArray(values)) roundNs = Number(values.at(-1));
          else reject(new Error(`guest ${this.#guest}: ${reason}`));
        }
        if (report.type !== 'turn-done') return;
        resolve({
          busy,
          guest: this.#guest,
          roundNs,
          stealShare: Number(report.watched['steal-share']),
          waitingShare: Number(watch.end()['emulator.waiting-share'] ?? 0),
        });
      };
      this.#supervisor.give({ level: this.#level, block: busy, workload: BUSY });
    });
  }

  stop(): void {
    this.#supervisor.stop();
  }

  #take(report: Report): void {
    if (report.type === 'gave-up' || (report.type === 'lost' && report.level === this.#level)) {
      this.#onLoss(new Error(`guest ${this.#guest} was lost: ${report.reason}`));
    }
    this.#onReport(report);
  }
}

/** A hypervisor that knows the process of its guest. */
class WatchedHypervisor extends Hypervisor {
  pid: number | null = null;

  override async start(parameters: readonly string[]): Promise<Machine> {
    const machine = await super.start(parameters);
    this.pid = machine.pid;
    return machine;
  }
}
