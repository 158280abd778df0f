import type { Row } from '../../model/experiment/result.ts';
import { pairedRatio } from '../../model/kernel/statistics/paired-ratio.ts';
import { ratioInterval } from '../measured/ratio.ts';
import type { Answer } from '../text/answer.ts';
import { figureText, type Interval } from '../text/figure.ts';

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
  /** What the figure is the mean of, one value a replication, where pairs can be made of them: with the same random numbers. */
  readonly sample?: readonly number[];
}

/**
 * A document's figure over the first one's: from pairs of replications (Fieller) where both have as many, with the same
 * random numbers; else the interval is put together from those of both as if they were independent. Null where there is
 * no ratio.
 */
export function changeOf({ cells }: BesideRow, document: number): Interval | null {
  const [first, other] = [cells[0] ?? null, cells[document] ?? null];
  if (first === null || other === null || first.figure === null || other.figure === null) return null;
  const independent = ratioInterval(other.figure, first.figure);
  if (independent === null || !arePairs(first, other)) return independent;
  const paired = pairedRatio(first.sample!, other.sample!);
  return paired === null ? null : { ...paired, unit: 'ratio' };
}

const arePairs = (first: BesideCell, other: BesideCell): boolean =>
  first.sample !== undefined && first.sample.length > 1 && first.sample.length === other.sample?.length;

/** A row as a cell; its replications with it where they may be paired. */
export function rowCell(row: Row, mayPair: boolean): BesideCell {
  const cell = { text: figureText(row, row.unit), figure: intervalOf(row) };
  const sample = row.sample?.filter((value) => value !== null);
  return mayPair && sample !== undefined && sample.length === row.sample!.length ? { ...cell, sample } : cell;
}

/** Of documents of which each has a seed: as the first one's, the same random numbers were drawn. */
export const drawnAlike = (documents: readonly { readonly seed: number }[], document: number): boolean =>
  documents[document]!.seed === documents[0]!.seed;

export const PAIRED_INTERVALS =
  'Intervals are 95 %, over replications. Ratios of two with the same seed and as many replications are of pairs that share random numbers (Fieller); others take both sides as independent.';

/** A document with the name it goes by. */
export interface Named<Document> extends Omit<BesideDocument, 'origin'> {
  readonly document: Document;
}

/** Rows by key, in the order they are first met; a document that lacks one has null there. */
export function alignedRows<Document>(
  documents: readonly Document[],
  rowsOf: (document: Document, index: number) => readonly (readonly [name: string, cell: BesideCell])[],
): readonly BesideRow[] {
  const known = documents.map((document, index) => new Map(rowsOf(document, index)));
  const names = new Set(known.flatMap((rows) => [...rows.keys()]));
  return [...names].map((name) => ({ name, cells: known.map((rows) => rows.get(name) ?? null) }));
}

/** Whether anything is in the first and in another. */
export const hasCommonRows = ({ groups }: Beside): boolean =>
  groups.some(({ rows }) =>
    rows.some(({ cells }) => cells[0] !== null && cells.slice(1).some((cell) => cell !== null)),
  );

const intervalOf = ({ mean, low, high }: Interval): Interval => ({ mean, low, high });
