/** A figure of a tool, by the tool's own name for it. */
export interface ToolMetric {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ns' | 'us' | 'per second' | 'bytes per second' | 'bits per second' | 'count';
}

/** What a tool printed is not what is known of it; the message says which tool, and what was expected. */
export class ToolOutputError extends Error {
  override readonly name = 'ToolOutputError';

  constructor(tool: string, expected: string, found: string) {
    super(`${tool}: found ${JSON.stringify(found.slice(0, 120))}, expected ${expected}`);
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** @throws {ToolOutputError} when the text is no JSON object */
export function parseJson(tool: string, text: string): Fields {
  // Some print warnings first.
  const start = text.indexOf('{');
  try {
    const value: unknown = JSON.parse(start < 0 ? text : text.slice(start));
    if (typeof value === 'object' && value !== null) return value as Fields;
  } catch {
    // Told below.
  }
  throw new ToolOutputError(tool, 'a JSON object', text);
}

/** A number at a path in parsed JSON. @throws {ToolOutputError} naming the path */
export function numberAt(tool: string, value: unknown, path: readonly string[]): number {
  const found = optionalAt(value, path);
  if (typeof found === 'number' && Number.isFinite(found)) return found;
  throw new ToolOutputError(tool, `a number at ${path.join('.')}`, JSON.stringify(found) ?? 'nothing');
}

export function optionalAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = (found as Fields | null | undefined)?.[key];
  return found;
}
