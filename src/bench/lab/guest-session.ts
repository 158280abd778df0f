import { setTimeout as delay } from 'node:timers/promises';
import type { QuietTime } from '../environment/quiet-time.ts';
import { causeIn } from './console-cause.ts';
import { Expectations } from './expectations.ts';
import type { Host } from './host.ts';
import { LineSplitter } from './line-splitter.ts';
import {
  type AgentConfiguration,
  type BootPatience,
  encode,
  isForTheRecord,
  type Report,
  type ReportOf,
  type Turn,
} from './protocol.ts';
import { PULSE, Pulse, type PulseSettings } from './pulse.ts';
import type { Machine } from './qemu-process.ts';
import { QmpError } from './qmp.ts';
import type { Upstream } from './upstream.ts';

/** A guest, and what it is told and watched by. */
export interface GuestOptions {
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

/** Beats from one `alive` to the next: 5 s on the time clock, 1 s of virtual time on the other. */
const BEATS_TO_A_SIGN: Readonly<Record<AgentConfiguration['clock'], number>> = { time: 2, instructions: 5 };

type Outcome = { readonly kind: 'stopped' } | { readonly kind: 'lost'; readonly reason: string };

/** One boot of the guest, until it is stopped or lost. */
export class GuestSession {
  readonly #options: GuestOptions;
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

  constructor(options: GuestOptions, attempt: number) {
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
    const { pulse: settings = PULSE[configuration.clock], patience = configuration.patience } = this.#options;
    const { bootSeconds, silenceSeconds } = patience;
    const pulse = new Pulse(host, settings);
    let beats = 0;
    const timer = setInterval(() => {
      if (!this.#expectations.any()) {
        pulse.rest();
        return;
      }
      // Nothing is measured while something boots; and the level below has to be more patient than this one.
      if ((alive || this.#expectations.booting()) && ++beats % BEATS_TO_A_SIGN[configuration.clock] === 0)
        upstream.report({ type: 'alive' });
      const silence = this.#expectations.silentSeconds(performance.now());
      if (pulse.stopped()) {
        this.#lose(
          `it hung: no exit but interrupts of its host for ${settings.missed * settings.intervalSeconds} s${this.#where()}`,
        );
      } else if (this.#bootSeconds === null && silence > bootSeconds) {
        this.#lose(`its agent did not answer within ${bootSeconds} s`);
      } else if (silence > silenceSeconds) {
        this.#lose(`it said nothing for ${silenceSeconds} s${this.#where()}`);
      }
    }, settings.intervalSeconds * 1000);
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
