import { NO_EVENT } from '../../kernel/event-queue.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { POLL_OVER } from '../event-codes.ts';
import type { Topology } from '../topology.ts';

/** halt_poll_ns_grow_start and the factors, when a specification leaves them out (Linux 6.12 and later). */
const GROW_START = 10_000;
const GROW = 2;
const SHRINK = 2;

/**
 * KVM's halt polling (virt/kvm/kvm_main.c, kvm_vcpu_halt): a vCPU that halts is waited for on its CPU for a while
 * before it sleeps. Each vCPU has its own window, which grows while the vCPU is found to sleep for less than the longest
 * one, and shrinks when it slept for longer. The dispatcher decides when polling begins and ends; here is for how long.
 */
export class HaltPolling {
  private readonly simulation: Simulation;
  /** By vCPU: the longest window of its hypervisor, 0 where nothing is polled, and how it changes. */
  private readonly most: Float64Array;
  private readonly growStart: Float64Array;
  private readonly grow: Float64Array;
  private readonly shrink: Float64Array;
  /** By vCPU. */
  private readonly window: Float64Array;
  private readonly haltedAt: Float64Array;
  private readonly isHalted: Uint8Array;
  private readonly polling: Uint8Array;
  private readonly over: Uint8Array;
  private readonly event: Int32Array;

  constructor(simulation: Simulation, { layers, guests, vcpus }: Topology) {
    this.simulation = simulation;
    this.most = new Float64Array(vcpus);
    this.growStart = new Float64Array(vcpus);
    this.grow = new Float64Array(vcpus);
    this.shrink = new Float64Array(vcpus);
    this.window = new Float64Array(vcpus);
    this.haltedAt = new Float64Array(vcpus);
    this.isHalted = new Uint8Array(vcpus);
    this.polling = new Uint8Array(vcpus);
    this.over = new Uint8Array(vcpus);
    this.event = new Int32Array(vcpus).fill(NO_EVENT);
    for (const { parentLayer, firstVcpu, specification } of guests) {
      const polling = layers[parentLayer]!.hypervisor?.haltPolling;
      if (polling === undefined) continue;
      const last = firstVcpu + specification.vcpus;
      this.most.fill(polling.most, firstVcpu, last);
      this.growStart.fill(polling.growStart ?? GROW_START, firstVcpu, last);
      this.grow.fill(polling.grow ?? GROW, firstVcpu, last);
      this.shrink.fill(polling.shrink ?? SHRINK, firstVcpu, last);
    }
  }

  get isOff(): boolean {
    return this.most.every((most) => most === 0);
  }

  /** For how long it would be polled if it halted now. */
  windowOf(vcpu: number): number {
    return this.window[vcpu]!;
  }

  isPolling(vcpu: number): boolean {
    return this.polling[vcpu] === 1;
  }

  /** Polling that ended while a level below had the CPU, and is still to be noticed. */
  isOver(vcpu: number): boolean {
    return this.over[vcpu] === 1;
  }

  /** A vCPU halts. @returns whether it may be polled. */
  halted(vcpu: number): boolean {
    if (this.most[vcpu] === 0) return false;
    this.isHalted[vcpu] = 1;
    this.haltedAt[vcpu] = this.simulation.now;
    return this.window[vcpu]! > 0;
  }

  begin(vcpu: number): void {
    const window = this.window[vcpu]!;
    this.polling[vcpu] = 1;
    this.over[vcpu] = 0;
    this.event[vcpu] = this.simulation.at(this.simulation.now + Math.ceil(window), POLL_OVER, vcpu, 0);
  }

  /** Its time is up, or another needs the CPU, and nobody executes who could notice. */
  endUnseen(vcpu: number): void {
    this.over[vcpu] = 1;
    this.cancel(vcpu);
  }

  /** Event: its time is up. */
  fired(vcpu: number): void {
    this.event[vcpu] = NO_EVENT;
  }

  end(vcpu: number): void {
    this.polling[vcpu] = 0;
    this.over[vcpu] = 0;
    this.cancel(vcpu);
  }

  /** A vCPU that halted has something to do: its next window. */
  woken(vcpu: number): void {
    if (this.isHalted[vcpu] === 0) return;
    this.isHalted[vcpu] = 0;
    const halted = this.simulation.now - this.haltedAt[vcpu]!;
    const window = this.window[vcpu]!;
    const most = this.most[vcpu]!;
    if (halted <= window) return;
    if (window > 0 && halted > most) this.window[vcpu] = this.shrunk(vcpu, window);
    else if (window < most && halted < most) {
      this.window[vcpu] = Math.min(most, Math.max(window * this.grow[vcpu]!, this.growStart[vcpu]!));
    }
  }

  private shrunk(vcpu: number, window: number): number {
    const divisor = this.shrink[vcpu]!;
    const next = divisor === 0 ? 0 : window / divisor;
    return next < this.growStart[vcpu]! ? 0 : next;
  }

  private cancel(vcpu: number): void {
    if (this.event[vcpu] === NO_EVENT) return;
    this.simulation.cancel(this.event[vcpu]!);
    this.event[vcpu] = NO_EVENT;
  }
}
