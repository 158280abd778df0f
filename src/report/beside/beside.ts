import { ratioInterval } from '../measured/ratio.ts';
import type { Answer } from '../text/answer.ts';
import type { Interval } from '../text/figure.ts';

/** What can be put side by side beside scenarios and records, which are run or judged against each other. */
export type BesideKind = 'plans' | 'simulations' | 'sweeps' | 'profiles';

export const BESIDE_SCHEMA = 'nestmark/beside@1';

/** Documents of one kind: what each says, figure by figure, and how that stands to the first. */
export interface Beside {
  readonly schema: typeof BESIDE_SCHEMA;
  readonly of: BesideKind;
  readonly documents: readonly BesideDocument[];
  readonly answer: Answer;
  readonly groups: readonly BesideGroup[];
  /** What the intervals are, in a sentence. */
  readonly intervals: string;
  /** What a reader must know before comparing, in sentences: asked differently, made differently. */
  readonly notes: readonly string[];
}

export interface BesideDocument {
  /** Short, no other has it. */
  readonly name: string;
  /** File as it was named. */
  readonly file: string;
  /** What it is of, with versions, seeds and hashes. */
  readonly origin: string;
}

export interface BesideGroup {
  readonly title: string;
  /** Whether changes of its figures are drawn. */
  readonly drawn: boolean;
  readonly rows: readonly BesideRow[];
}

export interface BesideRow {
  readonly name: string;
  /** One a document, in their order; null where it has none. */
  readonly cells: readonly (BesideCell | null)[];
}

export interface BesideCell {
  readonly text: string;
  /** What ratios are taken of; null for what is no number, or none to take ratios of. */
  readonly figure: Interval | null;
}

/**
 * A document's figure over the first one's, its interval put together from those of both as if they were independent:
 * where they share random numbers it is too wide rather than too narrow. Null where there is no ratio.
 */
export function changeOf({ cells }: BesideRow, document: number): Interval | null {
  const [first, other] = [cells[0]?.figure ?? null, cells[document]?.figure ?? null];
  return first === null || other === null ? null : ratioInterval(other, first);
}

/** A document with the name it goes by. */
export interface Named<Document> extends Omit<BesideDocument, 'origin'> {
  readonly document: Document;
}

/** Rows by key, in the order they are first met; a document that lacks one has null there. */
export function alignedRows<Document>(
  documents: readonly Document[],
  rowsOf: (document: Document) => readonly (readonly [name: string, cell: BesideCell])[],
): readonly BesideRow[] {
  const known = documents.map((document) => new Map(rowsOf(document)));
  const names = new Set(known.flatMap((rows) => [...rows.keys()]));
  return [...names].map((name) => ({ name, cells: known.map((rows) => rows.get(name) ?? null) }));
}

/** Whether anything is in the first and in another. */
export const hasCommonRows = ({ groups }: Beside): boolean =>
  groups.some(({ rows }) =>
    rows.some(({ cells }) => cells[0] !== null && cells.slice(1).some((cell) => cell !== null)),
  );

/** Of a row that has more than its interval. */
export const intervalOf = ({ mean, low, high }: Interval): Interval => ({ mean, low, high });
