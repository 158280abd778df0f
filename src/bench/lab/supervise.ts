import { setTimeout as delay } from 'node:timers/promises';
import type { QuietTime } from '../environment/quiet-time.ts';
import { causeIn } from './console-cause.ts';
import { Expectations } from './expectations.ts';
import { LineSplitter } from './line-splitter.ts';
import {
  type AgentConfiguration,
  type BootPatience,
  type Evidence,
  encode,
  isForTheRecord,
  type Report,
  type ReportOf,
  type Turn,
} from './protocol.ts';
import type { Machine } from './qemu-process.ts';
import { QmpError } from './qmp.ts';

/** What a level knows of the guest it starts beyond what the guest says: it is the guest's hypervisor, or emulates it. */
export interface Host {
  /** Starts a machine for the guest. @param parameters further parameters of its kernel */
  start(parameters: readonly string[]): Promise<Machine>;
  /** Right before a start: what `evidence` compares with. */
  beforeStart(): void;
  /** What the host saw of the guest's accelerator, once the guest has answered. */
  evidenceForGuest(machine: Machine): Promise<readonly Evidence[]>;
  /** What the host saw of a guest of its guest. */
  evidenceForDeeper(level: number): readonly Evidence[];
  /** Takes counters; at the end of a phase, what they grew by goes to `report`. */
  mark(mark: ReportOf<'mark'>, report: (report: Report) => void): void;
  /** A turn is over: whatever counting costs can stop. */
  stopCounting(): void;
  /** Something that grows for as long as the guest lives, or null when the host cannot tell. */
  pulse(): number | null;
}

/** The way to the level below, or to whoever writes the record. */
export interface Upstream {
  report(report: Report): void;
  /** Passes a mark on; settles when every level below has taken its counters. */
  mark(mark: ReportOf<'mark'>): Promise<void>;
  /**
   * Passes a line for the record on as it came. Reading and writing thousands of samples again, only to hand them
   * down, would keep a level busy while another one measures. Who has to know what is in them leaves it out.
   */
  relay?(line: string): void;
}

export interface SupervisorOptions {
  /** The guest's level. */
  readonly level: number;
  /** What the guest is told, but for its level. */
  readonly configuration: AgentConfiguration;
  readonly host: Host;
  readonly upstream: Upstream;
  /** Reads a line from the guest. @throws {ProtocolError} when it is not what it should be */
  readonly read: (line: string) => Report;
  /** For this guest alone, when the configuration's limits are not in the clock of whoever supervises. */
  readonly patience?: BootPatience;
  readonly signal?: AbortSignal | undefined;
  readonly pulse?: PulseSettings;
  /**
   * Says `alive` now and then not only while something boots but while anything is expected of the guest: nobody takes the
   * pulse of the level this runs in when that is the outermost one.
   */
  readonly alive?: boolean;
  /** Is told from when to when the guest, or a level above it, is timed and nothing is asked of this process. */
  readonly quietTime?: QuietTime;
}

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
const PULSE: Readonly<Record<AgentConfiguration['clock'], PulseSettings>> = {
  time: { intervalSeconds: 2.5, missed: 2 },
  instructions: { intervalSeconds: 0.2, missed: 4 },
};

/** Beats from one `alive` to the next: 5 s on the time clock, 1 s of virtual time on the other. */
const BEATS_TO_A_SIGN: Readonly<Record<AgentConfiguration['clock'], number>> = { time: 2, instructions: 5 };

type Outcome = { readonly kind: 'stopped' } | { readonly kind: 'lost'; readonly reason: string };

/**
 * Boots a guest and stays with it, booting it again when it is lost. Runs in the agent of every level that has a
 * guest, and on the machine the lab runs on, whose guest is the metal.
 */
export class GuestSupervisor {
  readonly #options: SupervisorOptions;
  #session: GuestSession | null = null;
  #stopped = false;

