import { ProbeEnded } from '../probe/session.ts';

/** What an agent says last: of a fault of its own where it is, of a probe that is gone what became of it. */
export function whyItFailed(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof ProbeEnded ? error.message : (error.stack ?? error.message);
}
