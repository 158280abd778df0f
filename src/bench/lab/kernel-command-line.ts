/** x86's COMMAND_LINE_SIZE (arch/x86/include/asm/setup.h): what is longer is cut off without a word. */
const MAX_LENGTH = 2047;

/**
 * What else of the kernel's start nobody here needs, and takes the longest under emulation: keys that modules are
 * signed with (unsigned ones load as well), integrity measurement, names for trace formats, a congestion control.
 */
const SKIPPED_INITCALLS = [
  'load_system_certificate_list',
  'init_ima',
  'init_evm',
  'trace_eval_init',
  'init_kprobe_trace',
  'cubictcp_register',
] as const;

/**
 * What the kernel of every level is started with.
 *
 * `quiet`: each byte on the console is an exit. `panic=-1` and `reboot=t`: a panic ends the guest at once, by a triple
 * fault, which QEMU's -no-reboot turns into its end. `nokaslr` and `norandmaps`: the same addresses in every boot, so
 * that the same instructions run. `cryptomgr.notests`: the self-tests of the kernel's ciphers are half of a boot under
 * emulation, and nothing that is measured uses them. `pci=lastbus=0`: all devices are on the first bus; looking for
 * others on 255 more (arch/x86/pci/legacy.c, pcibios_fixup_peer_bridges) is two of three exits of a whole boot.
 * `clocksource=tsc`, `tsc=reliable`: all levels read the same clock by the same code. KVM's own clock stands still while
 * QEMU holds a guest still and the time stamp counter does not. A guest in that guest, whose copy of KVM's clock goes on
 * by the counter, then runs ahead by the pause, is corrected, and stands still until the truth has caught up: whole
 * measurements of nothing but zeros, seconds long, in L2 after the metal had the turn. `numa_balancing=disable`: a
 * guest's nodes are kinds of memory (guestMemory in qemu-arguments.ts), between which nothing is to be moved.
 */
const PARAMETERS = [
  'console=ttyS0',
  'quiet',
  'panic=-1',
  'reboot=t',
  'nokaslr',
  'norandmaps',
  'cryptomgr.notests',
  'pci=lastbus=0',
  'clocksource=tsc',
  'tsc=reliable',
  'numa_balancing=disable',
  `initcall_blacklist=${SKIPPED_INITCALLS.join(',')}`,
] as const;

/** @param extra parameters of one level, for experiments and for tests that break a boot on purpose */
export function kernelCommandLine(extra: readonly string[] = []): string {
  for (const parameter of extra) {
    if (!/^[\x21-\x7e]+$/.test(parameter) || parameter.includes('"')) {
      throw new Error(
        `'${parameter}' cannot be a kernel parameter: expected printable characters without spaces or quotes`,
      );
    }
  }
  const line = [...PARAMETERS, ...extra].join(' ');
  if (line.length > MAX_LENGTH) {
    throw new Error(`the kernel command line has ${line.length} characters; the kernel takes ${MAX_LENGTH}`);
  }
  return line;
}
