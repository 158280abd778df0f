/*
 * Checked by hand and not by a schema: this runs inside emulated guests, where loading a schema library takes longer
 * than the probe.
 */

/** What the probe prints about itself and the machine, once a run. `vendor` and on only for `probe info`. */
export interface ProbeInformation {
  /** Rate of the time stamp counter against CLOCK_MONOTONIC over the run, in hertz. */
  readonly tscHz: number;
  /** How far off `tscHz` may be, relatively, for lack of a common instant on both clocks. */
  readonly tscRelativeError: number;
  readonly cpu: number;
  readonly vendor?: string;
  readonly brand?: string;
  readonly hypervisorBit?: boolean;
  readonly hypervisors?: readonly string[];
}

export type ProbeOperation =
  | {
      readonly operation: string;
      readonly available: true;
      readonly warmUp: number;
      /** What the operation asks the clock to wait for, in ns; not a cost. */
      readonly requestedNs?: number;
      /** A computed value that must be the same on every machine. */
      readonly result?: string;
      /** Time stamp counter ticks of each operation, timer overhead included. */
      readonly ticks: readonly number[];
    }
  | { readonly operation: string; readonly available: false; readonly reason: string };

export interface ProbeOutput {
  readonly information: ProbeInformation;
  readonly operations: readonly ProbeOperation[];
}

/** @throws {Error} naming the line when the text is not what a whole run of the probe prints */
export function parseProbeOutput(text: string): ProbeOutput {
  let information: ProbeInformation | undefined;
  const operations: ProbeOperation[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line, index + 1);
    if (hasShape(parsed, INFORMATION)) information = parsed as unknown as ProbeInformation;
    else operations.push(parsed as unknown as ProbeOperation);
  }
  if (information === undefined) {
    throw new Error(
      `the native probe's output has no line about itself; found ${JSON.stringify(text.slice(0, 200))}`,
    );
  }
  return { information, operations };
}

type Line = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

/** What a line has, key by key; a key in `optional` may be missing, and none may be there that is not named. */
interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

const isString: Check = (value) => typeof value === 'string';
const isAmount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isWhole: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const INFORMATION: Shape = {
  required: {
    probe: (value) => value === 1,
    tscHz: (value) => isAmount(value) && value !== 0,
    tscRelativeError: isAmount,
    cpu: isWhole,
  },
  optional: {
    vendor: isString,
    brand: isString,
    hypervisorBit: (value) => typeof value === 'boolean',
    hypervisors: listOf(isString),
  },
};

const MEASURED: Shape = {
  required: {
    operation: isString,
    available: (value) => value === true,
    warmUp: isWhole,
    ticks: listOf(isAmount),
  },
  optional: { requestedNs: isAmount, result: isString },
};

const UNAVAILABLE: Shape = {
  required: { operation: isString, available: (value) => value === false, reason: isString },
  optional: {},
};

function parseLine(line: string, number: number): Line {
  const unexpected = (why: string): Error =>
    new Error(
      `the native probe printed something unexpected on line ${number}: ${line.slice(0, 200)}\n${why}`,
    );
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw unexpected((error as Error).message);
  }
  if (typeof value === 'object' && value !== null) {
    const found = value as Line;
    if ([INFORMATION, MEASURED, UNAVAILABLE].some((shape) => hasShape(found, shape))) return found;
  }
  throw unexpected(
    'expected a line about the probe, or an operation with its ticks or the reason it lacks them',
  );
}

function hasShape(line: Line, { required, optional }: Shape): boolean {
  return (
    Object.entries(required).every(([key, check]) => check(line[key])) &&
    Object.entries(line).every(([key, value]) => key in required || (optional[key]?.(value) ?? false))
  );
}
