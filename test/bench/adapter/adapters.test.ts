import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCyclictest } from '../../../src/bench/adapter/cyclictest.ts';
import { parseFio } from '../../../src/bench/adapter/fio.ts';
import { parseIperf3 } from '../../../src/bench/adapter/iperf3.ts';
import type { ToolMetric } from '../../../src/bench/adapter/metric.ts';
import { parseStressNg } from '../../../src/bench/adapter/stress-ng.ts';
import { parseSysbench } from '../../../src/bench/adapter/sysbench.ts';

const captured = (name: string): string => readFileSync(join(import.meta.dirname, 'captured', name), 'utf8');
const table = (metrics: readonly ToolMetric[]): Record<string, number> =>
  Object.fromEntries(metrics.map(({ name, value }) => [name, value]));

describe('what the tools of Debian 12 printed', () => {
  test('stress-ng 0.15.06: its named metrics, and no bogo operations', () => {
    expect(table(parseStressNg(captured('stress-ng-0.15.06.yaml')))).toEqual({
      'x86cpuid/nanosecs-per-cpuid-instruction': 57568.208797,
      'switch/nanosecs-per-context-switch-pipe-method': 286754.889366,
    });
  });

  test('sysbench 1.0.20: cpu and memory', () => {
    expect(table(parseSysbench(captured('sysbench-cpu-1.0.20.txt')))).toMatchObject({
      events: 667.33,
      'latency/avg': 1_490_000,
      'latency/95th-percentile': 14_460_000,
    });
    expect(table(parseSysbench(captured('sysbench-memory-1.0.20.txt')))).toMatchObject({
      operations: 839615.62,
    });
  });

  test('fio 3.33', () => {
    const metrics = table(parseFio(captured('fio-3.33.json')));
    expect(metrics['random/read/iops']).toBeCloseTo(1239.88154);
    expect(metrics['random/read/latency-mean']).toBeCloseTo(754896.458599);
    expect(metrics['random/write/iops']).toBeGreaterThan(0);
  });

  test('iperf3 3.12', () => {
    expect(table(parseIperf3(captured('iperf3-3.12.json')))).toEqual({
      received: 3077954763.62367,
      retransmits: 25,
    });
  });

  test('cyclictest of rt-tests 2.4', () => {
    expect(table(parseCyclictest(captured('cyclictest-2.4.json')))).toEqual({
      'thread-0/min': 16,
      'thread-0/avg': expect.any(Number),
      'thread-0/max': 37433,
    });
  });
});

describe('what the tools of Debian 13 printed', () => {
  test('stress-ng 0.19.02, whose build information is no YAML', () => {
    expect(table(parseStressNg(captured('stress-ng-0.19.02.yaml')))).toEqual({
      'x86cpuid/nanosecs-per-cpuid-instruction': 23520.840896,
      'switch/nanosecs-per-context-switch-pipe-method': 40340.204636,
    });
  });

  test('fio 3.39', () => {
    const metrics = table(parseFio(captured('fio-3.39.json')));
    expect(metrics['job/read/iops']).toBeCloseTo(4503);
    expect(metrics['job/read/latency-mean']).toBeCloseTo(221422.888741);
  });

  test('iperf3 3.18', () => {
    expect(table(parseIperf3(captured('iperf3-3.18.json')))).toEqual({
      received: 7862101110.29411,
      retransmits: 18,
    });
  });

  test('cyclictest of rt-tests 2.6', () => {
    expect(table(parseCyclictest(captured('cyclictest-2.6.json')))).toEqual({
      'thread-0/min': 100,
      'thread-0/avg': 179.18,
      'thread-0/max': 8697,
    });
  });
});

describe('differences of other versions, written by hand after their documentation and not captured', () => {
  test('newer stress-ng also says how many instances there were', () => {
    const text = captured('stress-ng-0.15.06.yaml').replace(
      '      bogo-ops: 1024',
      '      instances: 1\n      exercised: 1\n      bogo-ops: 1024',
    );
    expect(parseStressNg(text)).toEqual(parseStressNg(captured('stress-ng-0.15.06.yaml')));
  });

  test('fio before 3.0 gave times in us, and warnings may come first', () => {
    const job = {
      jobname: 'old',
      error: 0,
      read: { iops: 10, clat: { mean: 5, max: 9 } },
      write: { iops: 0 },
    };
    expect(table(parseFio(`fio: a warning\n${JSON.stringify({ jobs: [job] })}`))).toEqual({
      'old/read/iops': 10,
      'old/read/latency-mean': 5000,
      'old/read/latency-max': 9000,
    });
  });

  test('iperf3 over UDP has one sum for both ends', () => {
    expect(table(parseIperf3('{"end":{"sum":{"bits_per_second":12}}}'))).toEqual({ received: 12 });
  });
});

describe('what is wrong is said with the tool and what was expected', () => {
  test.each([
    ['stress-ng', () => parseStressNg('stress-ng: error: no such stressor')],
    ['sysbench', () => parseSysbench('FATAL: Cannot find benchmark')],
    ['fio', () => parseFio('fio: job file not found')],
    ['iperf3', () => parseIperf3('{"error":"unable to connect to server: Connection refused"}')],
    ['cyclictest', () => parseCyclictest('{"return_code":1,"thread":{}}')],
  ])('%s', (tool, parse) => {
    expect(parse).toThrow(new RegExp(`^${tool}: found .*, expected `));
  });

  test('a job of fio that failed gives no figures', () => {
    expect(() => parseFio('{"jobs":[{"jobname":"full","error":28}]}')).toThrow(/job full without an error/);
  });
});
