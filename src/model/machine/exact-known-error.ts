/** How far the exact engine's schedule was from a real kernel's (docs/verify-scheduler.md): `nestmark verify scheduler`. */
export const EXACT_KNOWN_ERROR: ExactKnownError = {
  date: '2026-11-28',
  system: 'Linux 6.18.44 with 2 vCPUs, 250 Hz, EEVDF',
  source: 'docs/verify-scheduler.md',
  figures: [
    { name: 'shares of CPU time', count: 14, median: 0.3, largest: 2.5 },
    { name: 'waits', count: 26, median: 0.9, largest: 25 },
    { name: 'responses', count: 12, median: 4.4, largest: 14 },
  ],
};

/** Sizes of errors, predicted against measured, in per cent of what was measured. */
interface ExactKnownError {
  /** When it was found out. */
  readonly date: string;
  /** What was measured. */
  readonly system: string;
  readonly source: string;
  readonly figures: readonly {
    readonly name: string;
    readonly count: number;
    readonly median: number;
    readonly largest: number;
  }[];
}
