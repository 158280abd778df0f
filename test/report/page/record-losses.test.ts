import { expect, it } from 'vitest';
import { renderPage } from '../../../src/report/page/page.ts';
import { syntheticRecord } from '../../calibrate/synthetic-record.ts';

const record = syntheticRecord();
const lost = {
  ...record,
  boots: record.boots.map((line) => (line.level === 2 ? { ...line, losses: ['it hung'] } : line)),
};

it('counts how often a level was lost and says why, and has no such column where none was', async () => {
  const page = await renderPage({ record: lost });
  expect(page).toMatch(/<th[^>]*>Lost<\/th>/);
  expect(page).toContain('L2 was lost and booted again: it hung.');
  expect(await renderPage({ record })).not.toMatch(/>Lost</);
});
