import type { Report, ReportOf } from './protocol.ts';

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
