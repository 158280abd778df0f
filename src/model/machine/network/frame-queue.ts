import { NONE } from '../scheduler/scheduler-state.ts';

/**
 * Frames waiting for whoever drains a port, in order: runs of frames that belong to one job's message, and runs of
 * unwanted copies (NONE), which are told apart by nothing and so are merged. Grows as needed.
 */
export class FrameQueue {
  /** Frames waiting. */
  frames = 0;
  private runs = 0;
  private head = 0;
  private tasks = new Int32Array(8);
  private counts = new Int32Array(8);

  push(task: number, frames: number): void {
    this.frames += frames;
    if (task === NONE && this.runs > 0) {
      const last = (this.head + this.runs - 1) & (this.tasks.length - 1);
      if (this.tasks[last] === NONE) {
        this.counts[last]! += frames;
        return;
      }
    }
    if (this.runs === this.tasks.length) this.grow();
    const place = (this.head + this.runs) & (this.tasks.length - 1);
    this.tasks[place] = task;
    this.counts[place] = frames;
    this.runs++;
  }

  /** Whose the run at a place from the front is, and how long it is; 0 behind the last. */
  taskAt(place: number): number {
    return this.tasks[(this.head + place) & (this.tasks.length - 1)]!;
  }

  framesAt(place: number): number {
    return place < this.runs ? this.counts[(this.head + place) & (this.tasks.length - 1)]! : 0;
  }

  /** Takes frames of the first run out; at most as many as it has. */
  shift(frames: number): void {
    this.frames -= frames;
    this.counts[this.head]! -= frames;
    if (this.counts[this.head]! > 0) return;
    this.head = (this.head + 1) & (this.tasks.length - 1);
    this.runs--;
  }

  private grow(): void {
    const size = this.tasks.length;
    const tasks = new Int32Array(2 * size);
    const counts = new Int32Array(2 * size);
    for (let i = 0; i < size; i++) {
      tasks[i] = this.tasks[(this.head + i) & (size - 1)]!;
      counts[i] = this.counts[(this.head + i) & (size - 1)]!;
    }
    this.tasks = tasks;
    this.counts = counts;
    this.head = 0;
  }
}
