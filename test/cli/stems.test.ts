import { expect, it } from 'vitest';
import { stem, stems } from '../../src/cli/stems.ts';

it.each([
  ['scenarios/course-lab.yaml', 'course-lab'],
  ['nightly/main.jsonl', 'main'],
  ['main.jsonl.gz', 'main'],
  ['a.b.yaml', 'a.b'],
  ['plain', 'plain'],
])('%s is called %s', (file, name) => {
  expect(stem(file)).toBe(name);
});

it('files of the same name in different folders keep names of their own', () => {
  expect(stems(['a/lab.yaml', 'b/lab.yaml', 'other.yaml', 'c/lab.yaml', 'lab-2.yaml'])).toEqual([
    'lab',
    'lab-2',
    'other',
    'lab-3',
    'lab-2-2',
  ]);
});
