import type { Layer } from '../topology.ts';
import { NONE } from './scheduler-state.ts';

/** A set of CPUs for each layer, as bit words, so that finding a member costs a few instructions for 32 CPUs. */
export class CpuSets {
  private readonly words: Int32Array;
  private readonly firstWord: Int32Array;
  private readonly firstCpu: Int32Array;
  private readonly size: Int32Array;
  private readonly layerOfCpu: Int32Array;

  constructor(layers: readonly Layer[], layerOfCpu: Int32Array) {
    this.firstWord = new Int32Array(layers.length + 1);
    this.firstCpu = Int32Array.from(layers, (layer) => layer.firstCpu);
    this.layerOfCpu = layerOfCpu;
    this.size = new Int32Array(layers.length);
    for (const { index, cpuCount } of layers) {
      this.firstWord[index + 1] = this.firstWord[index]! + Math.ceil(cpuCount / 32);
    }
    this.words = new Int32Array(this.firstWord[layers.length]!);
  }

  has(cpu: number): boolean {
    const layer = this.layerOfCpu[cpu]!;
    const bit = cpu - this.firstCpu[layer]!;
    return ((this.words[this.firstWord[layer]! + (bit >> 5)]! >>> (bit & 31)) & 1) === 1;
  }

  add(cpu: number): void {
    if (this.has(cpu)) return;
    this.flip(cpu, 1);
  }

  delete(cpu: number): void {
    if (!this.has(cpu)) return;
    this.flip(cpu, -1);
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

  private flip(cpu: number, change: number): void {
    const layer = this.layerOfCpu[cpu]!;
    const bit = cpu - this.firstCpu[layer]!;
    this.words[this.firstWord[layer]! + (bit >> 5)]! ^= 1 << (bit & 31);
    this.size[layer]! += change;
  }
}
