/**
 * Where a command writes: its answer to `out`, everything else to `err`. With `--json` the answer is one JSON
 * document and nothing else reaches `out`.
 */
export interface Terminal {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly columns: number;
  /** Aborted by Ctrl-C or SIGTERM; a command stops, cleans up and lets nothing half-written behind. */
  readonly signal: AbortSignal;
}
