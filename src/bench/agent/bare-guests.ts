import type { AgentConfiguration, Evidence, Report, ReportOf, Turn } from '../lab/protocol.ts';
import type { Upstream } from '../lab/upstream.ts';
import { isBare } from '../workload/bare-operations.ts';
import type { ExitCounter } from './exit-counter.ts';
import { type LevelPlaces, TurnTaker } from './turn-taker.ts';

/**
 * The bare guests of a level, which have no agent of their own: this level's agent starts them anew for every workload,
 * and speaks for them. They are one level up, and what they cost is that level's.
 */
export class BareGuests {
  readonly #level: number;
  readonly #taker: TurnTaker;
  readonly #exits: ExitCounter;

  private constructor(level: number, taker: TurnTaker, exits: ExitCounter) {
    this.#level = level;
    this.#taker = taker;
    this.#exits = exits;
  }

  /** @param configuration of the level that starts them, whose KVM is loaded */
  static async start(
    configuration: AgentConfiguration,
    places: LevelPlaces,
    { exits, upstream }: { readonly exits: ExitCounter; readonly upstream: Upstream },
  ): Promise<BareGuests> {
    const level = configuration.level + 1;
    const counting = countedHere(exits, upstream);
    const taker = await TurnTaker.start({ ...configuration, level }, places, counting);
    return new BareGuests(level, taker, exits);
  }

  /** Whether a turn is one of theirs. */
  has({ level, workload }: Turn): boolean {
    return level === this.#level && isBare(workload);
  }

  async take(turn: Turn): Promise<void> {
    await this.#taker.take(turn);
  }

  /**
   * Runs two of them, to see whether they do.
   * @throws {Error} when no bare guest runs here
   */
  async evidence(): Promise<readonly Evidence[]> {
    const below = this.#level - 1;
    this.#exits.beforeStart();
    const claims: Evidence[] = [];
    for (const [operation, claim] of [
      [
        'bare-cpuid',
        `a guest without a kernel ran through the KVM API of level ${below}, and ended as it should`,
      ],
      ['bare-pio', `a port it read was answered by a process of level ${below}`],
    ] as const) {
      const measured = await this.#taker.probe.measure({ operation, warmUp: 0, samples: 1 });
      if (!measured.available) throw new Error(`no bare guest runs in level ${below}: ${measured.reason}`);
      claims.push({ claim, holds: measured.ticks.length === 1 });
    }
    return [...claims, this.#exits.grown('exits', 'they ran')];
  }
}

/** What whoever supervises a guest with an agent does for its marks. */
function countedHere(exits: ExitCounter, upstream: Upstream): Upstream {
  return {
    report: (report) => {
      if (report.type !== 'turn-done') {
        upstream.report(report);
        return;
      }
      exits.stop();
      // Its clock and its steal are this level's, and not those of the guest.
      upstream.report({ ...report, watched: { seconds: report.watched['seconds'] ?? 0 } });
    },
    async mark(mark: ReportOf<'mark'>): Promise<void> {
      const grown: Report[] = [];
      const take = (): void => exits.mark(mark, (report) => grown.push(report));
      if (mark.phase === 'begin') take();
      await upstream.mark(mark);
      if (mark.phase === 'end') take();
      for (const report of grown) upstream.report(report);
    },
  };
}
