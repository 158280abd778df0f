export interface TableOptions {
  /** Columns of the terminal; used between 80 and 100 of them. */
  readonly columns?: number;
  /** Left out: colour when stdout is a terminal and NO_COLOR is not set. */
  readonly colour?: boolean;
}

const NARROWEST = 80;
const WIDEST = 100;

export const widthOf = ({ columns = WIDEST }: TableOptions): number =>
  Math.min(Math.max(columns, NARROWEST), WIDEST);
