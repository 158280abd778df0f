import type { Clock } from '../record/record.ts';

/** Streams a machine has besides its standard output, by file descriptor: the parent makes a socket pair for each. */
export const AGENT_DESCRIPTOR = 3;
export const QMP_DESCRIPTOR = 4;
/** Name of the port on which a guest's agent speaks with the level below. */
export const AGENT_PORT = 'nestmark.agent';

/** 2^shift virtual nanoseconds an executed instruction takes under the instruction clock. */
export const ICOUNT_SHIFT = 1;
export const NS_PER_INSTRUCTION = 2 ** ICOUNT_SHIFT;

export interface MachineFiles {
  readonly kernel: string;
  readonly initramfs: string;
  /** File or block device with the image. */
  readonly root: string;
  /** File the guest's scratch disk is in; the metal has a RAM disk of its own. */
  readonly scratch?: string;
  /** Directory with the firmware, where QEMU would not find it by itself. */
  readonly firmware?: string;
}

export interface MachineOptions {
  readonly files: MachineFiles;
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly commandLine: string;
  /** The tap device at the other end of the machine's network; the metal has no network. */
  readonly tap?: string;
}

/**
 * The emulated machine that is the metal.
 *
 * la57=off: with five-level page tables the emulation faults now and then (QEMU issue 1023). erms=off: kernels then
 * clear and copy pages by words and not by bytes. Real processors do either in a few cycles a line; the emulation steps
 * through them one by one, and counts each as an instruction. pku=off: with protection keys Node ended with a segmentation
 * fault in L1, in 8 of 10 boots, where V8 opens and closes its pages for WebAssembly by them. sleep=off: virtual time
 * does not wait for real time when the processor idles, so that a sleep takes the same virtual time in every run.
 */
export function metalArguments(options: MachineOptions, clock: Clock): readonly string[] {
  const icount = clock === 'instructions' ? ['-icount', `shift=${ICOUNT_SHIFT},sleep=off`] : [];
  return ['-accel', 'tcg', '-cpu', 'max,la57=off,erms=off,pku=off', ...icount, ...machine(options)];
}

/**
 * A guest under KVM inside the emulated machine.
 *
 * Under the instruction clock, kvm-pv-eoi=off makes the end of every interrupt an exit, which keeps a fault of QEMU's
 * emulation of VMRUN from hanging the guest: after it delivered an injected interrupt
 * (target/i386/tcg/sysemu/svm_helper.c, helper_vmrun, SVM_EVTINJ_TYPE_INTR), `exception_index` keeps the vector until
 * something else sets it. When an instruction budget of -icount ends before that, cpu_handle_interrupt
 * (accel/tcg/cpu-exec.c) takes it for a new exception and delivers the interrupt a second time, even to a guest that
 * has interrupts off: a spin lock its handler holds is then taken twice, and the guest spins for ever. Any exit ends
 * that state, and with this one it ends some hundred instructions after the delivery instead of some thousands. On the
 * time clock there are no such budgets, and the exit would only cost.
 */
export function guestArguments(options: MachineOptions, clock: Clock): readonly string[] {
  const cpu = clock === 'instructions' ? 'host,kvm-pv-eoi=off' : 'host';
  return ['-accel', 'kvm', '-cpu', cpu, ...machine(options), ...guestMemory(options)];
}

/** Memory that is there when all else is used: below the fresh one, with the kernel's image in it. */
const LOW_MIB = 64;
/** For the first touches of some seventy blocks; after them they are no first ones any more. */
const FRESH_MIB = 48;

/**
 * Memory of three kinds, each a NUMA node of the guest. Almost all is backed from the start: what a program takes and
 * gives back costs the same in the first block as in the tenth. One node in the middle is not, and has no processors, so
 * that nothing is taken from it unasked: a page the probe takes there is the first touch of its frame, every time. Not
 * at the end of memory, where firmware and kernel put what they need at boot.
 */
function guestMemory({ memoryMiB, vcpus }: MachineOptions): readonly string[] {
  const node = (id: number, mebibytes: number, backing: string, more = ''): readonly string[] => [
    ...['-object', `memory-backend-ram,id=memory${id},size=${mebibytes}M,prealloc=${backing}`],
    ...['-numa', `node,nodeid=${id},memdev=memory${id}${more}`],
  ];
  return [
    ...node(0, LOW_MIB, 'on'),
    ...node(1, FRESH_MIB, 'off'),
    ...node(2, memoryMiB - LOW_MIB - FRESH_MIB, 'on', `,cpus=0-${vcpus - 1}`),
  ];
}

/**
 * A firmware that calls nothing by a software interrupt. SeaBIOS starts its boot loader by one (INT 19h), and in a guest
 * of a guest that one is now and then lost. Seen in a trace of the emulation: the delivery faults on the page of the
 * interrupt table, which L1's nested page table lacks; L1's KVM maps it and injects the interrupt, with the instruction
 * pointer behind the instruction already, since QEMU's SVM has no next-RIP save; that delivery faults on the metal's
 * copy of the nested page table, and the metal's KVM enters the guest again without any injection. The call returns at
 * once, SeaBIOS runs into its own data, and a triple fault resets the guest within a second.
 */
export const FIRMWARE_IMAGE = 'qboot.rom';

function machine({ files, memoryMiB, vcpus, commandLine, tap }: MachineOptions): readonly string[] {
  const firmware = files.firmware === undefined ? [] : ['-L', files.firmware];
  const scratch =
    files.scratch === undefined
      ? []
      : [
          ...['-drive', `id=scratch,if=none,format=raw,file=${escaped(files.scratch)}`],
          ...['-device', 'virtio-blk-pci,drive=scratch'],
        ];
  const network =
    tap === undefined
      ? []
      : [
          ...['-netdev', `tap,id=network,ifname=${tap},script=no,downscript=no`],
          // Without a boot ROM, which nobody boots from and the firmware folder has not.
          ...['-device', 'virtio-net-pci,netdev=network,romfile='],
        ];
  return [
    ...[...firmware, '-bios', FIRMWARE_IMAGE],
    ...['-machine', 'q35,smm=off', '-m', String(memoryMiB), '-smp', String(vcpus)],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-kernel', files.kernel, '-initrd', files.initramfs, '-append', commandLine],
    ...['-drive', `id=root,if=none,format=raw,readonly=on,file=${escaped(files.root)}`],
    ...['-device', 'virtio-blk-pci,drive=root'],
    ...scratch,
    ...network,
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=agent,fd=${AGENT_DESCRIPTOR}`],
    ...['-device', 'virtio-serial-pci', '-device', `virtserialport,chardev=agent,name=${AGENT_PORT}`],
    ...['-chardev', `socket,id=qmp,fd=${QMP_DESCRIPTOR}`, '-mon', 'chardev=qmp,mode=control'],
  ];
}

/** A comma in a value of QEMU's key=value syntax is written twice. */
const escaped = (value: string): string => value.replaceAll(',', ',,');

/** Memory of a guest without guests, and what a level needs besides the guest it runs. */
const INNERMOST_MIB = 384;
const OWN_MIB = 512;

/** Memory of a level of a ladder whose innermost level is `depth`. */
export function memoryOf(level: number, depth: number): number {
  return INNERMOST_MIB + (depth - level) * OWN_MIB;
}
