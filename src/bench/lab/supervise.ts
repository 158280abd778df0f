import { setTimeout as delay } from 'node:timers/promises';
import { LineSplitter } from './line-splitter.ts';
import {
  type AgentConfiguration,
  type BootPatience,
  type Evidence,
  encode,
  type Report,
  type ReportOf,
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
  /** A level has measured everything: whatever counting costs can stop. */
  stopCounting(): void;
  /** Something that grows for as long as the guest lives, or null when the host cannot tell. */
  pulse(): number | null;
}

/** The way to the level below, or to whoever writes the record. */
export interface Upstream {
  report(report: Report): void;
  /** Passes a mark on, and returns when every level below has taken its counters. */
  mark(mark: ReportOf<'mark'>): void;
}

export interface SupervisorOptions {
  /** The guest's level. */
  readonly level: number;
  /** What the guest is told, but for what changes with the attempt. */
  readonly configuration: AgentConfiguration;
  readonly host: Host;
  readonly upstream: Upstream;
  /** Reads a line from the guest. @throws {ProtocolError} when it is not what it should be */
  readonly read: (line: string) => Report;
  /** For this guest alone, when the configuration's limits are not in the clock of whoever supervises. */
  readonly patience?: BootPatience;
  readonly signal?: AbortSignal | undefined;
  readonly pulse?: PulseSettings;
}

export interface PulseSettings {
  readonly intervalSeconds: number;
  /** So many intervals without growth, and the guest is taken for dead. */
  readonly missed: number;
}

/**
 * A live Linux guest takes exits all the time, if only for its own clock's ticks. The interval is long enough not to
 * be seen in what the guest measures, and a pause of the whole machine counts as one missed beat only.
 */
const PULSE: PulseSettings = { intervalSeconds: 1.5, missed: 3 };

type Outcome = { readonly kind: 'done' } | { readonly kind: 'lost'; readonly reason: string };

/**
 * Boots a guest and stays with it until all levels from it upward have measured, trying again when it is lost. Runs in
 * the agent of every level that has a guest, and on the machine the lab runs on, whose guest is the metal.
 *
 * @returns whether everything that was wanted has been measured
 * @throws what `signal` is aborted with
 */
export async function superviseGuest(options: SupervisorOptions): Promise<boolean> {
  const { level, configuration, upstream, host, signal } = options;
  const { tries } = options.patience ?? configuration.patience;
  const measured = new Set(configuration.measured);
  const wanted = Array.from({ length: configuration.depth - level + 1 }, (_, i) => level + i);
  const complete = (): boolean => wanted.every((one) => measured.has(one));
  let last = { reason: '', console: [] as readonly string[] };
  for (let attempt = 1; attempt <= tries; attempt++) {
    signal?.throwIfAborted();
    upstream.report({ type: 'boot', level, attempt });
    const guest = new GuestSession(options, measured, attempt);
    const outcome = await guest.run();
    host.stopCounting();
    signal?.throwIfAborted();
    // A level above that was given up is no reason to boot this one again: it was told of by the one that gave up.
    if (outcome.kind === 'done' || complete()) return complete();
    last = { reason: outcome.reason, console: guest.consoleTail() };
    upstream.report({ type: 'lost', level, reason: last.reason, console: [...last.console] });
  }
  upstream.report({ type: 'gave-up', level, reason: last.reason, console: [...last.console] });
  return false;
}

