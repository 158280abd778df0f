/** What was found out about one number of seats. */
export interface SeatAnswer<T> {
  readonly seats: number;
  readonly meets: boolean;
  readonly detail: T;
}

export interface LargestSeats<T> {
  /** The largest number that meets; 0 when not even one does. */
  readonly seats: number;
  /** What was seen at that number; null for 0. */
  readonly at: T | null;
  /** What was seen at the next number, which does not meet; null when that was not tried (the most allowed meets). */
  readonly beyond: T | null;
  readonly asked: readonly SeatAnswer<T>[];
}

/**
 * The largest number of seats from 1 to `most` that meets, by bisection. Answers are taken to be monotone: where one
 * number fails, larger ones do. With common random numbers a noisy answer is monotone nearly everywhere, and the
 * number found is one that meets while the next one does not.
 *
 * @param guess where the edge may be; asked first with its neighbour, when it is inside the range
 */
export async function largestSeats<T>(
  most: number,
  ask: (seats: number) => Promise<{ readonly meets: boolean; readonly detail: T }>,
  guess: number = most,
): Promise<LargestSeats<T>> {
  const answers = new Map<number, SeatAnswer<T>>();
  const asked = async (seats: number): Promise<SeatAnswer<T>> => {
    const known = answers.get(seats);
    if (known !== undefined) return known;
    const answer = { seats, ...(await ask(seats)) };
    answers.set(seats, answer);
    return answer;
  };
  let low = 0;
  let high = most + 1;
  // Outwards from the guess, in steps that double, until the edge is between two answers.
  let step = 1;
  for (let next = Math.min(Math.max(1, guess), most); next > low && next < high; step *= 2) {
    if ((await asked(next)).meets) {
      low = next;
      next = Math.min(low + step, most);
    } else {
      high = next;
      next = Math.max(high - step, 1);
    }
    if (low > 0 && high <= most) break;
  }
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if ((await asked(middle)).meets) low = middle;
    else high = middle;
  }
  return {
    seats: low,
    at: answers.get(low)?.detail ?? null,
    beyond: answers.get(low + 1)?.detail ?? null,
    asked: [...answers.values()].sort((a, b) => a.seats - b.seats),
  };
}
