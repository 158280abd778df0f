import type { Facts } from './facts.ts';

/**
 * The flags of /proc/cpuinfo that decide what nesting costs or how time is told; the other hundred do not change with
 * a level. The virtualization ones are AMD's and Intel's as arch/x86/include/asm/{cpufeatures,vmxfeatures}.h name them.
 */
const FLAGS_OF_INTEREST = new Set([
  ...[
    'hypervisor',
    'vmmcall',
    'x2apic',
    'arat',
    'la57',
    'pcid',
    'invpcid',
    'pdpe1gb',
    'pti',
    'ibrs_enhanced',
  ],
  ...[
    'constant_tsc',
    'nonstop_tsc',
    'tsc_known_freq',
    'tsc_deadline_timer',
    'tsc_adjust',
    'rdtscp',
    'tsc_scale',
  ],
  ...['svm', 'npt', 'nrip_save', 'vgif', 'v_vmsave_vmload', 'avic', 'x2avic', 'vnmi', 'lbrv', 'vmcb_clean'],
  ...['flushbyasid', 'decodeassists', 'pausefilter', 'pfthreshold'],
  ...[
    'vmx',
    'ept',
    'vpid',
    'ept_ad',
    'ept_1gb',
    'shadow_vmcs',
    'posted_intr',
    'apicv',
    'vapic',
    'vapic_reg',
    'vid',
  ],
  ...[
    'preemption_timer',
    'tsc_offset',
    'ple',
    'pml',
    'unrestricted_guest',
    'flexpriority',
    'tpr_shadow',
    'vnmi',
  ],
]);

/** @param text the content of /proc/cpuinfo (x86) */
export function parseProcessor(text: string): Facts {
  const blocks = text.split(/\n\s*\n/).filter((block) => /^processor\s*:/m.test(block));
  const first = blocks[0];
  if (first === undefined) return {};
  const fields = new Map(
    first.split('\n').map((line) => {
      const [key = '', ...value] = line.split(':');
      return [key.trim(), value.join(':').trim()] as const;
    }),
  );
  const flags = `${fields.get('flags') ?? ''} ${fields.get('vmx flags') ?? ''}`.split(' ');
  const facts: Record<string, string | number | boolean> = {
    'cpu.count': blocks.length,
    'cpu.flags': flags.filter((flag) => FLAGS_OF_INTEREST.has(flag)).join(' '),
  };
  for (const [key, name] of TEXT_FIELDS) {
    const value = fields.get(key);
    if (value !== undefined && value !== '') facts[name] = value;
  }
  for (const [key, name] of NUMBER_FIELDS) {
    const value = Number(fields.get(key));
    if (fields.has(key) && Number.isFinite(value)) facts[name] = value;
  }
  return facts;
}

const TEXT_FIELDS = [
  ['vendor_id', 'cpu.vendor'],
  ['model name', 'cpu.model-name'],
  ['microcode', 'cpu.microcode'],
] as const;

const NUMBER_FIELDS = [
  ['cpu family', 'cpu.family'],
  ['model', 'cpu.model'],
  ['stepping', 'cpu.stepping'],
  ['cpu MHz', 'cpu.mhz'],
] as const;
