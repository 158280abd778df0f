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

/** Where a counted operation is: about to be run, or done. */
export type ProbeState =
  | { readonly state: 'ready' }
  | { readonly state: 'done'; readonly operations: number; readonly error: string };

/** @throws {Error} when the line is not what the probe says about itself */
export function parseInformation(line: string): ProbeInformation {
  return parseLine(line, [INFORMATION], 'a line about the probe') as unknown as ProbeInformation;
}

/** @throws {Error} when the line is not an operation with its ticks, or with the reason it lacks them */
export function parseOperation(line: string): ProbeOperation {
  const expected = 'an operation with its ticks or the reason it lacks them';
  return parseLine(line, [MEASURED, UNAVAILABLE], expected) as unknown as ProbeOperation;
}

/** @throws {Error} when the line is not about an operation that is counted */
export function parseState(line: string): ProbeState | (ProbeOperation & { readonly available: false }) {
  const expected = 'that an operation is ready, done or not available';
  return parseLine(line, [READY, DONE, UNAVAILABLE], expected) as unknown as ReturnType<typeof parseState>;
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

const READY: Shape = { required: { state: (value) => value === 'ready' }, optional: {} };

const DONE: Shape = {
  required: { state: (value) => value === 'done', operations: isWhole, error: isString },
  optional: {},
};

function parseLine(line: string, shapes: readonly Shape[], expected: string): Line {
  let value: unknown = null;
  try {
    value = JSON.parse(line);
  } catch {
    // Told below, like anything else that is not what was expected.
  }
  if (typeof value === 'object' && value !== null) {
    const found = value as Line;
    if (shapes.some((shape) => hasShape(found, shape))) return found;
  }
  throw new Error(
    `the native probe printed something unexpected: ${line.slice(0, 200)}\nexpected ${expected}`,
  );
}

function hasShape(line: Line, { required, optional }: Shape): boolean {
  return (
    Object.entries(required).every(([key, check]) => check(line[key])) &&
    Object.entries(line).every(([key, value]) => key in required || (optional[key]?.(value) ?? false))
  );
}
