import fc from 'fast-check';
import type { Cores } from '../../../../src/model/machine/fluid/cores.ts';

export interface Step {
  readonly occupant: number;
  readonly kind: 'enter' | 'leave' | 'spread';
}

export const comingsAndGoings = (occupants: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      occupant: fc.nat(occupants - 1),
      kind: fc.constantFrom('enter' as const, 'leave' as const, 'spread' as const),
    }),
    { maxLength: 80 },
  );

/** @param here by occupant: threads it wants; brought up to date. Who is not here cannot leave. */
export function takeStep(cores: Cores, { occupant, kind }: Step, here: number[]): void {
  if (kind === 'enter') {
    cores.enter(occupant);
    here[occupant]! += 1;
  } else if (kind === 'spread') cores.spread();
  else if (here[occupant]! > 0) {
    cores.leave(occupant);
    here[occupant]! -= 1;
  }
  cores.forgetChanges();
}
