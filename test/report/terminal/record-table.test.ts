import { describe, expect, it } from 'vitest';
import { renderRecord } from '../../../src/report/terminal/record-table.ts';
import { syntheticRecord } from '../../calibrate/synthetic-record.ts';

describe('levels that were lost', () => {
  const record = syntheticRecord();

  it('are not spoken of where none was', () => {
    expect(renderRecord(record, { colour: false })).not.toMatch(/Lost/);
  });

  it('are counted over all boots, each with its reason', () => {
    const [metal, ...guests] = record.boots;
    const lost = renderRecord(
      {
        ...record,
        boots: [
          metal!,
          ...guests.map((line) =>
            line.level === 2 ? { ...line, losses: ['it hung', 'it was reset'] } : line,
          ),
          { ...guests.at(-1)!, boot: 2, losses: ['it hung again'] },
        ],
      },
      { colour: false },
    );
    expect(lost).toMatch(/Level +Runs on +Boots tried +Lost +Boot/);
    expect(lost).toMatch(/L2 +kvm, verified +1 +3 /);
    expect(lost).toMatch(
      /Lost and booted again\n {2}L2: it hung\n {2}L2: it was reset\n {2}L2: it hung again/,
    );
  });
});

describe('what an operation costs', () => {
  const record = syntheticRecord();
  const titleOf = (levels: typeof record.levels): string =>
    /Cost of one operation.*/.exec(renderRecord({ ...record, levels }, { colour: false }))![0];

  it('is compared with the lowest level, whichever that is', () => {
    expect(titleOf(record.levels)).toBe('Cost of one operation: median, and how many times the metal’s');
    expect(titleOf(record.levels.slice(1))).toBe('Cost of one operation: median, and how many times L1’s');
  });

  it('is compared with nothing where there is one level', () => {
    expect(titleOf(record.levels.slice(0, 1))).toBe('Cost of one operation: median');
  });
});
