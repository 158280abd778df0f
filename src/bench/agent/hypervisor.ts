import { GUEST, KVM_MODULES } from '../image/init-script.ts';
import { kernelCommandLine } from '../lab/kernel-command-line.ts';
import type { AgentConfiguration, Evidence, Report, ReportOf } from '../lab/protocol.ts';
import { guestArguments, memoryOf } from '../lab/qemu-arguments.ts';
import { type Machine, startMachine } from '../lab/qemu-process.ts';
import { queryKvm } from '../lab/qmp.ts';
import type { Host } from '../lab/supervise.ts';
import { EXIT_REASON_SOURCE, ExitTrace } from './exit-trace.ts';
import { setHugePages } from './huge-pages.ts';
import { loadModule } from './kernel-module.ts';
import {
  type Counts,
  growth,
  KVM_TOTALS_SOURCE,
  lessOverhead,
  medianCounts,
  readKvmTotal,
  readKvmTotals,
  readPulse,
} from './kvm-counters.ts';
import { openNetworkAbove } from './network.ts';
import { makeGuestDisk } from './scratch.ts';
import { EMPTY_PHASE } from './turn-taker.ts';

interface Reading {
  readonly totals: Counts;
  readonly reasons: Counts;
}

/** What a guest has of its own, where there are several. */
interface GuestPlace {
  /** Name of the file its disk is in. */
  readonly disk: string;
  readonly network: boolean;
}

const ADDED = ', less an empty phase';

/** A level that runs the next one under KVM and counts its exits. */
export class Hypervisor implements Host {
  readonly #level: number;
  readonly #depth: number;
  readonly #vcpus: number;
  readonly #clock: AgentConfiguration['clock'];
  readonly #scratch: string;
  readonly #disk: string;
  readonly #tap: string | undefined;
  readonly #trace = new ExitTrace();
  #before: Counts = {};
  #begun: Reading | null = null;
  readonly #emptyPhases = new Map<number, Reading[]>();

  /** Loads KVM. @throws {Error} when this level cannot be a hypervisor */
  constructor(
    { level, depth, clock, vcpus }: AgentConfiguration,
    scratch: string,
    { disk, network }: GuestPlace = { disk: 'guest-disk', network: true },
  ) {
    this.#level = level;
    this.#depth = depth;
    this.#vcpus = vcpus;
    this.#clock = clock;
    this.#scratch = scratch;
    for (const module of KVM_MODULES) loadModule(module);
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
    this.#before = readKvmTotals();
    // A guest that died in the middle of counting left its readings.
    this.#begun = null;
    this.#emptyPhases.clear();
  }

  async evidenceForGuest(machine: Machine): Promise<readonly Evidence[]> {
    const { enabled } = await queryKvm(machine.qmp);
    this.#everythingIsUp(this.#level + 1);
    return [
      { claim: `QEMU at level ${this.#level} says KVM is ${enabled ? '' : 'not '}enabled`, holds: enabled },
      this.#grown('exits', 'its guest booted'),
    ];
  }

  evidenceForDeeper(level: number): readonly Evidence[] {
    this.#everythingIsUp(level);
    return [this.#grown('nested_run', `level ${level} booted`)];
  }

  mark({ phase, workload, level, operations }: ReportOf<'mark'>, report: (report: Report) => void): void {
    this.#trace.start();
    const now: Reading = { totals: readKvmTotals(), reasons: this.#trace.read() };
    if (phase === 'begin') {
      this.#begun = now;
      return;
    }
    if (this.#begun === null) throw new Error(`the end of ${workload} was marked, and its beginning was not`);
    const grown: Reading = {
      totals: growth(this.#begun.totals, now.totals),
      reasons: growth(this.#begun.reasons, now.reasons),
    };
    this.#begun = null;
    if (workload === EMPTY_PHASE) {
      this.#emptyPhases.set(level, [...(this.#emptyPhases.get(level) ?? []), grown]);
      return;
    }
    const empty = this.#emptyPhases.get(level) ?? [];
    for (const [source, kind] of [
      [KVM_TOTALS_SOURCE, 'totals'],
      [EXIT_REASON_SOURCE, 'reasons'],
    ] as const) {
      const overhead = medianCounts(empty.map((reading) => reading[kind]));
      report({
        type: 'record',
        level,
        line: {
          ...{ kind: 'counters', level: this.#level, workloadLevel: level, workload, operations },
          source: source + ADDED,
          delta: lessOverhead(grown[kind], overhead),
        },
      });
    }
  }

  stopCounting(): void {
    this.#trace.stop();
  }

  pulse(): number {
    return readPulse();
  }

  /**
   * Guests boot on huge pages, which is several times faster. What they touch from then on gets small ones, so that a
   * page touched for the first time is one nested fault, and not one in 512.
   */
  #everythingIsUp(level: number): void {
    if (level === this.#depth) setHugePages('never');
  }

  #grown(counter: string, whileWhat: string): Evidence {
    const by = readKvmTotal(counter) - (this.#before[counter] ?? 0);
    return { claim: `${counter} of level ${this.#level} grew by ${by} while ${whileWhat}`, holds: by > 0 };
  }
}
