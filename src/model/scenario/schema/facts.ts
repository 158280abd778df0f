import { z } from 'zod';
import { OUTER_PRODUCTS, PRODUCTS } from '../facts.ts';
import { about, block, decimal, label, wholeNumber, yesOrNo } from './fields.ts';

/** `facts:` of a scenario or of a VM: what only `nestmark check` asks about. */
export const factsSchema = block({
  product: about(z.enum(PRODUCTS).optional(), 'Which hypervisor runs in the VM.'),
  version: about(decimal({ min: 0, max: 10_000 }).optional(), 'Its version, such as 8.0 or 2022.'),
  'hardware-version': about(
    decimal({ min: 1, max: 100 }).optional(),
    'Virtual hardware version (VMware), or configuration version (Hyper-V).',
  ),
  exposed: about(yesOrNo().optional(), 'Hardware virtualization, with EPT or RVI, is exposed to the VM.'),
  'outer-version': about(
    decimal({ min: 0, max: 10_000 }).optional(),
    'Version of the outermost hypervisor, such as 6.7.',
  ),
  'distributed-switch': about(decimal({ min: 1, max: 100 }).optional(), 'Version of the distributed switch.'),
  production: about(yesOrNo().optional(), 'People depend on it, and support is wanted.'),
  role: about(label().optional(), 'What it is for, such as vsan-witness.'),
  'disk-size': about(decimal({ min: 0, max: 1_000_000 }).optional(), 'Of its boot disk, in GiB.'),
  'data-disk': about(yesOrNo().optional(), 'It has a disk for VMs beside its boot disk.'),
  cloned: about(yesOrNo().optional(), 'It is a copy of another hypervisor.'),
  'follow-mac': about(yesOrNo().optional(), 'Net.FollowHardwareMac is set.'),
  'fresh-uuid': about(yesOrNo().optional(), 'The system UUID was taken out before copying.'),
  licences: about(wholeNumber({ min: 0, max: 1_000_000 }).optional(), 'Licences for nested hypervisors.'),
  tools: about(yesOrNo().optional(), 'Guest tools are installed.'),
  iso: about(yesOrNo().optional(), 'It is installed from an ISO file on a datastore of its own hypervisor.'),
  os: about(z.enum(['windows', 'linux', 'other']).optional(), 'System of the VM.'),
  'dynamic-memory': about(yesOrNo().optional(), 'Its memory is meant to grow and shrink.'),
  vbs: about(yesOrNo().optional(), 'Windows runs with virtualization-based security.'),
  'host-vbs': about(yesOrNo().optional(), 'The host itself runs Hyper-V or VBS.'),
  security: about(
    z.enum(['standard', 'trusted-launch', 'confidential']).optional(),
    'Security type of the instance.',
  ),
  network: about(z.enum(['nat', 'bridged', 'mac-spoofing']).optional(), 'How inner VMs reach the outside.'),
  'processor-compatibility': about(yesOrNo().optional(), 'Inner VMs are set to start on other processors.'),
  shutdown: about(
    z.enum(['save', 'turn-off', 'shut-down']).optional(),
    'What happens to inner VMs when the machine stops.',
  ),
  'virtual-network-services': about(
    yesOrNo().optional(),
    'Inner VMs are to reach services of the virtual network directly.',
  ),
  mtu: about(
    wholeNumber({ min: 576, max: 65_535 }).optional(),
    'Of the network below nested hosts, in bytes.',
  ),
  vsan: about(z.enum(['osa', 'esa']).optional(), 'It is a host of a nested vSAN of this architecture.'),
  'outer-vsan': about(yesOrNo().optional(), 'Its disks lie on a vSAN datastore of the outermost hypervisor.'),
  'fake-scsi-reservations': about(
    yesOrNo().optional(),
    'VSAN.FakeSCSIReservations is set on the outermost hypervisor.',
  ),
  'nsx-edge': about(yesOrNo().optional(), 'An NSX edge is to run in it.'),
  academic: about(yesOrNo().optional(), 'Licences were meant to come from an academic programme.'),
  nested: about(yesOrNo().optional(), 'Nested virtualization is switched on for the instance.'),
}).meta({ id: 'facts' });

/** `stack:` of a platform. */
export const stackSchema = block({
  outer: about(z.enum(OUTER_PRODUCTS), 'The outermost hypervisor, as rules know it.'),
  inner: about(
    z.array(z.enum(PRODUCTS)).min(1),
    'Hypervisors it is for as guests; the first, unless a scenario says.',
  ),
});
