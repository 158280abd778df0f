import type { Layer } from '../topology.ts';
import { NONE as NO_ENTITY } from './scheduler-state.ts';

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const NONE = NO_ENTITY;

/** A set of CPUs for each layer, as bit words, so that finding a member costs a few instructions for 32 CPUs. */
export class CpuSets {
  private readonly words: Int32Array;
  /** By layer: its words, and one behind the last layer. */
  private readonly firstWord: Int32Array;
  private readonly firstCpu: Int32Array;
  private readonly size: Int32Array;
  private readonly layerOfCpu: Int32Array;
  /** By CPU: where its bit is. */
  private readonly wordOf: Int32Array;
  private readonly maskOf: Int32Array;

  constructor(layers: readonly Layer[], layerOfCpu: Int32Array) {
    this.firstWord = new Int32Array(layers.length + 1);
    this.firstCpu = Int32Array.from(layers, (layer) => layer.firstCpu);
    this.layerOfCpu = layerOfCpu;
    this.size = new Int32Array(layers.length);
    this.wordOf = new Int32Array(layerOfCpu.length);
    this.maskOf = new Int32Array(layerOfCpu.length);
    for (const { index, firstCpu, cpuCount } of layers) {
      const word = this.firstWord[index]!;
      for (let bit = 0; bit < cpuCount; bit++) {
        this.wordOf[firstCpu + bit] = word + (bit >> 5);
        this.maskOf[firstCpu + bit] = 1 << (bit & 31);
      }
      this.firstWord[index + 1] = word + Math.ceil(cpuCount / 32);
    }
    this.words = new Int32Array(this.firstWord[layers.length]!);
  }

  has(cpu: number): boolean {
    return (this.words[this.wordOf[cpu]!]! & this.maskOf[cpu]!) !== 0;
  }

  add(cpu: number): void {
    if (this.has(cpu)) return;
    this.words[this.wordOf[cpu]!]! |= this.maskOf[cpu]!;
    this.size[this.layerOfCpu[cpu]!]! += 1;
  }

  delete(cpu: number): void {
    if (!this.has(cpu)) return;
    this.words[this.wordOf[cpu]!]! &= ~this.maskOf[cpu]!;
    this.size[this.layerOfCpu[cpu]!]! -= 1;
  }

  isEmpty(layer: number): boolean {
    return this.size[layer] === 0;
  }

  /** The first member at or after a CPU of the same layer, wrapping around; NONE when the set is empty. */
  nextFrom(cpu: number): number {
    return this.search(cpu, false);
  }

  /** As nextFrom, of CPUs whose SMT sibling is a member as well; answers with the core's first thread. */
  nextCoreFrom(cpu: number): number {
    return this.search(cpu & ~1, true);
  }

  private search(cpu: number, cores: boolean): number {
    const layer = this.layerOfCpu[cpu]!;
    if (this.size[layer] === 0) return NONE;
    const first = this.firstWord[layer]!;
    const words = this.firstWord[layer + 1]! - first;
    const start = cpu - this.firstCpu[layer]!;
    for (let step = 0; step <= words; step++) {
      const index = ((start >> 5) + step) % words;
      let word = this.words[first + index]!;
      if (cores) word &= (word >>> 1) & 0x55555555;
      // The start's own word comes twice: first from the start on, at the end up to it.
      if (step === 0) word &= -1 << (start & 31);
      if (word !== 0) return this.firstCpu[layer]! + (index << 5) + 31 - Math.clz32(word & -word);
    }
    return NONE;
  }
}
