import { expect, it } from 'vitest';
import { isRecordFile, readRecordFile } from '../../../src/bench/record/record-file.ts';

it.each([
  ['nightly/main.jsonl', true],
  ['nightly/main.jsonl.gz', true],
  ['main.more.jsonl', true],
  ['main.json', false],
  ['main.json.gz', false],
  ['jsonl', false],
  ['platforms/published/pvm.yaml', false],
])('%s is a record: %s', (file, answer) => {
  expect(isRecordFile(file)).toBe(answer);
});

it('reads a packed record', async () => {
  const { blocks } = await readRecordFile('test/fixtures/records/gate-same-1.jsonl.gz');
  expect(blocks.length).toBeGreaterThan(0);
});
