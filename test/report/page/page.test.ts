import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderPage } from '../../../src/report/page/page.ts';
import { anyResult } from '../fixture/any-result.ts';
import { exampleResult } from '../fixture/gate.ts';
import { samplePlatform } from '../fixture/platform.ts';
import { sampleRecord } from '../fixture/record.ts';
import { sampleResult } from '../fixture/result.ts';

const whole = { result: sampleResult, record: sampleRecord, platform: samplePlatform, title: 'The course' };

/** Every string in `value` replaced, but for those that the types fix. */
function poisoned<T>(value: T, poison: string, fixed: ReadonlySet<string>): T {
  const walk = (inner: unknown, key: string): unknown => {
    if (typeof inner === 'string')
      return fixed.has(key) || ACCELERATORS.has(inner) ? inner : `${inner} ${poison}`;
    if (Array.isArray(inner)) return inner.map((one) => walk(one, key));
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, walk(one, name)]));
  };
  return walk(value, '') as T;
}

const ACCELERATORS = new Set(['kvm', 'emulated-cpu', 'none']);

const FIXED = new Set([
  ...[
    'schema',
    'engine',
    'metric',
    'unit',
    'verdict',
    'severity',
    'basis',
    'clock',
    'kind',
    'class',
    'lab',
    'policy',
  ],
]);

test('of several verdicts each has its section, its charts and its line in where all comes from', async () => {
  const other = exampleResult({ candidate: { ...exampleResult().candidate, name: 'other.jsonl' } });
  const page = await renderPage({ gate: exampleResult(), besides: [other] });
  expect([...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
    'compared',
    'compared-2',
    'provenance',
  ]);
  expect(page).toContain('id="figure-change-2"');
  expect(page).toContain('What changed in other.jsonl');
  expect(page).toContain('nestmark gate --baseline main.jsonl --candidate other.jsonl');
});

describe('the page needs nothing but itself', async () => {
  const page = await renderPage(whole);

  test('its policy allows our inline scripts and styles by hash, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
      .exec(page)![1]!
      .replaceAll('&#39;', "'");
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-/);
    expect(policy).not.toMatch(/unsafe|http|data:|\*/);
    const inline = [...page.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)];
    expect(inline).toHaveLength(3);
    for (const [, , text] of inline) {
      const hash = createHash('sha256').update(text!).digest('base64');
      expect(policy).toContain(`'sha256-${hash}'`);
    }
  });

  test('refers to nothing outside: links stay on the page, nothing is loaded', () => {
    const markup = page.replaceAll(/<script[\s\S]*?<\/script>/g, '');
    expect(markup).not.toMatch(/<(img|link|iframe|object|embed|video|audio|source|base|form)\b/i);
    expect(markup).not.toMatch(/(src|srcset|action|data|poster)\s*=\s*["']?\s*(https?:|\/\/)/i);
    expect(markup).not.toMatch(/url\(|@import/i);
    for (const [, target] of markup.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#[a-z-]+$/);
    expect(page).not.toContain('sourceMappingURL');
  });

  test('has no attribute that its policy would refuse', () => {
    const markup = page.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '');
    expect(markup).not.toMatch(/<[^>]* (style|on[a-z]+)=/);
  });

  test('every link of its contents has a target, no id stands twice', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  test('every chart has its picture in two widths and its numbers', () => {
    const figures = page.match(/<figure /g)!.length;
    expect(figures).toBe(9);
    expect(page.match(/<div class="variant wide" data-chart="[^"]*" aria-hidden="true"><svg/g)).toHaveLength(
      figures,
    );
    expect(
      page.match(/<div class="variant narrow" data-chart="[^"]*" aria-hidden="true"><svg/g),
    ).toHaveLength(figures);
    expect(page.match(/The numbers behind this chart/g)).toHaveLength(figures);
  });

  test('says where it comes from', () => {
    for (const word of [
      'nestmark 0.1.0',
      'seed 1',
      sampleResult.scenario.hash,
      sampleResult.host.source,
      'assumed',
    ]) {
      expect(page).toContain(word);
    }
  });

  test('the same inputs give the same bytes', async () => {
    expect(await renderPage(whole)).toBe(page);
  });
});

describe('sections stand for the inputs that are there', () => {
  const { calibration: _, ...published } = samplePlatform;

  const sections = async (inputs: Parameters<typeof renderPage>[0]): Promise<string[]> =>
    [...(await renderPage(inputs)).matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id!);

  test.each([
    [{ result: sampleResult }, ['predicted', 'provenance']],
    [{ record: sampleRecord }, ['measured', 'provenance']],
    [{ platform: samplePlatform }, ['fitted', 'provenance']],
    [{ record: sampleRecord, platform: samplePlatform }, ['measured', 'fitted', 'provenance']],
    [{ result: sampleResult, platform: samplePlatform }, ['fitted', 'predicted', 'provenance']],
    [{ result: sampleResult, platform: published }, ['predicted', 'fitted', 'provenance']],
  ])('%#', async (inputs, expected) => {
    expect(await sections(inputs)).toEqual(expected);
  });

  test('nothing at all is refused', async () => {
    await expect(renderPage({})).rejects.toThrow('A page needs something to show');
  });

  test('a prediction that rests on another platform than the one shown says so', async () => {
    const words = 'not on the one shown on this page';
    expect(await renderPage({ result: sampleResult, platform: samplePlatform })).not.toContain(words);
    expect(
      await renderPage({ result: sampleResult, platform: { ...samplePlatform, name: 'other' } }),
    ).toContain(words);
  });

  test('a record that was cut off says so', async () => {
    expect(await renderPage({ record: { ...sampleRecord, end: null } })).toContain('The run was cut off');
  });

  test('a result without rows is a page without charts or scripts', async () => {
    const page = await renderPage({ result: { ...sampleResult, rows: [], targets: [] } });
    expect(page).not.toContain('<script');
    expect(page).toContain('The simulation has no rows.');
  });
});

describe('whatever is in a name stands on the page as text', async () => {
  const clean = await renderPage(whole);

  test.each([
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    '<!-- <script>',
    '{{constructor.constructor("alert(1)")()}}',
    '</style><style>*{display:none}',
    'javascript:alert(1)',
  ])('%s', async (poison) => {
    const page = await renderPage({
      result: poisoned(sampleResult, poison, FIXED),
      record: poisoned(sampleRecord, poison, FIXED),
      platform: poisoned(samplePlatform, poison, new Set([...FIXED, 'name'])),
      title: poison,
    });
    const count = (text: string, tag: string): number => text.split(new RegExp(`<${tag}`, 'i')).length;
    for (const tag of ['script', '/script', 'style', '/style', 'img', '!--', 'svg onload']) {
      expect([tag, count(page, tag)]).toEqual([tag, count(clean, tag)]);
    }
    const tags = page.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '').replaceAll(/"[^"]*"/g, '""');
    expect(tags).not.toMatch(/<[^>]* on(error|load)=/);
  });
});

test('property: any rows make a page', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyResult, async (result) => {
      const page = await renderPage({ result });
      expect(page).toContain('</html>');
      expect(page.replaceAll(/<script[\s\S]*?<\/script>/g, '')).not.toContain('undefined');
    }),
    { numRuns: 10 },
  );
});
