import { type Fields, numberAt, optionalAt, parseJson, type ToolMetric, ToolOutputError } from './metric.ts';

const TOOL = 'cyclictest';

/** `cyclictest --json=FILE`: how late each thread woke. @throws {ToolOutputError} */
export function parseCyclictest(text: string): readonly ToolMetric[] {
  const output = parseJson(TOOL, text);
  const threads = optionalAt(output, ['thread']);
  if (typeof threads !== 'object' || threads === null) throw new ToolOutputError(TOOL, 'threads', text);
  const code = numberAt(TOOL, output, ['return_code']);
  if (code !== 0) throw new ToolOutputError(TOOL, 'return code 0', String(code));
  return Object.entries(threads as Fields).flatMap(([thread, figures]) =>
    (['min', 'avg', 'max'] as const).map(
      (name): ToolMetric => ({
        name: `thread-${thread}/${name}`,
        value: numberAt(TOOL, figures, [name]),
        unit: 'us',
      }),
    ),
  );
}
