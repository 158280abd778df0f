import { describe, expect, it } from 'vitest';
import type { PlanResult } from '../../../src/plan/result/plan-result.ts';
import { planCharts, renderPlanPage } from '../../../src/report/plan/page.ts';
import { renderPlan } from '../../../src/report/plan/terminal.ts';
import { samplePlan } from '../fixture/plan.ts';

const text = (result: PlanResult, explain = false): string =>
  renderPlan(result, { columns: 100, colour: false, explain });

describe('a plan on a terminal', () => {
  it('answers first, in the words of a budget', () => {
    const [title, first] = text(samplePlan).split('\n');
    expect(title).toBe('A course: 24 seats on ec2');
    expect(first).toContain('Take 2 × m8i.24xlarge with up to 12 seats each: 1,234 USD for the course');
  });

  it('says what fails next, what a change would do, and how sure it is', () => {
    const shown = text(samplePlan).replaceAll(/\s+/g, ' ');
    expect(shown).toContain('One seat more on a host fails for memory');
    expect(shown).toContain('1.20× (1.10–1.30) 0.98× 11 1,851');
    expect(shown).toContain(
      'up about 6.1 min after the first start (by the exact engine; a seat is started every 10 s; vcenter is last)',
    );
    expect(shown).toContain('grown by half at about 16 seats, the CPUs are full from 18 on');
    expect(shown).toContain(
      'By the fluid engine; with 12 seats the exact engine sees 1.40×, at most 1.60× with 95 % probability.',
    );
    expect(shown).toContain(
      'holds 10 to 14 seats (middle 12) (1,100 to 1,500 USD for the course on hosts of this kind)',
    );
    expect(shown).toContain('run nestmark bench on one m8i.24xlarge');
  });

  it('lists origins when asked', () => {
    expect(text(samplePlan)).not.toContain('Where every number comes from');
    expect(text(samplePlan, true)).toContain('size of esxi = 2 × 4 vCPU, 16 GiB [published] a script');
  });

  it('keeps control characters of names out of the terminal', () => {
    const evil = { ...samplePlan, hosts: [{ ...samplePlan.hosts[0]!, host: 'x\u001b[31m' }] };
    expect(text(evil)).not.toContain('\u001b');
  });

  it('says when nothing holds', () => {
    const none = { ...samplePlan, recommended: null, second: null };
    expect(text(none)).toContain('No host that has a price holds a seat');
  });
});

describe('a plan on a page', () => {
  it('has the answer, both charts and the numbers behind them, and no request', async () => {
    const page = (await renderPlanPage(samplePlan)).page;
    for (const part of [
      'id="figure-cost"',
      'id="figure-seats"',
      'id="what-if"',
      'id="sizes"',
      'id="how-sure"',
    ]) {
      expect(page).toContain(part);
    }
    expect(page).toMatch(/Content-Security-Policy.*default-src/);
    expect(page).not.toMatch(/src="http|href="http/);
  });

  it('has what the exact engine saw beside the curve, and nothing where it was not asked', () => {
    const described = (plan: PlanResult) =>
      planCharts(plan).find(({ name }) => name === 'seats')!.description;
    expect(described(samplePlan)).toContain('with 12 seats the exact engine sees 1.40×');
    const unconfirmed = { ...samplePlan, recommended: { ...samplePlan.recommended!, confirmed: false } };
    expect(described(unconfirmed)).not.toContain('exact engine');
  });

  it('shows names as text', async () => {
    const evil = {
      ...samplePlan,
      hosts: samplePlan.hosts.map((row) => ({ ...row, host: '<script>alert(1)</script>' })),
    };
    expect((await renderPlanPage(evil)).page).not.toContain('<script>alert(1)');
  });

  it('stands without a recommendation', async () => {
    const none: PlanResult = {
      ...samplePlan,
      recommended: null,
      second: null,
      curve: null,
      confidence: null,
    };
    expect((await renderPlanPage(none)).page).toContain('Nothing here holds it');
  });
});
