import { parseDocument } from 'yaml';
import { type Fields, optionalAt, type ToolMetric, ToolOutputError } from './metric.ts';

const TOOL = 'stress-ng';
/** What every stressor reports: bogo operations are no measure of anything (stress-ng(1)), and the rest is accounting. */
const OF_EVERY_STRESSOR =
  /^(stressor|instances|exercised|bogo-ops.*|wall-clock-time|user-time|system-time|cpu-usage-per-instance|max-rss)$/;

/**
 * The named metrics of `stress-ng --metrics --yaml FILE`, e.g. `x86cpuid/nanosecs-per-cpuid-instruction`.
 * @throws {ToolOutputError}
 */
export function parseStressNg(text: string): readonly ToolMetric[] {
  // Debian's 0.19 writes build information before them that is no YAML.
  const document = parseDocument(text.slice(Math.max(0, text.search(/^metrics:/m))));
  const metrics = document.errors.length > 0 ? undefined : optionalAt(document.toJS(), ['metrics']);
  if (!Array.isArray(metrics)) throw new ToolOutputError(TOOL, 'YAML with a list of metrics', text);
  return (metrics as readonly Fields[]).flatMap((entry) => {
    const stressor = String(entry['stressor'] ?? '');
    if (stressor === '') throw new ToolOutputError(TOOL, 'a stressor in every metric', JSON.stringify(entry));
    return Object.entries(entry)
      .filter(([key, value]) => !OF_EVERY_STRESSOR.test(key) && typeof value === 'number')
      .map(
        ([key, value]): ToolMetric => ({
          name: `${stressor}/${key}`,
          value: value as number,
          unit: key.startsWith('nanosec') ? 'ns' : /per-sec/.test(key) ? 'per second' : 'count',
        }),
      );
  });
}
