import { describe, expect, it } from 'vitest';
import { toJunit } from '../../../src/gate/export/junit.ts';
import { toOpenMetrics } from '../../../src/gate/export/open-metrics.ts';
import { toBencher, toSmallerIsBetter } from '../../../src/gate/export/trackers.ts';
import type { GateResult } from '../../../src/gate/result.ts';
import { exampleResult, exampleRow } from '../../report/fixture/gate.ts';

/** Every verdict, and names that need escaping in every format. */
const results: readonly GateResult[] = [
  exampleResult(),
  exampleResult({
    rows: (['pass', 'improved', 'inconclusive', 'regressed'] as const).map((verdict, level) =>
      exampleRow({
        verdict,
        name: `odd "&<name>\n${level}`,
        key: { workload: 'odd "\\\n&<', level, kind: 'time' },
      }),
    ),
  }),
  exampleResult({ rows: [], verdict: 'incomparable' }),
];

/** What each element may have, of Jenkins' xUnit plugin (junit-10.xsd, read 2026-11-29), as far as the gate uses it. */
const JUNIT = {
  testsuites: { attributes: ['name', 'time', 'tests', 'failures', 'errors'], required: [], within: [''] },
  testsuite: {
    attributes: ['name', 'tests', 'failures', 'errors', 'group', 'time', 'skipped', 'timestamp', 'hostname'],
    required: ['name', 'tests', 'failures', 'errors'],
    within: ['testsuites'],
  },
  testcase: { attributes: ['name', 'time', 'classname', 'group'], required: ['name'], within: ['testsuite'] },
  failure: { attributes: ['type', 'message'], required: [], within: ['testcase'] },
  error: { attributes: ['type', 'message'], required: [], within: ['testcase'] },
  skipped: { attributes: ['type', 'message'], required: [], within: ['testcase'] },
  'system-out': { attributes: [], required: [], within: ['testcase', 'testsuite'] },
} as const;

/** The elements of an XML text with their attributes and what they stand in; throws where one is not closed. */
function elementsOf(xml: string): { name: string; attributes: string[]; within: string }[] {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  const open: string[] = [];
  const elements: { name: string; attributes: string[]; within: string }[] = [];
  let end = 0;
  for (const tag of body.matchAll(
    /<(\/?)([a-z-]+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|#10);[^"<&]*)*")*)(\/?)>/g,
  )) {
    expect(body.slice(end, tag.index)).toMatch(/^(?:[^<&]|&(?:amp|lt|gt|quot|#10);)*$/);
    end = tag.index + tag[0].length;
    const [, closing, name, attributes, empty] = tag;
    if (closing === '/') expect(open.pop()).toBe(name);
    else {
      const names = [...attributes!.matchAll(/ ([a-z]+)=/g)].map((match) => match[1]!);
      elements.push({ name: name!, attributes: names, within: open.at(-1) ?? '' });
      if (empty === '') open.push(name!);
    }
  }
  expect([open, body.slice(end)]).toEqual([[], '\n']);
  return elements;
}

describe.each(results.map((result, index) => [index, result] as const))('result %i', (_, result) => {
  it('JUnit XML is well-formed and has no element or attribute that the schema does not know', () => {
    for (const { name, attributes, within } of elementsOf(toJunit(result))) {
      const known = JUNIT[name as keyof typeof JUNIT];
      expect(known, name).toBeDefined();
      expect(known.within).toContain(within);
      expect(known.attributes).toEqual(expect.arrayContaining(attributes));
      expect(attributes).toEqual(expect.arrayContaining([...known.required]));
      expect(new Set(attributes).size).toBe(attributes.length);
    }
  });

  it('OpenMetrics holds the grammar of its specification: families apart, each line once, an end', () => {
    const text = toOpenMetrics(result);
    expect(text.endsWith('# EOF\n')).toBe(true);
    const seen = new Set<string>();
    let family = '';
    const families: string[] = [];
    for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
      const type = /^# TYPE ([a-z_]+) gauge$/.exec(line);
      const help = /^# HELP ([a-z_]+) (?:[^\n\\"]|\\[n\\"])*$/.exec(line);
      const sample =
        /^([a-z_]+)(\{[a-z_]+="(?:[^"\\]|\\[n\\"])*"(?:,[a-z_]+="(?:[^"\\]|\\[n\\"])*")*\}) (-?[0-9.]+(?:e[+-]?[0-9]+)?)$/.exec(
          line,
        );
      if (type !== null) {
        family = type[1]!;
        families.push(family);
      } else if (help !== null) expect(help[1]).toBe(family);
      else {
        expect(sample, line).not.toBeNull();
        expect(sample![1]).toBe(family);
        expect(seen).not.toContain(`${sample![1]}${sample![2]}`);
        seen.add(`${sample![1]}${sample![2]}`);
      }
    }
    expect(new Set(families).size).toBe(families.length);
  });

  it('Bencher Metric Format: an object of objects of values and bounds, all numbers, names within 1,024 and 64', () => {
    const benchmarks: Record<string, Record<string, Record<string, unknown>>> = JSON.parse(toBencher(result));
    for (const [benchmark, measures] of Object.entries(benchmarks)) {
      expect(benchmark.length).toBeLessThanOrEqual(1024);
      for (const [measure, { value, ...bounds }] of Object.entries(measures)) {
        expect(measure.length).toBeLessThanOrEqual(64);
        expect(value).toEqual(expect.any(Number));
        for (const [name, bound] of Object.entries(bounds)) {
          expect(['lower_value', 'upper_value']).toContain(name);
          expect(bound).toEqual(expect.any(Number));
        }
      }
    }
  });

  it('customSmallerIsBetter: name, unit and value, and no more than range and extra', () => {
    for (const { name, unit, value, ...others } of JSON.parse(toSmallerIsBetter(result))) {
      expect([name, unit, value]).toEqual([expect.any(String), expect.any(String), expect.any(Number)]);
      for (const [key, text] of Object.entries(others)) {
        expect(['range', 'extra']).toContain(key);
        expect(text).toEqual(expect.any(String));
      }
    }
  });
});