  constructor(options: SupervisorOptions) {
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

/** One boot of the guest, until it is stopped or lost. */
class GuestSession {
  readonly #options: SupervisorOptions;
  readonly #attempt: number;
  readonly #expectations: Expectations;
  #machine: Machine | null = null;
  #bootSeconds: number | null = null;
  #started = 0;
  #settle: (outcome: Outcome) => void = () => undefined;
  /** Reports are handled one after the other, in the order they came. */
  #queue: Promise<void> = Promise.resolve();
  /** Turns that were taken to their end, by the guest or by a level above it. */
  turns = 0;

  constructor(options: SupervisorOptions, attempt: number) {
    this.#options = options;
    this.#attempt = attempt;
    this.#expectations = new Expectations(options.level);
  }

  async run(): Promise<Outcome> {
    const { host, level, configuration, signal } = this.#options;
    const settled = new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
    });
    host.beforeStart();
    const machine = await host.start(parametersFor(configuration, level, this.#attempt));
    this.#machine = machine;
    this.#started = performance.now();
    this.#expectations.heard(this.#started);
    const splitter = new LineSplitter((line) => this.#enqueue(line));
    machine.channel.setEncoding('utf8').on('data', (text: string) => {
      this.#options.quietTime?.end();
      try {
        splitter.push(text);
      } catch (error) {
        this.#lose((error as Error).message);
      }
    });
    const onAbort = (): void => this.#lose('the run was ended');
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    const stopWatching = this.#watch();
    // What it said before its end comes first: it may have been its last word.
    const ended = machine.ended.then(async (how) => {
      await this.#queue;
      this.#lose(`${how}${this.#where()}${this.#cause()}`);
    });
    try {
      return await settled;
    } finally {
      stopWatching();
      signal?.removeEventListener('abort', onAbort);
      machine.kill();
      await ended;
    }
  }

  give(turn: Turn): void {
    this.#expectations.turn(turn, performance.now());
    this.#answer({ type: 'turn', turn });
    this.#options.quietTime?.begin();
  }

  async pause(paused: boolean): Promise<void> {
    try {
      await this.#machine?.qmp?.execute(paused ? 'stop' : 'cont');
    } catch (error) {
      // A machine that is gone is told of by its end.
      if (!(error instanceof QmpError)) throw error;
    }
  }

  contend(guests: number): void {
    this.#expectations.contention(performance.now());
    this.#answer({ type: 'contend', guests });
  }

  stop(): void {
    this.#settle({ kind: 'stopped' });
  }

  consoleTail(): readonly string[] {
    return this.#machine?.console.last() ?? [];
  }

  #lose(reason: string): void {
    this.#settle({ kind: 'lost', reason });
  }

  #where(): string {
    if (this.#bootSeconds === null) return ' before its agent answered';
    const step = this.#expectations.step();
    return step === '' ? '' : ` during: ${step}`;
  }

  #cause(): string {
    const cause = causeIn(this.consoleTail());
    return cause === null ? '' : `; its console says: ${cause}`;
  }

  /** Deadlines and the pulse, for as long as something is expected of the guest. @returns how to stop it */
  #watch(): () => void {
    const { host, configuration, upstream, alive = false } = this.#options;
    const { pulse = PULSE[configuration.clock], patience = configuration.patience } = this.#options;
    const { bootSeconds, silenceSeconds } = patience;
    const unborn = host.pulse();
    let before = unborn;
    let missed = 0;
    let beats = 0;
    const timer = setInterval(() => {
      if (!this.#expectations.any()) {
        missed = 0;
        before = null;
        return;
      }
      // Nothing is measured while something boots; and the level below has to be more patient than this one.
      if ((alive || this.#expectations.booting()) && ++beats % BEATS_TO_A_SIGN[configuration.clock] === 0)
        upstream.report({ type: 'alive' });
      const beat = host.pulse();
      // QEMU itself takes its time before the guest runs.
      missed = beat !== null && beat !== unborn && beat === before ? missed + 1 : 0;
      before = beat;
      const silence = this.#expectations.silentSeconds(performance.now());
      if (missed >= pulse.missed) {
        this.#lose(
          `it hung: no exit but interrupts of its host for ${pulse.missed * pulse.intervalSeconds} s${this.#where()}`,
        );
      } else if (this.#bootSeconds === null && silence > bootSeconds) {
        this.#lose(`its agent did not answer within ${bootSeconds} s`);
      } else if (silence > silenceSeconds) {
        this.#lose(`it said nothing for ${silenceSeconds} s${this.#where()}`);
      }
    }, pulse.intervalSeconds * 1000);
    return () => clearInterval(timer);
  }

  #enqueue(line: string): void {
    this.#queue = this.#queue
      .then(() => (this.#relay(line) ? undefined : this.#handle(this.#options.read(line))))
      .catch((error: Error) => this.#loseFor(error));
  }

  #relay(line: string): boolean {
    const { upstream } = this.#options;
    if (upstream.relay === undefined || !isForTheRecord(line)) return false;
    this.#expectations.heard(performance.now());
    upstream.relay(line);
    return true;
  }

  /** A machine that was asked something and went away is told of by its end, which says more. */
  async #loseFor(error: Error): Promise<void> {
    const gone = this.#machine!.ended.then(() => true);
    if (error instanceof QmpError && (await Promise.race([gone, pause(GOING_SECONDS, false)]))) return;
    this.#lose(error.message);
  }

  async #handle(report: Report): Promise<void> {
    const { upstream, host } = this.#options;
    const now = performance.now();
    this.#expectations.take(report, now);
    switch (report.type) {
      case 'hello':
        this.#bootSeconds = (now - this.#started) / 1000;
        this.#answer({ type: 'configuration', configuration: this.#configuration() });
        return;
      case 'level':
        upstream.report(await this.#withEvidence(report));
        return;
      case 'mark':
        await this.#mark(report);
        return;
      case 'turn-done':
        this.turns++;
        host.stopCounting();
        upstream.report(report);
        return;
      case 'failed':
        this.#lose(
          `its agent failed${this.#bootSeconds === null ? '' : this.#where()}: ${report.reason}${this.#cause()}`,
        );
        return;
      case 'progress':
      case 'alive':
      case 'share':
      case 'contended':
      case 'boot':
      case 'record':
      case 'lost':
      case 'gave-up':
        upstream.report(report);
    }
  }

