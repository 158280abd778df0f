/**
 * What a scenario may say about a hypervisor beside what is simulated, for the rules of `nestmark check`. Said of the
 * scenario it holds for every VM; said of a VM, for that VM alone.
 */
export interface Facts {
  readonly product?: Product;
  readonly version?: number;
  /** Virtual hardware version of VMware, or configuration version of Hyper-V. */
  readonly 'hardware-version'?: number;
  /** Hardware virtualization with EPT or RVI is exposed to the VM. */
  readonly exposed?: boolean;
  readonly 'outer-version'?: number;
  readonly 'distributed-switch'?: number;
  readonly production?: boolean;
  readonly role?: string;
  /** GiB. */
  readonly 'disk-size'?: number;
  /** VMs have a disk of their own beside the boot disk. */
  readonly 'data-disk'?: boolean;
  readonly cloned?: boolean;
  readonly 'follow-mac'?: boolean;
  readonly 'fresh-uuid'?: boolean;
  readonly licences?: number;
  readonly tools?: boolean;
  readonly iso?: boolean;
  readonly os?: 'windows' | 'linux' | 'other';
  readonly 'dynamic-memory'?: boolean;
  readonly vbs?: boolean;
  readonly 'host-vbs'?: boolean;
  readonly security?: 'standard' | 'trusted-launch' | 'confidential';
  readonly network?: 'nat' | 'bridged' | 'mac-spoofing';
  readonly 'processor-compatibility'?: boolean;
  readonly shutdown?: 'save' | 'turn-off' | 'shut-down';
  readonly 'virtual-network-services'?: boolean;
  /** Bytes. */
  readonly mtu?: number;
  readonly vsan?: 'osa' | 'esa';
  readonly 'outer-vsan'?: boolean;
  readonly 'fake-scsi-reservations'?: boolean;
  readonly 'nsx-edge'?: boolean;
  readonly academic?: boolean;
  readonly nested?: boolean;
}

export const PRODUCTS = ['esxi', 'workstation', 'hyper-v', 'kvm', 'virtualbox', 'vbs', 'other'] as const;
export type Product = (typeof PRODUCTS)[number];

/** What a platform's outermost hypervisor is, as rules know it. */
export const OUTER_PRODUCTS = [
  'esxi',
  'workstation',
  'hyper-v',
  'kvm',
  'virtualbox',
  'ec2',
  'ec2-metal',
  'azure',
  'azure-lab-services',
  'gcp',
  'emulated',
] as const;
export type OuterProduct = (typeof OUTER_PRODUCTS)[number];
