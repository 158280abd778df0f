import type { ExitClass } from '../../model/machine/exit-class.ts';
import type { Figure } from '../../model/scenario/figure.ts';

/** One operation measured by a guest at three depths. */
export interface LadderRow {
  readonly operation: string;
  readonly exitClass: ExitClass;
  /** Cycles as seen from L1, L2 and L3. */
  readonly cycles: readonly [number, number, number];
  /** Accesses of VMCS fields by the handler that shadowing would serve; what an L2 hypervisor traps for in full. */
  readonly shadowable: Figure;
}

const figure = (
  value: number,
  low: number,
  high: number,
  basis: Figure['basis'],
  source: string,
): Figure => ({ value, low, high, basis, source });

const CPUID_ACCESSES = figure(
  11,
  8,
  16,
  'published',
  'Turtles, OSDI 2010, section 4.3: 13 traps a cpuid when accesses trap, 2 when they do not',
);
const APIC_ACCESSES = figure(
  16.9,
  9,
  20,
  'derived',
  'Turtles figure 6: an access of the APIC with and without trapping accesses, 2,754 cycles each',
);

/** The only published table with a third level of guests. */
export const LADDER = {
  source: 'DVH, ASPLOS 2020, table 3, quoted second-hand: Xeon Silver 4114, KVM of Linux 4.18 at every level',
  rows: [
    {
      operation: 'hypercall',
      exitClass: 'hypercall',
      cycles: [1_575, 37_733, 857_578],
      shadowable: CPUID_ACCESSES,
    },
    {
      operation: 'device notify',
      exitClass: 'mmio',
      cycles: [4_984, 48_390, 1_008_935],
      shadowable: APIC_ACCESSES,
    },
    {
      operation: 'program timer',
      exitClass: 'timer',
      cycles: [2_005, 43_359, 1_033_946],
      shadowable: CPUID_ACCESSES,
    },
    { operation: 'send IPI', exitClass: 'ipi', cycles: [3_273, 39_456, 787_971], shadowable: CPUID_ACCESSES },
  ],
} as const satisfies { readonly source: string; readonly rows: readonly LadderRow[] };

/** What L1 and L2 alone do not tell; from other papers, and counted in the source of the kernel that was measured. */
export interface LadderAssumptions {
  /** The world switch's part of a hypercall from L1. */
  readonly switchShare: Figure;
  /** Cost of one access of the VMCS that traps, over a hypercall, both from L1. */
  readonly accessRatio: Figure;
  /** Accesses that trap although fields are shadowed, for a hypercall. */
  readonly unshadowed: Figure;
  /** Reflection's part of what a nested exit costs more beside accesses; the rest is the VM entry. */
  readonly reflectShare: Figure;
  /** Traps of an L1 hypervisor to hand one exit on, and to enter for its L2, beside its own VM entry. */
  readonly reflectAccesses: Figure;
  readonly entryAccesses: Figure;
}

export const LADDER_ASSUMPTIONS: LadderAssumptions = {
  switchShare: figure(0.39, 0.2, 0.6, 'published', 'Turtles 4.3: 1,000 of 2,500 cycles of a cpuid exit'),
  accessRatio: figure(
    1.29,
    0.8,
    2,
    'published',
    'HyperTurtle, ATC 2025, table 1: a vmwrite 1.1 us against a hypercall 0.85 us in the outermost hypervisor',
  ),
  unshadowed: figure(1, 0, 3, 'published', 'Turtles 4.3: 2 traps a cpuid, one of them the VM entry'),
  reflectShare: figure(
    0.26,
    0.1,
    0.5,
    'published',
    'HyperTurtle table 1: 2.82 us to reflect a hypercall, 8.0 us to emulate a VM entry',
  ),
  reflectAccesses: figure(
    90,
    70,
    110,
    'derived',
    'Linux 4.18 arch/x86/kvm/vmx.c, nested_vmx_vmexit: 43 reads and 45 writes of fields not shadowed, VMPTRLD, INVVPID',
  ),
  entryAccesses: figure(
    20,
    16,
    92,
    'derived',
    'Linux 4.18 arch/x86/kvm/vmx.c, nested_vmx_run: 16 writes of fields not shadowed and 4 other instructions; high: prepare_vmcs02_full as well',
  ),
};
