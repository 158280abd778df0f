import { formatPath } from './check-shape.ts';
import type { Path, SourceDocument } from './document.ts';
import type { Problem } from './problem.ts';
import type { VirtualMachine } from './scenario.ts';

/** Where something is written: a document and the keys down to it. */
export interface Origin {
  readonly document: SourceDocument;
  readonly path: Path;
}

/** Where each VM of a scenario is written, for messages about it. */
export type Origins = ReadonlyMap<VirtualMachine, Origin>;

export const below = (origin: Origin, key: string): Origin => ({
  document: origin.document,
  path: [...origin.path, key],
});

/** A problem with the value written at `origin`. */
export function problemAt(origin: Origin, message: string, hint?: string): Problem {
  return {
    file: origin.document.file,
    ...origin.document.valueAt(origin.path),
    path: formatPath(origin.path),
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}
