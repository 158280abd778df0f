import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderTable } from '../../../src/report/terminal/table.ts';
import { anyResult } from '../fixture/any-result.ts';
import { sampleResult } from '../fixture/result.ts';

const plain = { colour: false } as const;

describe('the table of a simulation', () => {
  test('at 100 columns', async () => {
    await expect(renderTable(sampleResult, { ...plain, columns: 100 })).toMatchFileSnapshot(
      '../golden/table-100.txt',
    );
  });

  test('at 80 columns', async () => {
    await expect(renderTable(sampleResult, { ...plain, columns: 80 })).toMatchFileSnapshot(
      '../golden/table-80.txt',
    );
  });

  test.each([40, 80, 90, 100, 300])('fits a terminal of %i columns, from 80 on', (columns) => {
    const widest = Math.max(
      ...renderTable(sampleResult, { ...plain, columns })
        .split('\n')
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(Math.min(Math.max(columns, 80), 100));
    expect(widest).toBeGreaterThan(70);
  });

  test('colour changes nothing but colour', () => {
    const coloured = renderTable(sampleResult, { colour: true });
    expect(coloured).toContain('\u001B[');
    expect(stripVTControlCharacters(coloured)).toBe(renderTable(sampleResult, plain));
  });

  test('a name cannot send commands to the terminal', () => {
    const rows = sampleResult.rows.map((row) => ({ ...row, entity: `\u001B]0;owned\u0007${row.entity}` }));
    const text = renderTable({ ...sampleResult, rows, scenario: { name: 'a\u001B[2Jb', hash: '' } }, plain);
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  test('without targets it says what is slowest', () => {
    const text = renderTable({ ...sampleResult, targets: [] }, plain);
    expect(text).toContain('How will 12 seats');
    expect(text).toContain('Slowest is esxi/database');
  });

  test('one undecided target leaves the answer open', () => {
    const targets = sampleResult.targets.map((target) => ({ ...target, verdict: 'inconclusive' as const }));
    expect(renderTable({ ...sampleResult, targets }, plain)).toContain('Cannot tell yet.');
  });

  test('property: any rows render, every entity among them', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const text = renderTable(result, plain);
        expect(text).not.toContain('NaN');
        expect(text).not.toContain('undefined');
        expect(text.endsWith('\n')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
