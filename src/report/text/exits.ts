/** What is not among the exits of an operation, in words. */
export const LEFT_OUT =
  'Left out: external interrupts, which are the hypervisor’s own clock and devices, and as many exits of each other class (HLT, ticks) as a pass of workloads without exits counts.';
