import { describe, expect, it } from 'vitest';
import { productOf, readAxis } from '../../../src/model/experiment/axis.ts';
import { formatProblem } from '../../../src/model/scenario/problem.ts';

const values = (text: string): readonly unknown[] => {
  const read = readAxis(text);
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'));
  return read.value.map(({ value }) => value);
};

const problem = (text: string): string => {
  const read = readAxis(text);
  return read.ok ? 'none' : formatProblem(read.problems[0]!);
};

describe('readAxis', () => {
  it('reads ranges, both ends in when the step meets them', () => {
    expect(values('seats=4..24:4')).toEqual([4, 8, 12, 16, 20, 24]);
    expect(values('seats=1..3')).toEqual([1, 2, 3]);
    expect(values('seats=4..10:4')).toEqual([4, 8]);
  });

  it('reads values as YAML does', () => {
    expect(values('platform=a,b')).toEqual(['a', 'b']);
    expect(values('switch.promiscuous=true,false')).toEqual([true, false]);
    expect(values('template.vms[0].memory=8 GiB, 16 GiB')).toEqual(['8 GiB', '16 GiB']);
    expect(values('switch={promiscuous: true, mac-learning: false},{}')).toEqual([
      { promiscuous: true, 'mac-learning': false },
      {},
    ]);
  });

  it('reads paths by key, by position and by name', () => {
    const read = readAxis('template.vms[front].vms[1].vcpus=1');
    expect(read.ok && read.value[0]).toMatchObject({
      name: 'template.vms[front].vms[1].vcpus',
      path: ['template', 'vms', { named: 'front' }, 'vms', 1, 'vcpus'],
    });
  });

  it('says what is wrong', () => {
    expect(problem('seats')).toMatch(
      /^--vary: found "seats", expected what to vary, = and values; for instance/,
    );
    expect(problem('seats=')).toMatch(/expected values with commas between/);
    expect(problem('seats=1,,2')).toMatch(/expected values with commas between/);
    expect(problem('seats=1]')).toMatch(/expected values with commas between/);
    expect(problem('seats=4,4')).toMatch(/found "4" twice for seats/);
    expect(problem('seats=8..4')).toMatch(/expected a range of 1 to 200 values/);
    expect(problem('seats=1..4:0')).toMatch(/expected a range/);
    expect(problem('seats=1..100000')).toMatch(/expected a range/);
    expect(problem('a..b=1')).toMatch(/expected keys of a scenario/);
    expect(problem('a[=1')).toMatch(/expected keys of a scenario/);
  });
});

describe('productOf', () => {
  const axis = (text: string) => {
    const read = readAxis(text);
    if (!read.ok) throw new Error(text);
    return read.value;
  };

  it('has every combination, the last axis changing fastest', () => {
    const cells = productOf([axis('seats=1,2'), axis('platform=a,b')]);
    expect(cells.ok && cells.value.map((cell) => cell.map(({ value }) => value))).toEqual([
      [1, 'a'],
      [1, 'b'],
      [2, 'a'],
      [2, 'b'],
    ]);
  });

  it('refuses the same axis twice, and more than anyone can mean', () => {
    expect(productOf([axis('seats=1,2'), axis('seats=3')]).ok).toBe(false);
    expect(productOf([axis('a=1..40'), axis('b=1..40')]).ok).toBe(false);
  });
});
