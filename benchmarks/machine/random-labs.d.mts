import type { MachineSpecification } from '../../src/model/machine/specification.ts';

export interface RandomLab {
  readonly number: number;
  readonly depth: number;
  readonly load: number;
  readonly contended: boolean;
  readonly specification: MachineSpecification;
}

export function randomLab(stream: { uniform(): number }, number: number, extras?: boolean): RandomLab;
