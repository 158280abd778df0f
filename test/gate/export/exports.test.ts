import { describe, expect, it } from 'vitest';
import { toAnnotations, toStepSummary } from '../../../src/gate/export/github.ts';
import { toJunit } from '../../../src/gate/export/junit.ts';
import { toMarkdown } from '../../../src/gate/export/markdown.ts';
import { toOpenMetrics } from '../../../src/gate/export/open-metrics.ts';
import { toBencher, toSmallerIsBetter } from '../../../src/gate/export/trackers.ts';
import { exampleResult, exampleRow } from '../../report/fixture/gate.ts';

const unlike = exampleResult({
  verdict: 'incomparable',
  differences: [
    {
      aspect: 'kernel',
      where: 'L1',
      fact: 'kernel.release',
      baseline: '6.1',
      candidate: '6.12',
      allowed: false,
    },
  ],
});

describe('JUnit XML', () => {
  it('fails what regressed, skips what cannot be told, and counts both', () => {
    const xml = toJunit(exampleResult());
    expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1"');
    expect(xml).toContain('<failure type="regression" message="cpuid in L2, time: +10.1 % (+7.1 … +13.2 %)');
    expect(xml).toContain('name="a &quot;quoted&quot; &lt;name&gt; exits"');
  });

  it('has an error that says in what two records differ', () => {
    expect(toJunit(unlike)).toContain('kernel.release was 6.1, is 6.12</error>');
  });

  it('stays XML whatever a name holds', () => {
    const xml = toJunit(
      exampleResult({ rows: [exampleRow({ verdict: 'pass', name: '\u0000\u001b[31m]]>&' })] }),
    );
    expect(xml).toContain('\ufffd\ufffd[31m]]&gt;&amp;');
  });
});

describe('GitHub', () => {
  it('annotates a regression as an error and the unsure as a warning, colons and commas escaped in a title', () => {
    expect(toAnnotations(exampleResult())).toBe(
      '::error title=cpuid in L2%2C time regressed::+10.1 %25 (+7.1 … +13.2 %25): more than the margin of 3 %25, by the whole interval\n' +
        '::warning title=a "quoted" <name> in L1%2C exits an operation inconclusive::– (–): the baseline has it and the candidate does not: what was not measured did not pass\n',
    );
  });

  it('never writes more than ten annotations of a kind, and says how many it left out', () => {
    const rows = Array.from({ length: 25 }, () => exampleRow({ verdict: 'regressed' }));
    const lines = toAnnotations(exampleResult({ rows })).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('::error title=16 more::The summary of this step has them all.');
  });

  it('keeps a summary within what GitHub takes, with what others wrote to it', () => {
    const rows = Array.from({ length: 20_000 }, () => exampleRow({ verdict: 'pass' }));
    const summary = toStepSummary(exampleResult({ rows }), 600_000);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024 - 600_000);
    expect(summary).toContain('more rows are left out here');
  });

  it('passes in silence', () => {
    expect(toAnnotations(exampleResult({ verdict: 'pass', rows: [exampleRow({ verdict: 'pass' })] }))).toBe(
      '',
    );
  });
});

describe('Markdown', () => {
  it('puts what regressed first and shows markup instead of obeying it', () => {
    const text = toMarkdown(exampleResult());
    expect(text).toContain('## Nested overhead: regressed\n\n1 metric of 3 regressed: cpuid in L2, time.');
    expect(text.indexOf('**regressed**')).toBeLessThan(text.indexOf('hash in L1'));
    expect(text).toContain('&lt;name&gt;');
  });

  it('says in what unlike records differ', () => {
    const text = toMarkdown(unlike);
    expect(text).toContain('The records were not made alike: they differ in kernel.');
    expect(text).toContain('- **kernel**: L1, kernel.release was 6.1, is 6.12');
  });
});

describe('trackers', () => {
  it('OpenMetrics: a line for each figure that is there, and an end', () => {
    const lines = toOpenMetrics(exampleResult()).split('\n');
    expect(lines).toContain('nestmark_change{workload="cpuid",level="L2",kind="time",figure="high"} 1.132');
    expect(lines).toContain(
      'nestmark_regressed{workload="a \\"quoted\\" <name>",level="L1",kind="exits",figure="shown"} 0',
    );
    expect(lines.filter((line) => line.includes('figure="candidate"'))).toHaveLength(2);
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
  });

  it('Bencher: value and bounds by benchmark and measure', () => {
    const { 'cpuid/L2/time': entry, ...others } = JSON.parse(toBencher(exampleResult()));
    expect(entry['overhead-ratio'].value).toBe(10.8);
    expect(entry['overhead-ratio'].lower_value).toBeCloseTo(9.8 * 1.071, 12);
    expect(Object.keys(others)).toEqual(['hash/L1/time']);
  });

  it('customSmallerIsBetter: name, unit, value, range', () => {
    expect(JSON.parse(toSmallerIsBetter(exampleResult()))[0]).toEqual({
      name: 'cpuid in L2, time',
      unit: 'x',
      value: 10.8,
      range: '± 0.299',
      extra: 'regressed: more than the margin of 3 %, by the whole interval',
    });
  });
});
