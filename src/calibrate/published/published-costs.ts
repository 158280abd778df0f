import type { ExitClass } from '../../model/machine/exit-class.ts';

/** What the literature says about a class where a record says nothing: its cost from depth 1 against cpuid's. */
export interface RelativeCost {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly source: string;
}

/**
 * Cost of one exit from depth 1 over that of cpuid. Sources, all in one table of one paper each so that hardware
 * cancels, and of one view: PVM (SOSP 2023, table 1: hypercall 0.46, cpuid 0.54, MSR 0.87, exception 1.66, PIO 3.79 us); Turtles
 * (OSDI 2010, figure 6, exit to entry: cpuid 2813, rdmsr and exception 4648, CR 6304, APIC 11830, PIO 12329,
 * EPT violation 24239, external interrupt 64459 cycles); DVH (ASPLOS 2020, table 3, second hand: hypercall 1575,
 * timer 2005, IPI 3273, device notify 4984 cycles); HyperTurtle (ATC 2025, table 1, L0's part: hypercall 0.85,
 * vmwrite 1.1, vm-enter emulation 8.0 us). Hypercall is taken as 0.85 of cpuid
 * throughout (PVM). The value is the geometric mean of what is published; the range is at least half to twice it.
 */
export const RELATIVE_COST: Readonly<Record<ExitClass, RelativeCost>> = {
  cpuid: { ratio: 1, low: 1, high: 1, source: 'itself' },
  hypercall: { ratio: 0.85, low: 0.6, high: 1.7, source: 'PVM T1: 0.46 of 0.54 us' },
  'msr-read': {
    ratio: 1.63,
    low: 0.8,
    high: 3.3,
    source: 'PVM T1: 0.87 of 0.54 us; Turtles F6: 4648 of 2813',
  },
  'msr-write': { ratio: 1.61, low: 0.8, high: 3.2, source: 'PVM T1: 0.87 of 0.54 us' },
  pio: { ratio: 5.5, low: 2.2, high: 14, source: 'PVM T1: 3.79 of 0.54 us; Turtles F6: 12329 of 2813' },
  mmio: {
    ratio: 3.4,
    low: 1.7,
    high: 8.4,
    source: 'Turtles F6: APIC 11830 of 2813; DVH T3: notify 4984 of 1575',
  },
  timer: { ratio: 1.1, low: 0.5, high: 2.5, source: 'DVH T3: program timer 2005 against hypercall 1575' },
  ipi: { ratio: 1.8, low: 0.9, high: 3.6, source: 'DVH T3: send IPI 3273 against hypercall 1575' },
  'halt-wake': {
    ratio: 5,
    low: 1,
    high: 25,
    source: 'no published figure; at least an exit, at most an interrupt',
  },
  'page-fault': { ratio: 8.6, low: 4.3, high: 17, source: 'Turtles F6: EPT violation 24239 of 2813' },
  'external-interrupt': {
    ratio: 4.8,
    low: 1,
    high: 23,
    source: 'Turtles F6: 64459 of 2813, at most; an exit, at least',
  },
  'cr-access': { ratio: 2.2, low: 1, high: 4.5, source: 'Turtles F6: 6304 of 2813' },
  exception: { ratio: 2.3, low: 1, high: 6.1, source: 'PVM T1: 1.66 of 0.54 us; Turtles F6: 4648 of 2813' },
  'vmcs-access': {
    ratio: 1.1,
    low: 0.5,
    high: 2.2,
    source: 'HyperTurtle T1: vmwrite 1.1 against hypercall 0.85 us',
  },
  'vmcs-shadowable': {
    ratio: 1.1,
    low: 0.5,
    high: 2.2,
    source: 'as any other access',
  },
  'vm-entry': {
    ratio: 8,
    low: 2,
    high: 16,
    source: 'HyperTurtle T1: vm-enter 8.0 against hypercall 0.85 us',
  },
};

/** The world switch's part of the cheapest exit, on silicon. */
export const SWITCH_SHARE = {
  ratio: 0.39,
  source: 'Turtles 4.3: 1000 of 2500 cycles of a cpuid exit; PVM 2.2, T1: 2 x 0.105 of 0.54 us',
};

/** Of what comes back at each nested exit (reflection and one VM entry), the part that is reflection. */
export const REFLECT_SHARE = {
  ratio: 0.26,
  source: "HyperTurtle T1: L0's part of an L2 hypercall 2.82 us, of emulating vm-enter 8.0 us",
};

/** Traps of a guest hypervisor for each exit it handles, where no counters tell. */
export interface PublishedOps {
  readonly entries: RelativeCost;
  readonly accesses: RelativeCost;
}

/**
 * Traps of an Intel guest hypervisor that hands an exit on to one inside it, counted in Linux 4.18 arch/x86/kvm/vmx.c
 * (platforms/kvm-intel-shadowing.yaml, line 7). On AMD the VMCB is memory that is merged without trapping, and what
 * traps is the way into the guest and out, the same for whoever goes it (Linux 6.1 arch/x86/kvm/svm/nested.c).
 */
export const INTEL_REFLECT_ACCESSES: RelativeCost = {
  ratio: 90,
  low: 45,
  high: 120,
  source:
    'Linux 4.18 arch/x86/kvm/vmx.c, nested_vmx_vmexit: 43 reads and 45 writes of fields not shadowed, 2 more',
};

export function publishedOps(processor: string): PublishedOps {
  const entries = { ratio: 1, low: 1, high: 1, source: 'one VM entry takes the guest back in' };
  if (/intel/i.test(processor)) {
    return {
      entries,
      accesses: {
        ratio: 1,
        low: 0,
        high: 12,
        source: 'Turtles 4.3: 2 traps a cpuid, one of them the entry, with shadowing; 13 without',
      },
    };
  }
  return {
    entries,
    accesses: {
      ratio: 3,
      low: 0,
      high: 5,
      source:
        'Linux 6.1 arch/x86/kvm/svm/vmenter.S: VMLOAD twice, VMSAVE once around VMRUN; none if virtualized, two more if STGI and CLGI trap',
    },
  };
}