/** One boot of the guest, until it is done or lost. */
class GuestSession {
  readonly #options: SupervisorOptions;
  readonly #measured: Set<number>;
  readonly #attempt: number;
  #machine: Machine | null = null;
  #bootSeconds: number | null = null;
  #started = 0;
  #lastHeard = 0;
  #lastStep = '';
  #settle: (outcome: Outcome) => void = () => undefined;
  /** Reports are handled one after the other, in the order they came. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions, measured: Set<number>, attempt: number) {
    this.#options = options;
    this.#measured = measured;
    this.#attempt = attempt;
  }

  async run(): Promise<Outcome> {
    const { host, level, configuration, signal } = this.#options;
    const settled = new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
    });
    host.beforeStart();
    const machine = await host.start(parametersFor(configuration, level, this.#attempt));
    this.#machine = machine;
    this.#started = this.#lastHeard = performance.now();
    const splitter = new LineSplitter((line) => this.#enqueue(line));
    machine.channel.setEncoding('utf8').on('data', (text: string) => {
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
      this.#lose(`${how}${this.#where()}`);
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

  consoleTail(): readonly string[] {
    return this.#machine?.console.last() ?? [];
  }

  #lose(reason: string): void {
    this.#settle({ kind: 'lost', reason });
  }

  #where(): string {
    if (this.#bootSeconds === null) return ' before its agent answered';
    return this.#lastStep === '' ? '' : ` during: ${this.#lastStep}`;
  }

  /** Deadlines and the pulse. @returns how to stop it */
  #watch(): () => void {
    const { host, configuration, pulse = PULSE, patience = configuration.patience } = this.#options;
    const { bootSeconds, silenceSeconds } = patience;
    const unborn = host.pulse();
    let before = unborn;
    let missed = 0;
    const timer = setInterval(() => {
      const beat = host.pulse();
      // QEMU itself takes its time before the guest runs.
      missed = beat !== null && beat !== unborn && beat === before ? missed + 1 : 0;
      before = beat;
      const silence = (performance.now() - this.#lastHeard) / 1000;
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
      .then(() => this.#handle(this.#options.read(line)))
      .catch((error: Error) => this.#loseFor(error));
  }

  /** A machine that was asked something and went away is told of by its end, which says more. */
  async #loseFor(error: Error): Promise<void> {
    const gone = this.#machine!.ended.then(() => true);
    if (error instanceof QmpError && (await Promise.race([gone, pause(GOING_SECONDS, false)]))) return;
    this.#lose(error.message);
  }

  async #handle(report: Report): Promise<void> {
    const { level, upstream, host } = this.#options;
    this.#lastHeard = performance.now();
    switch (report.type) {
      case 'hello':
        this.#bootSeconds = (this.#lastHeard - this.#started) / 1000;
        this.#answer({ type: 'configuration', configuration: this.#configuration() });
        return;
      case 'level':
        upstream.report(await this.#withEvidence(report));
        return;
      case 'mark':
        this.#mark(report);
        return;
      case 'measured':
        this.#measured.add(report.level);
        host.stopCounting();
        upstream.report(report);
        return;
      case 'failed':
        this.#lose(`its agent failed: ${report.reason}`);
        return;
      case 'done':
        if (report.level === level) this.#settle(await this.#afterDone());
        return;
      case 'progress':
        this.#lastStep = `${report.step}${report.level === level ? '' : ` (level ${report.level})`}`;
        upstream.report(report);
        return;
      case 'boot':
      case 'record':
      case 'lost':
      case 'gave-up':
        upstream.report(report);
    }
  }

  /** Lets the guest power itself off, for a while. */
  async #afterDone(): Promise<Outcome> {
    await Promise.race([this.#machine!.ended, pause(POWER_OFF_SECONDS, undefined)]);
    return { kind: 'done' };
  }

  /**
   * The guest waits meanwhile, so that a level's own counters stand still while those below it are taken. The levels
   * below do count what this one does: they begin last and end first.
   */
  #mark(mark: ReportOf<'mark'>): void {
    const { host, upstream } = this.#options;
    const grown: Report[] = [];
    const take = (): void => host.mark(mark, (report) => grown.push(report));
    if (mark.phase === 'begin') take();
    upstream.mark(mark);
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
    return { ...configuration, level, measured: [...this.#measured].sort((a, b) => a - b) };
  }

  #answer(answer: Parameters<typeof encode>[0]): void {
    this.#machine!.channel.write(encode(answer));
  }
}

const POWER_OFF_SECONDS = 10;
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
