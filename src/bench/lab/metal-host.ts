import type { LabImage } from '../image/build-image.ts';
import { findTool } from '../image/tool.ts';
import type { Clock } from '../record/record.ts';
import type { Host } from './host.ts';
import { kernelCommandLine } from './kernel-command-line.ts';
import type { Evidence } from './protocol.ts';
import { guestArguments, memoryOf, metalArguments } from './qemu-arguments.ts';
import { type Machine, startMachine } from './qemu-process.ts';
import { queryKvm } from './qmp.ts';

interface MetalOptions {
  /** 0, the emulated metal, when left out; 1 for a guest of this machine's KVM. */
  readonly level?: number;
  readonly clock: Clock;
  /** The innermost level of the ladder it carries. */
  readonly depth: number;
  readonly vcpus: number;
  /** What the ladder needs, when left out. */
  readonly memoryMiB?: number;
}

/** The machine the lab runs on: it emulates the metal, or runs L1 on its KVM, and has nothing of its own to count. */
export class MetalHost implements Host {
  /** 0: the metal, emulated. 1: a guest of this machine's KVM. */
  readonly level: number;
  readonly #image: LabImage;
  readonly #clock: Clock;
  readonly #memoryMiB: number;
  readonly #vcpus: number;
  #running: Machine | null = null;

  constructor(
    image: LabImage,
    { clock, depth, vcpus, level = 0, memoryMiB = memoryOf(level, depth) }: MetalOptions,
  ) {
    this.level = level;
    this.#image = image;
    this.#clock = clock;
    this.#memoryMiB = memoryMiB;
    this.#vcpus = vcpus;
  }

  /** The command the metal runs as, for the record. */
  arguments(parameters: readonly string[] = []): readonly string[] {
    const { kernel, initramfs, root } = this.#image;
    return (this.level === 0 ? metalArguments : guestArguments)(
      {
        files: { kernel, initramfs, root },
        memoryMiB: this.#memoryMiB,
        vcpus: this.#vcpus,
        commandLine: kernelCommandLine(parameters),
      },
      this.#clock,
    );
  }

  /** Through setpriv, by which the machine is killed by the kernel when this process goes, however it goes. */
  async start(parameters: readonly string[]): Promise<Machine> {
    const command = [findTool('setpriv'), '--pdeathsig', 'KILL', '--', this.#image.qemu];
    this.#running = startMachine(command, this.arguments(parameters));
    return this.#running;
  }

  /** The last lines of the metal's console, once there was one. */
  consoleTail(): readonly string[] {
    return this.#running?.console.last() ?? [];
  }

  /** The process that emulates the metal. */
  get pid(): number | null {
    return this.#running?.pid ?? null;
  }

  beforeStart(): void {}

  async evidenceForGuest(machine: Machine): Promise<readonly Evidence[]> {
    const { enabled } = await queryKvm(machine.qmp!);
    const claim = `QEMU says KVM is ${enabled ? '' : 'not '}enabled`;
    if (this.level > 0) return [{ claim, holds: enabled }];
    return [{ claim: `${claim}: its CPU emulation runs`, holds: !enabled }];
  }

  evidenceForDeeper(): readonly Evidence[] {
    return [];
  }

  mark(): void {}

  stopCounting(): void {}

  pulse(): null {
    return null;
  }
}
