/** Events are numbered by tickets, which wrap around. */
const TICKET_BITS = 30;

/** One bit above a ticket's: still a small integer on every engine. */
export const ABOVE_TICKETS = 1 << TICKET_BITS;

export const TICKET_MASK = ABOVE_TICKETS - 1;

/**
 * Sorts the first `count` tickets, oldest first, in place. Shell sort: nothing is allocated, and what comes is often
 * nearly in order.
 *
 * @param next the ticket to be given out next, from which ages are counted.
 */
export function sortByAge(tickets: Int32Array, count: number, next: number): void {
  let gap = 1;
  while (gap < count / 3) gap = 3 * gap + 1;
  for (; gap > 0; gap = (gap - 1) / 3) {
    for (let i = gap; i < count; i++) {
      const ticket = tickets[i]!;
      const age = (next - ticket) & TICKET_MASK;
      let j = i;
      while (j >= gap && ((next - tickets[j - gap]!) & TICKET_MASK) < age) {
        tickets[j] = tickets[j - gap]!;
        j -= gap;
      }
      tickets[j] = ticket;
    }
  }
}
