/**
 * Why a guest trapped to a hypervisor. The names are the design's (docs/design.md section 2); the last three are
 * what a hypervisor that is itself a guest traps to do while it handles an exit. `vmcs-shadowable` is the access of a
 * field that VMCS shadowing can serve, `vmcs-access` that of any other, and of what else tends a VMCS.
 */
export const EXIT_CLASSES = [
  'hypercall',
  'cpuid',
  'pio',
  'mmio',
  'msr-read',
  'msr-write',
  'timer',
  'ipi',
  'halt-wake',
  'page-fault',
  'external-interrupt',
  'cr-access',
  'exception',
  'vmcs-access',
  'vmcs-shadowable',
  'vm-entry',
] as const;

export type ExitClass = (typeof EXIT_CLASSES)[number];
