import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { renderPlanPage } from '../../../src/report/plan/page.ts';
import { samplePlan } from '../fixture/plan.ts';

const CHARTS = 2;

let browser: Browser;
let directory: string;
let url: string;
/** What the open page said and asked for. */
let heard: string[] = [];
let requested: string[] = [];

const write = async (name: string, page: string): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, page);
  return pathToFileURL(path).href;
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-plan-page-'));
  url = await write('plan.html', (await renderPlanPage(samplePlan)).page);
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

async function open(target: string, options: BrowserContextOptions): Promise<Page> {
  heard = [];
  requested = [];
  const context = await browser.newContext({ offline: true, ...options });
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

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

describe.each([
  { name: 'a desk', viewport: DESK },
  { name: 'a phone', viewport: PHONE },
])('the page of a plan, on $name', ({ viewport }) => {
  test.each(['light', 'dark'] as const)('in the %s: quiet, whole and accessible', async (colorScheme) => {
    const page = await open(url, { viewport, colorScheme });
    expect(requested).toEqual([url]);
    const charts = await page.$$eval('.variant', (variants) =>
      variants
        .filter((variant) => (variant as HTMLElement).offsetParent !== null)
        .map((variant) => ({
          state: (variant as HTMLElement).dataset['state'] ?? 'picture',
          width: variant.querySelector('svg')!.getBoundingClientRect().width,
        })),
    );
    expect(charts).toHaveLength(CHARTS);
    for (const { state, width } of charts) {
      expect(state).toBe('live');
      expect(width).toBeGreaterThan(viewport.width / 2.5);
      expect(width).toBeLessThanOrEqual(viewport.width);
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
  });

  test('without scripts the pictures stand', async () => {
    const page = await open(url, { viewport, javaScriptEnabled: false });
    const charts = page.locator('.variant:visible svg');
    expect(await charts.count()).toBe(CHARTS);
    for (const chart of await charts.all()) expect((await chart.boundingBox())!.height).toBeGreaterThan(100);
    expect(heard).toEqual([]);
  });
});

test('a script that is not ours is refused, and hostile names of hosts do nothing but stand there', async () => {
  const poison = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'>`;
  const hostile = await write(
    'hostile.html',
    (
      await renderPlanPage({
        ...samplePlan,
        hosts: samplePlan.hosts.map((row) => ({ ...row, host: `${poison} ${row.host}`, bindsText: poison })),
        findings: [{ severity: 'error', code: 'x', text: poison }],
      })
    ).page,
  );
  const page = await open(hostile, { viewport: DESK });
  expect(heard).toEqual([]);
  expect(requested).toEqual([hostile]);
  expect(await page.locator('img').count()).toBe(0);
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
});
