import { expect, it } from 'vitest';
import * as codes from '../../../src/model/machine/event-codes.ts';

it('no two events of the machine have one opcode', () => {
  const values = Object.values(codes);
  expect(values.length).toBeGreaterThan(10);
  expect(new Set(values).size).toBe(values.length);
});
