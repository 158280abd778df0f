import { z } from 'zod';

/** What the probe prints about itself and the machine, once a run. `vendor` and on only for `probe info`. */
const informationSchema = z.strictObject({
  probe: z.literal(1),
  /** Rate of the time stamp counter against CLOCK_MONOTONIC over the run, in hertz. */
  tscHz: z.number().positive(),
  /** How far off `tscHz` may be, relatively, for lack of a common instant on both clocks. */
  tscRelativeError: z.number().nonnegative(),
  cpu: z.int().nonnegative(),
  vendor: z.string().optional(),
  brand: z.string().optional(),
  hypervisorBit: z.boolean().optional(),
  hypervisors: z.array(z.string()).optional(),
});

const measuredSchema = z.strictObject({
  operation: z.string(),
  available: z.literal(true),
  warmUp: z.int().nonnegative(),
  /** What the operation asks the clock to wait for, in ns; not a cost. */
  requestedNs: z.number().nonnegative().optional(),
  /** A computed value that must be the same on every machine. */
  result: z.string().optional(),
  /** Time stamp counter ticks of each operation, timer overhead included. */
  ticks: z.array(z.number().nonnegative()),
});

const unavailableSchema = z.strictObject({
  operation: z.string(),
  available: z.literal(false),
  reason: z.string(),
});

const lineSchema = z.union([informationSchema, measuredSchema, unavailableSchema]);

export type ProbeInformation = z.infer<typeof informationSchema>;
export type ProbeOperation = z.infer<typeof measuredSchema> | z.infer<typeof unavailableSchema>;

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
    if ('probe' in parsed) information = parsed;
    else operations.push(parsed);
  }
  if (information === undefined) {
    throw new Error(
      `the native probe's output has no line about itself; found ${JSON.stringify(text.slice(0, 200))}`,
    );
  }
  return { information, operations };
}

function parseLine(line: string, number: number): z.infer<typeof lineSchema> {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(
      `the native probe printed something unexpected on line ${number}: ${line.slice(0, 200)}\n${why}`,
    );
  }
}
