/** Frames a connection sends at first without an answer (RFC 6928). */
const FIRST_WINDOW = 10;
/** Linux's buffers let no more than about 6 MB be on their way (net.ipv4.tcp_rmem). */
const LARGEST_WINDOW = 4096;
/** No fewer than so many after a loss that was noticed by what came later (RFC 5681: two segments). */
const LEAST_THRESHOLD = 2;
/** Linux waits no less for an answer, and no longer (TCP_RTO_MIN, TCP_RTO_MAX, include/net/tcp.h). */
const FIRST_TIMEOUT = 200e6;
const LONGEST_TIMEOUT = 120e9;
/** After so many timeouts in a row the connection is given up (net.ipv4.tcp_retries2). */
const MOST_TIMEOUTS = 15;

/** There is no hope for the connection. */
export const GIVEN_UP = -1;

/**
 * The windows of connections, one a task, in rounds: a window of frames is sent, and when the last of them has
 * arrived or is known to be lost the next round follows. A round without loss doubles the window up to a threshold and
 * then adds one; a round that lost some halves it; one that lost everything starts again at one after a timeout, which
 * doubles each time (RFC 5681, RFC 6298). Answers take no time and no frames.
 */
export class Congestion {
  private readonly window: Float64Array;
  private readonly threshold: Float64Array;
  private readonly timeouts: Int32Array;

  constructor(tasks: number) {
    this.window = new Float64Array(tasks).fill(FIRST_WINDOW);
    this.threshold = new Float64Array(tasks).fill(LARGEST_WINDOW);
    this.timeouts = new Int32Array(tasks);
  }

  /** Frames that may be on their way. */
  windowOf(task: number): number {
    return this.window[task]!;
  }

  /** A round arrived as it was sent. A window that was not filled is not known to be good for more. */
  arrived(task: number, sent: number): void {
    const window = this.window[task]!;
    this.timeouts[task] = 0;
    if (sent < window) return;
    const grown = window < this.threshold[task]! ? Math.min(2 * window, this.threshold[task]!) : window + 1;
    this.window[task] = Math.min(grown, LARGEST_WINDOW);
  }

  /** A round lost frames: how long until they are sent again, or GIVEN_UP. */
  lost(task: number, sent: number, lost: number): number {
    this.threshold[task] = Math.max(LEAST_THRESHOLD, Math.floor(Math.min(sent, this.window[task]!) / 2));
    if (lost < sent) {
      this.window[task] = this.threshold[task]!;
      this.timeouts[task] = 0;
      return 0;
    }
    this.window[task] = 1;
    if (this.timeouts[task] === MOST_TIMEOUTS) {
      this.timeouts[task] = 0;
      return GIVEN_UP;
    }
    const timeout = FIRST_TIMEOUT * 2 ** this.timeouts[task]!;
    this.timeouts[task]! += 1;
    return Math.min(timeout, LONGEST_TIMEOUT);
  }
}
