import { expect, test } from 'vitest';
import { renderCalibration } from '../../../src/report/terminal/calibration-table.ts';
import { samplePlatform } from '../fixture/platform.ts';

test('a fitted platform at 100 columns', async () => {
  const text = renderCalibration(samplePlatform, { columns: 100, colour: false });
  await expect(text).toMatchFileSnapshot('../golden/calibration-100.txt');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a name cannot send commands to the terminal', () => {
  const text = renderCalibration({ ...samplePlatform, title: 'a\u001B[2Jb' }, { colour: false });
  expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
});
