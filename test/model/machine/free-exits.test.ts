import { describe, expect, it } from 'vitest';
import { ns } from '../../../src/model/kernel/units.ts';
import { freeExits } from '../../../src/model/machine/free-exits.ts';

const cost = { handle: ns(1), reflect: ns(0), ops: {} };

describe('exits the platform has no cost for', () => {
  it('are named', () => {
    const [finding] = freeExits({ switch: ns(1), classes: { 'halt-wake': cost, pio: cost } });
    expect(finding?.text).toContain(
      'signals between virtual CPUs (ipi), device interrupts (external-interrupt)',
    );
    expect(finding?.text).not.toContain('kick');
  });

  it('are no news on the metal, where no exit costs anything', () => {
    expect(freeExits({ switch: ns(0), classes: {} })).toEqual([]);
  });

  it('are none when every class has a cost', () => {
    const classes = { 'halt-wake': cost, ipi: cost, 'external-interrupt': cost, mmio: cost };
    expect(freeExits({ switch: ns(1), classes })).toEqual([]);
  });
});
