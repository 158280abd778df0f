import type { Topology } from '../topology.ts';
import type { Sharing } from './sharing.ts';

/**
 * Over how long interrupts are averaged, in nanoseconds. A nested layer has few messages in a window, and what is in it and
 * not in the next says nothing of how fast its CPUs are.
 */
const INTERRUPTED_OVER = 1e8;
/** Below these changes a load is taken to be what it was: CPUs of layer 0, and the share interrupts take of one. */
const LEAST_CHANGE = 0.02;
const LEAST_INTERRUPTED_CHANGE = 0.004;
/** Such a share of old is none. */
const FORGOTTEN = 1e-6;
/** Interrupts leave what runs at least this much: then the kernel hands them to a thread (ksoftirqd). */
const MOST_INTERRUPTED = 0.5;

/**
 * CPU time that kernels take to move frames, on average over a window of time: bursts of microseconds, far too many
 * to follow one by one, which nobody notices but as CPUs that are a little slower or a little fewer. In a nested layer
 * an idle vCPU takes what arrives on it, and is one vCPU more on the layer below; a busy one is interrupted.
 */
export class KernelLoad {
  /** By guest: time its vCPUs were kept from being halted. */
  readonly extraTime: Float64Array;
  private readonly sharing: Sharing;
  private readonly vcpus: Int32Array;
  private readonly parentLayer: Int32Array;
  /** By layer: work since the window began, in nanoseconds at full speed. */
  private readonly pending: Float64Array;
  private readonly applied: Float64Array;
  /** By nested layer: the share of its CPUs' time that interrupts took lately. */
  private readonly interrupted: Float64Array;

  constructor(topology: Topology, sharing: Sharing) {
    const { guests, layers } = topology;
    this.sharing = sharing;
    this.extraTime = new Float64Array(guests.length);
    this.vcpus = Int32Array.from(guests, ({ specification }) => specification.vcpus);
    this.parentLayer = Int32Array.from(guests, (guest) => guest.parentLayer);
    this.pending = new Float64Array(layers.length);
    this.applied = new Float64Array(layers.length);
    this.interrupted = new Float64Array(layers.length);
  }

  /** Work done on the CPUs of a layer. */
  add(layer: number, work: number): void {
    this.pending[layer]! += work;
  }

  /** Chance that a given CPU of a nested layer is halted now. */
  idleShare(layer: number): number {
    const cpus = this.vcpus[layer - 1]!;
    return Math.max(0, 1 - this.sharing.demand[layer]! / cpus);
  }

  /** A window has passed: what it brought is the load of the next. */
  apply(elapsed: number): void {
    const news = Math.min(1, elapsed / INTERRUPTED_OVER);
    // Layers further out have smaller numbers: what an idle vCPU takes upon itself is passed on before it is its turn.
    for (let layer = this.pending.length - 1; layer > 0; layer--) {
      const work = this.pending[layer]!;
      if (work === 0 && this.interrupted[layer]! < FORGOTTEN) continue;
      this.pending[layer] = 0;
      const woken = work * this.idleShare(layer);
      this.extraTime[layer - 1]! += woken;
      this.pending[this.parentLayer[layer - 1]!]! += woken;
      const now = Math.min(MOST_INTERRUPTED, work / (this.vcpus[layer - 1]! * elapsed));
      const share = this.interrupted[layer]! + (now - this.interrupted[layer]!) * news;
      this.interrupted[layer] = share;
      if (Math.abs(share - this.applied[layer]!) < LEAST_INTERRUPTED_CHANGE) continue;
      this.applied[layer] = share;
      this.sharing.setInterrupted(layer, share);
    }
    const cpus = this.pending[0]! / elapsed;
    this.pending[0] = 0;
    if (Math.abs(cpus - this.applied[0]!) < LEAST_CHANGE) return;
    this.applied[0] = cpus;
    this.sharing.setKernelLoad(cpus);
  }
}
