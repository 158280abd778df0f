import { ProbeEnded } from '../probe/session.ts';

/** What an agent says last: of a fault of its own where it is, of one it was told what was said. */
export function whyItFailed(error: unknown): string {
  if (error instanceof ProbeEnded || !(error instanceof Error))
    return String((error as Error).message ?? error);
  return error.stack ?? error.message;
}
