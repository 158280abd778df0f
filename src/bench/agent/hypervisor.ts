import { GUEST } from '../image/init-script.ts';
import type { Host } from '../lab/host.ts';
import { kernelCommandLine } from '../lab/kernel-command-line.ts';
import type { AgentConfiguration, Evidence, Report, ReportOf } from '../lab/protocol.ts';
import { guestArguments, memoryOf } from '../lab/qemu-arguments.ts';
import { type Machine, startMachine } from '../lab/qemu-process.ts';
import { queryKvm } from '../lab/qmp.ts';
import type { ExitCounter } from './exit-counter.ts';
import { setHugePages } from './huge-pages.ts';
import { Pulse } from './kvm-counters.ts';
import { openNetworkAbove } from './network.ts';
import { makeGuestDisk } from './scratch.ts';

/** What a guest has of its own, where there are several. */
interface GuestPlace {
  /** Name of the file its disk is in. */
  readonly disk: string;
  readonly network: boolean;
}

/** A level that runs the next one under KVM and counts its exits. */
export class Hypervisor implements Host {
  readonly #level: number;
  readonly #depth: number;
  readonly #vcpus: number;
  readonly #clock: AgentConfiguration['clock'];
  readonly #scratch: string;
  readonly #disk: string;
  readonly #tap: string | undefined;
  readonly #exits: ExitCounter;
  #pulse: Pulse;

  /** KVM is loaded by then. */
  constructor(
    { level, depth, clock, vcpus }: AgentConfiguration,
    { scratch, exits }: { readonly scratch: string; readonly exits: ExitCounter },
    { disk, network }: GuestPlace = { disk: 'guest-disk', network: true },
  ) {
    this.#level = level;
    this.#depth = depth;
    this.#vcpus = vcpus;
    this.#clock = clock;
    this.#scratch = scratch;
    this.#exits = exits;
    this.#pulse = new Pulse();
    this.#disk = disk;
    this.#tap = network ? openNetworkAbove(level + 1) : undefined;
  }

  async start(parameters: readonly string[]): Promise<Machine> {
    const child = this.#level + 1;
    return startMachine(
      [GUEST.qemu],
      guestArguments(
        {
          files: {
            kernel: GUEST.kernel,
            initramfs: GUEST.initramfs,
            root: GUEST.imageDevice,
            scratch: await makeGuestDisk(this.#scratch, this.#disk),
            firmware: GUEST.firmware,
          },
          memoryMiB: memoryOf(child, this.#depth),
          vcpus: this.#vcpus,
          commandLine: kernelCommandLine(parameters),
          ...(this.#tap === undefined ? {} : { tap: this.#tap }),
        },
        this.#clock,
      ),
    );
  }

  beforeStart(): void {
    setHugePages('always');
    this.#exits.beforeStart();
    this.#pulse = new Pulse();
  }

  async evidenceForGuest(machine: Machine): Promise<readonly Evidence[]> {
    const { enabled } = await queryKvm(machine.qmp!);
    this.#everythingIsUp(this.#level + 1);
    return [
      { claim: `QEMU at level ${this.#level} says KVM is ${enabled ? '' : 'not '}enabled`, holds: enabled },
      this.#exits.grown('exits', 'its guest booted'),
    ];
  }

  evidenceForDeeper(level: number): readonly Evidence[] {
    this.#everythingIsUp(level);
    return [this.#exits.grown('nested_run', `level ${level} booted`)];
  }

  mark(mark: ReportOf<'mark'>, report: (report: Report) => void): void {
    this.#exits.mark(mark, report);
  }

  stopCounting(): void {
    this.#exits.stop();
  }

  pulse(): number {
    return this.#pulse.take();
  }

  /**
   * Guests boot on huge pages, which is several times faster. What they touch from then on gets small ones, so that a
   * page touched for the first time is one nested fault, and not one in 512.
   */
  #everythingIsUp(level: number): void {
    if (level === this.#depth) setHugePages('never');
  }
}
