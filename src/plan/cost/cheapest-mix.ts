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

/** A second kind of host is more to set up and to look after: it must save this share of what one kind costs. */
const WORTH_MIXING = 0.05;

/**
 * The cheapest hosts with room for `seats`: of one kind, or of two when that saves more than 5 %. Ties go to fewer
 * hosts, then to the name. null when there is no offer.
 */
export function cheapestMix(offers: readonly Offer[], seats: number): Mix | null {
  const sorted = [...offers].sort((a, b) => (a.name < b.name ? -1 : 1));
  const one = cheapest(sorted.map((offer) => mixOf([offer, Math.ceil(seats / offer.seats)])));
  if (one === null) return null;
  const two = cheapest(pairsOf(sorted, seats, (1 - WORTH_MIXING) * one.usdPerHour));
  return two ?? one;
}

/** Full hosts of one kind and as many of a cheaper one as the rest needs, where that stays below `limit`. */
function pairsOf(offers: readonly Offer[], seats: number, limit: number): Mix[] {
  const found: Mix[] = [];
  for (const large of offers) {
    for (let count = 1; count * large.seats < seats; count++) {
      const spent = count * large.usdPerHour;
      if (spent >= limit) break;
      const rest = seats - count * large.seats;
      for (const small of offers) {
        if (small === large) continue;
        const others = Math.ceil(rest / small.seats);
        if (spent + others * small.usdPerHour >= limit) continue;
        found.push(mixOf([large, count], [small, others]));
      }
    }
  }
  return found;
}

function cheapest(mixes: readonly Mix[]): Mix | null {
  return mixes.reduce<Mix | null>((best, next) => (best === null || better(next, best) ? next : best), null);
}

function better(next: Mix, best: Mix): boolean {
  // Sums of the same prices in another order differ in their last digit.
  if (Math.abs(next.usdPerHour - best.usdPerHour) > 1e-9) return next.usdPerHour < best.usdPerHour;
  return countOf(next) < countOf(best);
}

const countOf = ({ hosts }: Mix): number => hosts.reduce((sum, { count }) => sum + count, 0);

function mixOf(...parts: readonly (readonly [Offer, number])[]): Mix {
  const ordered = [...parts].sort(([a], [b]) => b.seats - a.seats || (a.name < b.name ? -1 : 1));
  return {
    hosts: ordered.map(([{ name, seats }, count]) => ({ name, count, seats })),
    room: ordered.reduce((sum, [{ seats }, count]) => sum + seats * count, 0),
    usdPerHour: ordered.reduce((sum, [{ usdPerHour }, count]) => sum + usdPerHour * count, 0),
  };
}
