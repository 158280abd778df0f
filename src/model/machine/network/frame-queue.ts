/**
 * Frames waiting for whoever drains a port, in order: runs of frames that belong to one job's message, and runs of
 * others (negative: frame-kinds.ts), which are told apart by nothing and so are merged. Grows as needed.
 */
export class FrameQueue {
  /** Frames waiting. */
  frames = 0;
  private runs = 0;
  private head = 0;
  private tasks = new Int32Array(8);
  private counts = new Int32Array(8);
  private sizes = new Float64Array(8);

  /** @param bytes of all the frames together. */
  push(task: number, frames: number, bytes: number): void {
    this.frames += frames;
    if (task < 0 && this.runs > 0) {
      const last = (this.head + this.runs - 1) & (this.tasks.length - 1);
      if (this.tasks[last] === task) {
        this.counts[last]! += frames;
        this.sizes[last]! += bytes;
        return;
      }
    }
    if (this.runs === this.tasks.length) this.grow();
    const place = (this.head + this.runs) & (this.tasks.length - 1);
    this.tasks[place] = task;
    this.counts[place] = frames;
    this.sizes[place] = bytes;
    this.runs++;
  }

  /** Whose the run at a place from the front is, and how long it is; 0 behind the last. */
  taskAt(place: number): number {
    return this.tasks[(this.head + place) & (this.tasks.length - 1)]!;
  }

  framesAt(place: number): number {
    return place < this.runs ? this.counts[(this.head + place) & (this.tasks.length - 1)]! : 0;
  }

  /** Mean bytes of a frame of the run at a place. */
  frameBytesAt(place: number): number {
    const index = (this.head + place) & (this.tasks.length - 1);
    return this.sizes[index]! / this.counts[index]!;
  }

  /** Takes frames of the first run out; at most as many as it has. */
  shift(frames: number): void {
    const { head } = this;
    this.frames -= frames;
    if (this.counts[head]! > frames) {
      this.sizes[head]! -= (this.sizes[head]! / this.counts[head]!) * frames;
      this.counts[head]! -= frames;
      return;
    }
    this.head = (head + 1) & (this.tasks.length - 1);
    this.runs--;
  }

  private grow(): void {
    const size = this.tasks.length;
    const tasks = new Int32Array(2 * size);
    const counts = new Int32Array(2 * size);
    const sizes = new Float64Array(2 * size);
    for (let i = 0; i < size; i++) {
      const from = (this.head + i) & (size - 1);
      tasks[i] = this.tasks[from]!;
      counts[i] = this.counts[from]!;
      sizes[i] = this.sizes[from]!;
    }
    this.tasks = tasks;
    this.counts = counts;
    this.sizes = sizes;
    this.head = 0;
  }
}
