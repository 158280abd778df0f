import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { renderPlanPage } from '../../../src/report/plan/page.ts';
import { samplePlan } from '../fixture/plan.ts';
import {
  DESK,
  expectAccessible,
  expectLiveCharts,
  expectPictures,
  expectScriptRefused,
  PHONE,
  Reader,
} from '../fixture/reader.ts';

const CHARTS = 2;

let reader: Reader;
let url: string;

beforeAll(async () => {
  reader = await Reader.start();
  url = await reader.receive('plan.html', (await renderPlanPage(samplePlan)).page);
});

afterEach(() => reader.closePages());

afterAll(() => reader?.leave());

describe.each([
  { name: 'a desk', viewport: DESK },
  { name: 'a phone', viewport: PHONE },
])('the page of a plan, on $name', ({ viewport }) => {
  test.each(['light', 'dark'] as const)(
    'in the %s: quiet, whole, live and accessible',
    async (colorScheme) => {
      const page = await reader.open(url, { viewport, colorScheme });
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

test('a script that is not ours is refused, and hostile names of hosts do nothing but stand there', async () => {
  const poison = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'>`;
  const hostile = await reader.receive(
    'hostile.html',
    (
      await renderPlanPage({
        ...samplePlan,
        hosts: samplePlan.hosts.map((row) => ({ ...row, host: `${poison} ${row.host}`, bindsText: poison })),
        findings: [{ severity: 'error', code: 'x', text: poison }],
      })
    ).page,
  );
  const page = await reader.open(hostile);
  expect(reader.heard).toEqual([]);
  expect(reader.requested).toEqual([hostile]);
  expect(await page.locator('img').count()).toBe(0);
  await expectScriptRefused(page);
});
