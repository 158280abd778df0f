import { expect, it } from 'vitest';
import { differingValues } from '../../../src/gate/export/wording.ts';
import type { FingerprintDifference } from '../../../src/gate/result.ts';

const LINE = 'console=ttyS0 quiet panic=-1 reboot=t nokaslr norandmaps clocksource=tsc tsc=reliable';
const of = (baseline: string, candidate: string) => {
  const difference: FingerprintDifference = {
    ...{ aspect: 'kernel', where: 'L2', fact: 'kernel.command-line' },
    ...{ baseline, candidate },
  };
  return Object.values(differingValues(difference));
};

it('of a long kernel command line only what the other does not have is told, at whatever end it stands', () => {
  expect(of(LINE, `${LINE} audit=1`)).toEqual(['without audit=1', 'audit=1']);
  expect(of(`${LINE} pti=on`, `${LINE} pti=off`)).toEqual(['pti=on', 'pti=off']);
  expect(of(`${LINE} pti=on`, LINE)).toEqual(['pti=on', 'without pti=on']);
});

it('short values, and the same words in another order, stand as they are', () => {
  expect(of('6.1.0-42', '6.1.0-56')).toEqual(['6.1.0-42', '6.1.0-56']);
  const turned = LINE.split(' ').reverse().join(' ');
  expect(of(LINE, turned)).toEqual([LINE, turned]);
});
