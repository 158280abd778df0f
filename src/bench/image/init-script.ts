/** Where things are in a guest. The agent, which boots the next one from them, reads the same constants. */
export const GUEST = {
  node: '/usr/bin/node',
  qemu: '/usr/bin/qemu-system-x86_64',
  busybox: '/bin/busybox',
  compiler: '/usr/bin/tcc',
  probe: '/usr/share/nestmark/probe',
  kernel: '/usr/share/nestmark/vmlinuz',
  initramfs: '/usr/share/nestmark/initramfs.cpio',
  firmware: '/usr/share/nestmark/firmware',
  modules: '/usr/share/nestmark/modules',
  scratchTemplate: '/usr/share/nestmark/scratch.blocks',
  start: '/usr/share/nestmark/start',
  agentRoot: '/opt/nestmark',
  /** The image itself, as the guest's first disk. */
  imageDevice: '/dev/vda',
  /** The disk a guest's scratch directory is on; the metal has a RAM disk instead. */
  scratchDevice: '/dev/vdb',
  metalScratchDevice: '/dev/ram0',
  scratch: '/run/scratch',
} as const;

/** Modules the image's own file system needs, in an order in which each finds what it depends on. */
export const BOOT_MODULES = [
  'virtio_ring',
  'virtio',
  'virtio_pci_legacy_dev',
  'virtio_pci_modern_dev',
  'virtio_pci',
  'virtio_blk',
  'squashfs',
] as const;

/** The channel to the level below, and the RAM disk of the metal. */
export const AGENT_MODULES = ['virtio_console'] as const;
export const RAM_DISK_MODULE = 'brd';
/** For the probe's MSR operations. */
export const MSR_MODULE = 'msr';
/** A guest's end of the network to the level below, and that level's end. */
export const NETWORK_MODULES = ['failover', 'net_failover', 'virtio_net'] as const;
export const TAP_MODULE = 'tun';
/** What makes a level a hypervisor, and the half of it that is the processor's, by the flag that asks for it. */
export const KVM_MODULES = ['irqbypass', 'kvm'] as const;
export const KVM_VENDOR_MODULES = { svm: 'kvm-amd', vmx: 'kvm-intel' } as const;

export const ALL_MODULES: readonly string[] = [
  ...BOOT_MODULES,
  ...AGENT_MODULES,
  RAM_DISK_MODULE,
  MSR_MODULE,
  ...NETWORK_MODULES,
  TAP_MODULE,
  ...KVM_MODULES,
  ...Object.values(KVM_VENDOR_MODULES),
];

/** /init of the initramfs: finds the image and hands over to it. Nothing is printed while it goes well. */
export function initScript(): string {
  return `#!/bin/busybox sh
bb=/bin/busybox
$bb mount -t devtmpfs none /dev
$bb mount -t proc none /proc
$bb mount -t sysfs none /sys
for module in ${BOOT_MODULES.join(' ')}; do
  $bb insmod /modules/$module.ko || echo "nestmark: the module $module cannot be loaded"
done
tries=0
until [ -b ${GUEST.imageDevice} ]; do
  tries=$((tries + 1))
  [ $tries -lt 500 ] || { echo "nestmark: no disk ${GUEST.imageDevice}"; $bb poweroff -f; }
  $bb usleep 10000
done
$bb mount -t squashfs -o ro ${GUEST.imageDevice} /root || { echo "nestmark: the image cannot be mounted"; $bb poweroff -f; }
for directory in dev proc sys; do $bb mount -o move /$directory /root/$directory; done
exec $bb switch_root /root ${GUEST.start}
`;
}

/**
 * OpenSSL picks its code by what the processor can do, and a hypervisor passes on less than the emulated metal has: left
 * to itself, SHA-256 takes a fifth more instructions in L1 than on the metal, without a single exit.
 */
const SAME_CODE_EVERYWHERE = 'OPENSSL_ia32cap=0:0';

/**
 * V8 would collect garbage seconds after a turn, and compile what has become hot on threads of its own, while another level
 * measures: SQLite's WebAssembly alone, compiled a second time to be better, kept each level busy for 0.7 to 10 s under
 * emulation, long after its first transactions. With these it does what it does at once, on the thread that asked for it;
 * transactions do not get slower by it.
 */
const QUIET_WHEN_IDLE = '--no-memory-reducer --single-threaded --liftoff-only';

/** The first process after the image is mounted: runs the agent, and says on the console when that ended badly. */
export function startScript(agent: string): string {
  return `#!/bin/busybox sh
export PATH=/bin:/usr/bin HOME=/tmp ${SAME_CODE_EVERYWHERE}
bb=${GUEST.busybox}
$bb mount -t tmpfs none /tmp
$bb mount -t tmpfs none /run
$bb mount -t debugfs none /sys/kernel/debug
$bb ifconfig lo 127.0.0.1 up
for module in ${AGENT_MODULES.join(' ')}; do $bb insmod ${GUEST.modules}/$module.ko; done
${GUEST.node} ${QUIET_WHEN_IDLE} ${agent}
status=$?
[ $status = 0 ] || echo "nestmark: the agent ended with status $status"
$bb poweroff -f
`;
}
