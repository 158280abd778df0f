import { Duplex, PassThrough } from 'node:stream';
import { ConsoleTail } from '../../../src/bench/lab/console-tail.ts';
import type { LadderHost, LadderPlan } from '../../../src/bench/lab/ladder-run.ts';
import type { Answer, Evidence, Report, Turn } from '../../../src/bench/lab/protocol.ts';
import type { Machine } from '../../../src/bench/lab/qemu-process.ts';
import type { RecordHeader } from '../../../src/bench/record/record.ts';
import { OUTSIDE_BLOCKS, RECORD_SCHEMA } from '../../../src/bench/record/record.ts';

/** What goes wrong in a ladder, turn by turn, counted over all of its boots from 1. */
export interface Faults {
  /** The level that is lost in this turn, whoever has it. */
  readonly lose?: (turn: Turn, number: number) => number | null;
  /** Likewise while it warms up; counted on their own. */
  readonly loseWarming?: (turn: Turn, number: number) => number | null;
  /** Boots of this level fail this often. */
  readonly failBoots?: { readonly level: number; readonly times: number };
  readonly skip?: (turn: Turn) => string | null;
  readonly cost?: (turn: Turn) => number;
}

export const fakePlan = (more: Partial<LadderPlan> = {}): LadderPlan => ({
  ...{ clock: 'instructions', levels: [0, 1, 2], effort: 'small', seed: 7, boots: 1, blocks: 3, vcpus: 1 },
  workloads: ['alu-loop', 'cpuid', 'hash'],
  patience: { tries: 3, bootSeconds: 60, silenceSeconds: 60, totalSeconds: 60 },
  ...more,
});

export const fakeHeader = (plan: LadderPlan): RecordHeader => ({
  kind: 'header',
  schema: RECORD_SCHEMA,
  id: 'fake',
  version: '0.1.0',
  lab: 'emulated',
  clock: plan.clock,
  nsPerInstruction: plan.clock === 'instructions' ? 2 : null,
  started: '2026-11-28T12:00:00.000Z',
  seed: plan.seed,
  plan: { boots: plan.boots, blocks: plan.blocks, order: 'random', workloads: plan.workloads },
  settings: {},
  machine: {},
});

/** A ladder without machines: one object that says what the agents of all levels would say. */
export class FakeLadder {
  /** Those of blocks. */
  readonly turns: Turn[] = [];
  readonly warming: Turn[] = [];
  /** Both, and what came up, in the order of it all. */
  readonly story: string[] = [];
  boots = 0;
  /** Machines that were started and not ended. */
  running = 0;
  readonly #faults: Faults;
  readonly #depth: number;
  #bootsToFail: number;

  constructor(depth: number, faults: Faults = {}) {
    this.#depth = depth;
    this.#faults = faults;
    this.#bootsToFail = faults.failBoots?.times ?? 0;
  }

  readonly newHosts = (): readonly LadderHost[] => [this.#host()];

  readonly #host = (): LadderHost => ({
    level: 0,
    pid: null,
    start: () => Promise.resolve(this.#boot()),
    beforeStart: () => undefined,
    evidenceForGuest: () => Promise.resolve([claim('QEMU says KVM is not enabled')]),
    evidenceForDeeper: () => [],
    mark: () => undefined,
    stopCounting: () => undefined,
    pulse: () => null,
    consoleTail: () => ['the last line'],
  });

  #boot(): Machine {
    this.boots++;
    const up = new PassThrough();
    const down = new PassThrough();
    this.running++;
    let ended: (how: string) => void = () => undefined;
    const machine: Machine = {
      channel: Duplex.from({ readable: up, writable: down }) as Duplex,
      console: new ConsoleTail(),
      pid: null,
      // Nothing here asks QEMU for anything.
      qmp: null as unknown as Machine['qmp'],
      ended: new Promise<string>((resolve) => {
        ended = resolve;
      }).finally(() => this.running--),
      kill: () => ended('QEMU was ended by SIGKILL'),
    };
    const say = (report: Report): void => void up.write(`${JSON.stringify(report)}\n`);
    down.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter(Boolean)) {
        const answer = JSON.parse(line) as Answer;
        if (answer.type === 'configuration') this.#bringUp(0, say, ended);
        else if (answer.type === 'turn') this.#take(answer.turn, say, ended);
      }
    });
    setImmediate(() => say({ type: 'hello', protocol: 2 }));
    return machine;
  }

  #bringUp(from: number, say: (report: Report) => void, end: (how: string) => void): void {
    for (let level = from; level <= this.#depth; level++) {
      if (level > 0) say({ type: 'boot', level, attempt: 1 });
      if (level === this.#faults.failBoots?.level && this.#bootsToFail > 0) {
        this.#bootsToFail--;
        if (level === 0) {
          end('QEMU ended with status 1');
          return;
        }
        say({ type: 'lost', level, reason: 'it hung', console: ['a last word'] });
        if (this.#bootsToFail > 0) {
          level--;
          continue;
        }
        say({ type: 'gave-up', level, reason: 'it hung', console: ['a last word'] });
        return;
      }
      const evidence = Array.from({ length: level === 0 ? 2 : 2 + level }, (_, i) => claim(`fact ${i}`));
      this.story.push(`L${level} up`);
      say({ type: 'level', level, bootSeconds: 1 + level, environment: { level }, evidence });
    }
  }

  #take(turn: Turn, say: (report: Report) => void, end: (how: string) => void): void {
    const warms = turn.block === OUTSIDE_BLOCKS;
    const given = warms ? this.warming : this.turns;
    given.push(turn);
    this.story.push(`${turn.block}/${turn.level}/${turn.workload}`);
    const { level } = turn;
    const { lose, loseWarming } = this.#faults;
    const lost = (warms ? loseWarming : lose)?.(turn, given.length) ?? null;
    const line = this.#line(turn);
    if (line.kind === 'samples' && level > 0 && !warms) {
      say({ type: 'record', level, line: counters(turn) });
    }
    if (lost === 0) {
      end('QEMU was ended by SIGSEGV');
      return;
    }
    if (lost !== null) {
      say({ type: 'lost', level: lost, reason: 'it hung', console: [] });
      this.#bringUp(lost, say, end);
      if (lost <= level) return;
    }
    say({ type: 'record', level, line });
    say({ type: 'turn-done', ...turn, watched: { seconds: 1, 'steal-share': 0, 'clock-source': 'tsc' } });
  }

  #line(turn: Turn): { kind: string } {
    const { level, workload } = turn;
    const reason = this.#faults.skip?.(turn) ?? null;
    if (reason !== null) return { kind: 'skipped', level, workload, reason } as { kind: string };
    const cost = this.#faults.cost?.(turn) ?? 100;
    return {
      ...{ kind: 'samples', level, workload, class: 'control', unit: 'ns', operationsPerSample: 1 },
      ...{ values: [2 * cost, cost, cost, cost, cost, cost, cost], warmUp: 1, checksum: null },
    } as { kind: string };
  }
}

const claim = (text: string): Evidence => ({ claim: text, holds: true });

const counters = ({ level, workload }: Turn): { kind: string } =>
  ({
    ...{ kind: 'counters', level: level - 1, workloadLevel: level, workload, operations: 10 },
    ...{ source: 'debugfs kvm', delta: { exits: 20 } },
  }) as { kind: string };
