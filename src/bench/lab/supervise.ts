import { type GuestOptions, GuestSession } from './guest-session.ts';
import type { Turn } from './protocol.ts';

/**
 * Boots a guest and stays with it, booting it again when it is lost. Runs in the agent of every level that has a
 * guest, and on the machine the lab runs on, whose guest is the metal.
 */
export class GuestSupervisor {
  readonly #options: GuestOptions;
  #session: GuestSession | null = null;
  #stopped = false;

  constructor(options: GuestOptions) {
    this.#options = options;
  }

  /**
   * Until `stop`, or until the guest was lost too often in a row without having been of use in between: then it has
   * been given up, and said so.
   * @throws what `signal` is aborted with
   */
  async run(): Promise<void> {
    const { level, upstream, host, signal, configuration } = this.#options;
    const { tries } = this.#options.patience ?? configuration.patience;
    let last = { reason: '', console: [] as readonly string[] };
    for (let attempt = 1, useless = 0; useless < tries; attempt++) {
      signal?.throwIfAborted();
      upstream.report({ type: 'boot', level, attempt });
      this.#session = new GuestSession(this.#options, attempt);
      if (this.#stopped) return;
      const outcome = await this.#session.run();
      host.stopCounting();
      signal?.throwIfAborted();
      if (outcome.kind === 'stopped') return;
      useless = this.#session.turns > 0 ? 1 : useless + 1;
      last = { reason: outcome.reason, console: this.#session.consoleTail() };
      upstream.report({ type: 'lost', level, reason: last.reason, console: [...last.console] });
    }
    this.#session = null;
    upstream.report({ type: 'gave-up', level, reason: last.reason, console: [...last.console] });
  }

  /** Gives the turn to the guest, or to a level above it. When there is no guest, it will be told to be lost. */
  give(turn: Turn): void {
    this.#session?.give(turn);
  }

  /** Holds the guest still, and with it all levels above, for as long as `work` takes: an idle guest takes exits too. */
  async whilePaused(work: () => Promise<void>): Promise<void> {
    const session = this.#session;
    await session?.pause(true);
    try {
      await work();
    } finally {
      await session?.pause(false);
    }
  }

  /** Has the guest boot guests of its own side by side. */
  contend(guests: number): void {
    this.#session?.contend(guests);
  }

  /** Ends the guest. */
  stop(): void {
    this.#stopped = true;
    this.#session?.stop();
  }
}
