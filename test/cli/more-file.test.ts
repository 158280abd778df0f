import { expect, it } from 'vitest';
import { moreFile } from '../../src/cli/collect-blocks.ts';

it.each([
  ['branch.jsonl', 'branch.more.jsonl'],
  ['records/main.jsonl.gz', 'records/main.more.jsonl'],
  ['a.b.jsonl', 'a.b.more.jsonl'],
])('blocks measured after %s go into %s', (file, more) => {
  expect(moreFile(file)).toBe(more);
});
