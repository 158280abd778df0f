import { type ToolMetric, ToolOutputError } from './metric.ts';

const TOOL = 'sysbench';
const NS_PER_MS = 1e6;

/** The text of a run of sysbench 1.0: its rate, and the latencies of an event. @throws {ToolOutputError} */
export function parseSysbench(text: string): readonly ToolMetric[] {
  if (!/^sysbench 1\./m.test(text)) throw new ToolOutputError(TOOL, 'the first line of sysbench 1.x', text);
  const latencies = ['min', 'avg', 'max', '95th percentile'].map((name): ToolMetric => {
    const value = new RegExp(`^ +${name}: +([\\d.]+)$`, 'm').exec(text)?.[1];
    if (value === undefined) throw new ToolOutputError(TOOL, `a latency called ${name}`, text.slice(-120));
    return { name: `latency/${name.replace(' ', '-')}`, value: Number(value) * NS_PER_MS, unit: 'ns' };
  });
  const rates = [
    ['events', /^ +events per second: +([\d.]+)$/m],
    ['operations', /^Total operations: \d+ \(([\d.]+) per second\)$/m],
  ] as const;
  return [
    ...rates.flatMap(([name, pattern]): readonly ToolMetric[] => {
      const value = pattern.exec(text)?.[1];
      return value === undefined ? [] : [{ name, value: Number(value), unit: 'per second' }];
    }),
    ...latencies,
  ];
}