  /**
   * The guest waits meanwhile, so that a level's own counters stand still while those below it are taken. The levels
   * below do count what this one does: they begin last and end first.
   */
  async #mark(mark: ReportOf<'mark'>): Promise<void> {
    const { host, upstream } = this.#options;
    const grown: Report[] = [];
    const take = (): void => host.mark(mark, (report) => grown.push(report));
    if (mark.phase === 'begin') take();
    await upstream.mark(mark);
    if (mark.phase === 'end') take();
    this.#answer({ type: 'go' });
    for (const report of grown) upstream.report(report);
  }

  async #withEvidence(report: ReportOf<'level'>): Promise<ReportOf<'level'>> {
    const { level, host } = this.#options;
    if (report.level !== level) {
      return { ...report, evidence: [...report.evidence, ...host.evidenceForDeeper(report.level)] };
    }
    const seen = await host.evidenceForGuest(this.#machine!);
    const bootSeconds = Math.round((this.#bootSeconds ?? 0) * 1000) / 1000;
    return { ...report, bootSeconds, evidence: [...report.evidence, ...seen] };
  }

  #configuration(): AgentConfiguration {
    const { configuration, level } = this.#options;
    return { ...configuration, level };
  }

  #answer(answer: Parameters<typeof encode>[0]): void {
    this.#machine?.channel.write(encode(answer));
  }
}

const GOING_SECONDS = 5;

const pause = <Value>(seconds: number, value: Value): Promise<Value> =>
  delay(seconds * 1000, value, { ref: false });

function parametersFor(
  { kernelParameters }: AgentConfiguration,
  level: number,
  attempt: number,
): readonly string[] {
  return kernelParameters
    .filter((entry) => entry.level === level && (entry.attempts?.includes(attempt) ?? true))
    .flatMap((entry) => entry.parameters);
}
