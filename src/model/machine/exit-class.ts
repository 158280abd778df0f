/**
 * Why a guest trapped to a hypervisor. The names are the design's (docs/design.md section 2); `vm-entry`,
 * `vmcs-access` are what a hypervisor that is itself a guest traps to do while it handles an exit.
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
  'vm-entry',
] as const;

export type ExitClass = (typeof EXIT_CLASSES)[number];
