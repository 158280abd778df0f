import type { Host } from './host.ts';
import type { AgentConfiguration } from './protocol.ts';

export interface PulseSettings {
  readonly intervalSeconds: number;
  /** So many intervals without growth, and the guest is taken for dead. */
  readonly missed: number;
}

/**
 * A Linux guest that works takes exits all the time, if only for its own clock's ticks, of which there are 250 a second.
 * The interval is long enough not to be seen in what the guest measures, and a pause of the whole machine counts as one
 * missed beat only. On the instruction clock it is shorter: a guest that hangs waits for a lock, each PAUSE of that
 * loop ends a block of the emulation, and virtual time all but stands still. 4.5 s of it took more than three minutes.
 */
export const PULSE: Readonly<Record<AgentConfiguration['clock'], PulseSettings>> = {
  time: { intervalSeconds: 2.5, missed: 2 },
  instructions: { intervalSeconds: 0.2, missed: 4 },
};

/** Tells from a guest's pulse, taken once an interval, when it has stopped. */
export class Pulse {
  readonly #host: Host;
  readonly #settings: PulseSettings;
  /** Before the guest ran: QEMU itself takes its time. */
  readonly #unborn: number | null;
  #before: number | null;
  #missed = 0;

  constructor(host: Host, settings: PulseSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#unborn = host.pulse();
    this.#before = this.#unborn;
  }

  /** Takes it. @returns whether it has not grown for too long */
  stopped(): boolean {
    const beat = this.#host.pulse();
    this.#missed = beat !== null && beat !== this.#unborn && beat === this.#before ? this.#missed + 1 : 0;
    this.#before = beat;
    return this.#missed >= this.#settings.missed;
  }

  /** Nothing is expected of the guest, and nobody has taken its pulse meanwhile. */
  rest(): void {
    this.#missed = 0;
    this.#before = null;
  }
}
