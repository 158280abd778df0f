import { numberAt, optionalAt, parseJson, type ToolMetric, ToolOutputError } from './metric.ts';

const TOOL = 'fio';
const DIRECTIONS = ['read', 'write', 'trim'] as const;

/**
 * `fio --output-format=json`: of each job and direction that did anything, its operations a second and the time of one.
 * Since fio 3.0 times are in ns (`clat_ns`); before they were in us (`clat`).
 * @throws {ToolOutputError} also when a job failed
 */
export function parseFio(text: string): readonly ToolMetric[] {
  const output = parseJson(TOOL, text);
  const jobs = optionalAt(output, ['jobs']);
  if (!Array.isArray(jobs) || jobs.length === 0) throw new ToolOutputError(TOOL, 'a list of jobs', text);
  return jobs.flatMap((job: unknown) => {
    const name = String(optionalAt(job, ['jobname']) ?? '');
    const error = numberAt(TOOL, job, ['error']);
    if (error !== 0) throw new ToolOutputError(TOOL, `job ${name} without an error`, `error ${error}`);
    return DIRECTIONS.flatMap((direction): readonly ToolMetric[] => {
      if (optionalAt(job, [direction]) === undefined || numberAt(TOOL, job, [direction, 'iops']) === 0)
        return [];
      const inNs = optionalAt(job, [direction, 'clat_ns']) !== undefined;
      const [key, scale] = inNs ? (['clat_ns', 1] as const) : (['clat', 1000] as const);
      const at = (figure: string): number => numberAt(TOOL, job, [direction, key, figure]) * scale;
      return [
        {
          name: `${name}/${direction}/iops`,
          value: numberAt(TOOL, job, [direction, 'iops']),
          unit: 'per second',
        },
        { name: `${name}/${direction}/latency-mean`, value: at('mean'), unit: 'ns' },
        { name: `${name}/${direction}/latency-max`, value: at('max'), unit: 'ns' },
      ];
    });
  });
}
