import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { besideSimulations } from '../../../src/report/beside/simulations.ts';
import { renderPage } from '../../../src/report/page/page.ts';
import { exampleResult } from '../fixture/gate.ts';
import { sampleHistory } from '../fixture/history.ts';
import { samplePlatform } from '../fixture/platform.ts';
import { sampleRecord } from '../fixture/record.ts';
import { sampleResult } from '../fixture/result.ts';
import { sampleSensitivity } from '../fixture/sensitivity.ts';
import { sampleComparison, sampleSweep } from '../fixture/varied.ts';

const CHROMIUM = '/usr/bin/chromium';
const CHARTS = 18;

let browser: Browser;
let directory: string;
let url: string;

const write = async (name: string, page: string): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, page);
  return pathToFileURL(path).href;
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-page-'));
  url = await write(
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
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true });
});

/** What the open page said and asked for. */
let heard: string[] = [];
let requested: string[] = [];

async function open(target: string, options: BrowserContextOptions = {}): Promise<Page> {
  heard = [];
  requested = [];
  const context = await browser.newContext({
    offline: true,
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    heard.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(target);
  if (options.javaScriptEnabled !== false) {
    await page.waitForFunction(() => document.documentElement.dataset['charts'] === 'ready');
  }
  return page;
}

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** The charts on show: how large, and whether they are live. */
const shownCharts = (page: Page) =>
  page.$$eval('.variant', (variants) =>
    variants
      .filter((variant) => (variant as HTMLElement).offsetParent !== null)
      .map((variant) => {
        const { width, height } = variant.querySelector('svg')!.getBoundingClientRect();
        return { state: (variant as HTMLElement).dataset['state'] ?? 'picture', width, height };
      }),
  );

const sizes = [
  { name: 'a desk', width: 1280, height: 900 },
  { name: 'a phone', width: 390, height: 844 },
] as const;

describe.each(sizes)('on $name', ({ width, height }) => {
  test.each(['light', 'dark'] as const)(
    'in the %s: quiet, whole, live and accessible',
    async (colorScheme) => {
      const page = await open(url, { viewport: { width, height }, colorScheme });
      expect(heard).toEqual([]);
      expect(requested).toEqual([url]);

      const charts = await shownCharts(page);
      expect(charts).toHaveLength(CHARTS);
      for (const chart of charts) {
        expect(chart.state).toBe('live');
        expect(chart.width).toBeGreaterThan(width / 2.5);
        expect(chart.width).toBeLessThanOrEqual(width);
        expect(chart.height).toBeGreaterThan(100);
      }

      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);

      await page.$$eval('details', (all) => {
        for (const one of all) one.open = true;
      });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
      );
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
        [],
      );
      expect(heard).toEqual([]);
    },
  );

  test('without scripts the pictures stand', async () => {
    const page = await open(url, { viewport: { width, height }, javaScriptEnabled: false });
    const charts = page.locator('.variant:visible svg');
    expect(await charts.count()).toBe(CHARTS);
    for (const chart of await charts.all()) expect((await chart.boundingBox())!.height).toBeGreaterThan(100);
    expect(heard).toEqual([]);
  });
});

test('pointing at a figure tells it with its interval', async () => {
  const page = await open(url);
  const symbol = page.locator('#figure-slowdown .wide .mark-symbol.role-mark path').first();
  await symbol.scrollIntoViewIfNeeded();
  await symbol.hover();
  await expect.poll(() => page.locator('#tip').isVisible()).toBe(true);
  expect(await page.locator('#tip').textContent()).toMatch(/^vcenter, mean response: 1\.38× \(1\.36–1\.40\)/);
});

test('turning a phone brings the wider charts to life', async () => {
  const page = await open(url, { viewport: { width: 390, height: 844 } });
  await page.setViewportSize({ width: 844, height: 390 });
  await expect.poll(async () => (await shownCharts(page)).every(({ state }) => state === 'live')).toBe(true);
  expect(heard).toEqual([]);
});

test('the keyboard reaches every link, table and fold, starting with the way past the header', async () => {
  const page = await open(url);
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
  const page = await open(url, { colorScheme: 'dark' });
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
  const hostile = await write(
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
  const page = await open(hostile);
  expect(heard).toEqual([]);
  expect(requested).toEqual([hostile]);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('h1').textContent()).toBe(poison);
});

test('a script that is not ours is refused', async () => {
  const page = await open(url);
  const refused = await page.evaluate(
    () =>
      new Promise((resolve) => {
        addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective));
        const script = document.createElement('script');
        script.textContent = 'globalThis.intruder = true';
        document.body.append(script);
      }),
  );
  expect(refused).toBe('script-src-elem');
  expect(await page.evaluate(() => 'intruder' in globalThis)).toBe(false);
});
