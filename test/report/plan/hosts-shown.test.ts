import { describe, expect, it } from 'vitest';
import type { HostRow, PlanResult } from '../../../src/plan/result/plan-result.ts';
import { emptyHostsText, hostsToShow } from '../../../src/report/plan/text.ts';
import { samplePlan as PLAN } from '../fixture/plan.ts';

const rows = (...seats: readonly number[]): HostRow[] =>
  seats.map((count, index) => ({
    ...PLAN.hosts[0]!,
    host: `h${index}`,
    seats: count,
    binds: count > 0 ? 'asked' : index % 3 === 0 ? 'rule' : 'memory',
  }));
const shownOf = (hosts: HostRow[], most: number): string[] =>
  hostsToShow({ ...PLAN, recommended: null, second: null, hosts } as PlanResult, most).map(
    ({ host }) => host,
  );

describe('hosts of a plan', () => {
  it('are shown without those that hold no seat, where that makes the list too long', () => {
    expect(shownOf(rows(3, 2, 0, 0), 3)).toEqual(['h0', 'h1']);
    expect(shownOf(rows(3, 2, 0), 3)).toEqual(['h0', 'h1', 'h2']);
  });

  it('are shown when none holds one: the reasons are the answer', () => {
    expect(shownOf(rows(0, 0, 0), 2)).toEqual(['h0', 'h1']);
  });

  it('without a seat are counted by reason, the most frequent first', () => {
    expect(emptyHostsText({ ...PLAN, hosts: rows(3, 0, 0, 0) })).toBe(
      '3 hold no seat (2 for memory, 1 for a rule)',
    );
    expect(emptyHostsText({ ...PLAN, hosts: rows(3, 2) })).toBeNull();
  });
});
