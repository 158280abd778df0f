import { ns } from '../../model/kernel/units.ts';
import type { ExitClass } from '../../model/machine/exit-class.ts';
import type { ExitClassParameters, ExitCostParameters } from '../../model/machine/specification.ts';
import type { LadderRow } from './published-ladder.ts';

/** One number for each assumption of published-ladder.ts. */
export interface LadderPoint {
  readonly switchShare: number;
  readonly accessRatio: number;
  readonly unshadowed: number;
  readonly reflectShare: number;
  readonly reflectAccesses: number;
  readonly entryAccesses: number;
  /** By class of the row. */
  readonly shadowable: Readonly<Partial<Record<ExitClass, number>>>;
}

/**
 * The recursion's parameters that give back what L1 and L2 measured; L3 is not looked at. Times are in the ladder's own
 * unit, which is cycles. The first row is the hypercall, whose handler is the simplest: what its L2 costs beside
 * accesses is what every nested exit pays, a reflection and a VM entry. What other rows cost more is accesses that are
 * not shadowed, at least none; what they cost less comes off their reflection.
 *
 * The kernel of that table shadows for its L1 and does not offer shadowing to it (nested_vmx_setup_ctls_msrs), so an
 * L2 hypervisor traps for every access, and L1 is who handles that.
 */
export function fitLadder(rows: readonly LadderRow[], point: LadderPoint): ExitCostParameters {
  const [first] = rows;
  if (first === undefined) throw new RangeError('a ladder without rows');
  const [one, two] = first.cycles;
  const switchCost = point.switchShare * one;
  const access = Math.max(switchCost, point.accessRatio * one);
  const turnaround = two - one - point.unshadowed * access;
  const reflect = point.reflectShare * turnaround;
  const hypervisorOps: ExitClassParameters['ops'] = {
    'vm-entry': 1,
    'vmcs-access': point.unshadowed,
    'vmcs-shadowable': point.shadowable[first.exitClass] ?? 0,
  };
  const classes: Partial<Record<ExitClass, ExitClassParameters>> = {
    'vmcs-access': { handle: ns(access - switchCost), reflect: ns(reflect), ops: hypervisorOps },
    'vmcs-shadowable': { handle: ns(access - switchCost), reflect: ns(reflect), ops: hypervisorOps },
    'vm-entry': {
      handle: ns(Math.max(0, turnaround - reflect - switchCost)),
      reflect: ns(reflect),
      ops: {
        'vm-entry': 1,
        'vmcs-access': point.entryAccesses,
        'vmcs-shadowable': point.shadowable[first.exitClass] ?? 0,
      },
    },
  };
  for (const { exitClass, cycles, shadowable: _ } of rows) {
    const rest = cycles[1] - cycles[0] - turnaround;
    classes[exitClass] = {
      handle: ns(cycles[0] - switchCost),
      reflect: ns(Math.max(0, reflect + Math.min(0, rest))),
      ops: {
        'vm-entry': 1,
        'vmcs-access': Math.max(0, rest) / access,
        'vmcs-shadowable': point.shadowable[exitClass] ?? 0,
      },
    };
  }
  return {
    switch: ns(switchCost),
    classes,
    reflectOps: { 'vm-entry': 1, 'vmcs-access': point.reflectAccesses },
    assists: { 'vmcs-shadowable': { depth: 1, beyond: 'owner' } },
  };
}
