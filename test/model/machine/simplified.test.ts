import { expect, it } from 'vitest';
import { hog, hyperv, machine, simulate } from './machine-builder.ts';

const codes = (kind: 'classic' | 'core'): readonly string[] =>
  simulate(machine([hog('one')], {}, { scheduler: hyperv(kind) }), 1).findings.map(({ code }) => code);

it('says that the core scheduler is taken for the classic one, and nothing of the classic one', () => {
  expect(codes('core')).toContain('core-scheduler-as-classic');
  expect(codes('classic')).not.toContain('core-scheduler-as-classic');
});
