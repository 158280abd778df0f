/** A kind of host one can have any number of. */
export interface Offer {
  readonly name: string;
  /** Seats it holds, at least 1. */
  readonly seats: number;
  readonly usdPerHour: number;
}

export interface Mix {
  readonly hosts: readonly { readonly name: string; readonly count: number; readonly seats: number }[];
  /** Seats there is room for, at least those asked for. */
  readonly room: number;
  readonly usdPerHour: number;
}

/** Several kinds of hosts are more to set up and to look after: they must save this share of what one kind costs. */
const WORTH_MIXING = 0.03;

/**
 * The cheapest hosts with room for `seats`: of one kind, unless mixing kinds saves more than 3 %. Ties go to fewer
 * hosts, then to the name. null when there is no offer.
 */
export function cheapestMix(offers: readonly Offer[], seats: number): Mix | null {
  const single = offers
    .map((offer) => ({ offer, count: Math.ceil(seats / offer.seats) }))
    .reduce<{ offer: Offer; count: number } | null>(
      (best, next) => (best === null || costOf(next) < costOf(best) || tieBreak(next, best) ? next : best),
      null,
    );
  if (single === null) return null;
  const mixed = cheapestCover(offers, seats);
  const one = toMix(new Map([[single.offer, single.count]]));
  return mixed.usdPerHour < (1 - WORTH_MIXING) * one.usdPerHour ? mixed : one;
}

type Choice = { readonly offer: Offer; readonly count: number };

const costOf = ({ offer, count }: Choice): number => offer.usdPerHour * count;

function tieBreak(next: Choice, best: Choice): boolean {
  if (costOf(next) !== costOf(best)) return false;
  return next.count < best.count || (next.count === best.count && next.offer.name < best.offer.name);
}

/** Unbounded covering knapsack over seats: for each number of them, what the last host of the cheapest cover is. */
function cheapestCover(offers: readonly Offer[], seats: number): Mix {
  const sorted = [...offers].sort((a, b) => (a.name < b.name ? -1 : 1));
  const cost = new Float64Array(seats + 1).fill(Number.POSITIVE_INFINITY);
  const last = new Array<Offer | null>(seats + 1).fill(null);
  cost[0] = 0;
  for (let covered = 1; covered <= seats; covered++) {
    for (const offer of sorted) {
      const before = cost[Math.max(0, covered - offer.seats)]! + offer.usdPerHour;
      if (before >= cost[covered]!) continue;
      cost[covered] = before;
      last[covered] = offer;
    }
  }
  const counts = new Map<Offer, number>();
  for (let covered = seats; covered > 0; ) {
    const offer = last[covered]!;
    counts.set(offer, (counts.get(offer) ?? 0) + 1);
    covered = Math.max(0, covered - offer.seats);
  }
  return toMix(counts);
}

function toMix(counts: ReadonlyMap<Offer, number>): Mix {
  const entries = [...counts].sort(([a], [b]) => b.seats - a.seats || (a.name < b.name ? -1 : 1));
  return {
    hosts: entries.map(([{ name, seats }, count]) => ({ name, count, seats })),
    room: entries.reduce((sum, [{ seats }, count]) => sum + seats * count, 0),
    usdPerHour: entries.reduce((sum, [{ usdPerHour }, count]) => sum + usdPerHour * count, 0),
  };
}
