import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { besideSimulations } from '../../../src/report/beside/simulations.ts';
import { renderPage } from '../../../src/report/page/page.ts';
import { exampleResult } from '../fixture/gate.ts';
import { sampleHistory } from '../fixture/history.ts';
import { samplePlatform } from '../fixture/platform.ts';
import {
  DESK,
  expectAccessible,
  expectLiveCharts,
  expectPictures,
  expectScriptRefused,
  PATIENCE_MS,
  PHONE,
  Reader,
  shownCharts,
} from '../fixture/reader.ts';
import { sampleRecord } from '../fixture/record.ts';
import { sampleResult } from '../fixture/result.ts';
import { sampleSensitivity } from '../fixture/sensitivity.ts';
import { sampleComparison, sampleSweep } from '../fixture/varied.ts';

const CHARTS = 18;

let reader: Reader;
let url: string;

beforeAll(async () => {
  reader = await Reader.start();
  url = await reader.receive(
    'whole.html',
    await renderPage({
      result: sampleResult,
      record: sampleRecord,
      platform: samplePlatform,
      comparison: sampleComparison,
      sweep: sampleSweep,
      gate: exampleResult(),
      history: sampleHistory,
      sensitivity: sampleSensitivity,
      beside: besideSimulations([
        { name: 'first', file: 'first.json', document: sampleResult },
        { name: 'second', file: 'second.json', document: sampleResult },
      ]),
    }),
  );
});

afterEach(() => reader.closePages());

afterAll(() => reader?.leave());

describe.each([
  { name: 'a desk', viewport: DESK },
  { name: 'a phone', viewport: PHONE },
])('on $name', ({ viewport }) => {
  test.each(['light', 'dark'] as const)(
    'in the %s: quiet, whole, live and accessible',
    async (colorScheme) => {
      const page = await reader.open(url, { viewport, colorScheme });
      expect(reader.heard).toEqual([]);
      expect(reader.requested).toEqual([url]);
      await expectLiveCharts(page, CHARTS);
      await expectAccessible(page);
      expect(reader.heard).toEqual([]);
    },
  );

  test('without scripts the pictures stand', async () => {
    const page = await reader.open(url, { viewport, javaScriptEnabled: false });
    await expectPictures(page, CHARTS);
    expect(reader.heard).toEqual([]);
  });
});

test('pointing at a figure tells it with its interval', async () => {
  const page = await reader.open(url);
  const symbol = page.locator('#figure-slowdown .wide .mark-symbol.role-mark path').first();
  await symbol.scrollIntoViewIfNeeded();
  await symbol.hover();
  await page.locator('#tip').waitFor({ state: 'visible' });
  expect(await page.locator('#tip').textContent()).toMatch(/^vcenter, mean response: 1\.38× \(1\.36–1\.40\)/);
});

test('turning a phone brings the wider charts to life', async () => {
  const page = await reader.open(url, { viewport: PHONE });
  await page.setViewportSize({ width: 844, height: 390 });
  const allLive = async () => (await shownCharts(page)).every(({ state }) => state === 'live');
  await expect.poll(allLive, { timeout: PATIENCE_MS }).toBe(true);
  expect(reader.heard).toEqual([]);
});

test('the keyboard reaches every link, table and fold, starting with the way past the header', async () => {
  const page = await reader.open(url);
  const expected = await page.$$eval(
    'a[href], summary, [tabindex="0"]',
    (all) => all.filter((one) => (one as HTMLElement).checkVisibility()).length,
  );
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
  const reached = new Set<string>();
  for (let press = 0; press < expected + 5; press += 1) {
    reached.add(
      await page.evaluate(() => {
        const all = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')];
        return String(all.indexOf(document.activeElement!));
      }),
    );
    await page.keyboard.press('Tab');
  }
  reached.delete('-1');
  expect(reached.size).toBe(expected);
});

test('on paper it is light and shows the wide charts', async () => {
  const page = await reader.open(url, { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
    'rgb(255, 255, 255)',
  );
  expect(await page.locator('nav').isVisible()).toBe(false);
  expect(await shownCharts(page)).toHaveLength(CHARTS);
  expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
});

test('hostile names do nothing but stand there', async () => {
  const poison = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'><svg onload=alert(3)>`;
  const hostile = await reader.receive(
    'hostile.html',
    await renderPage({
      title: poison,
      result: {
        ...sampleResult,
        scenario: { name: poison, hash: poison },
        host: { ...sampleResult.host, name: poison, source: `javascript:alert(4) ${poison}` },
        rows: sampleResult.rows.map((row) => ({ ...row, entity: `${poison} ${row.entity}` })),
        findings: [{ severity: 'error', code: poison, text: poison }],
      },
      record: {
        ...sampleRecord,
        samples: sampleRecord.samples.map((samples) => ({
          ...samples,
          workload: `${poison} ${samples.workload}`,
        })),
      },
    }),
  );
  const page = await reader.open(hostile);
  expect(reader.heard).toEqual([]);
  expect(reader.requested).toEqual([hostile]);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('h1').textContent()).toBe(poison);
});

test('a script that is not ours is refused', async () => {
  const page = await reader.open(url);
  await expectScriptRefused(page);
});
