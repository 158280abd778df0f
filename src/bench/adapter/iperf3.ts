import { numberAt, optionalAt, parseJson, type ToolMetric, ToolOutputError } from './metric.ts';

const TOOL = 'iperf3';

/** `iperf3 --client ... --json`. @throws {ToolOutputError} also with what iperf3 says went wrong */
export function parseIperf3(text: string): readonly ToolMetric[] {
  const output = parseJson(TOOL, text);
  const error = optionalAt(output, ['error']);
  if (typeof error === 'string') throw new ToolOutputError(TOOL, 'a run without an error', error);
  // UDP has one sum; TCP one for each end.
  const udp = optionalAt(output, ['end', 'sum_received']) === undefined;
  const sum = udp ? 'sum' : 'sum_received';
  const retransmits = optionalAt(output, ['end', 'sum_sent', 'retransmits']);
  return [
    {
      name: 'received',
      value: numberAt(TOOL, output, ['end', sum, 'bits_per_second']),
      unit: 'bits per second',
    },
    ...(typeof retransmits === 'number'
      ? [{ name: 'retransmits', value: retransmits, unit: 'count' } as const]
      : []),
  ];
}
