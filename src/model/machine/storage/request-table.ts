import { NONE } from '../scheduler/scheduler-state.ts';

/** A guest lies at most so deep below the host's disk. */
const MAX_DEPTH = 8;

/**
 * Runs of I/Os on their way: those that a task issued together. A run may grow at a layer that must do more than it
 * was asked, so how many I/Os it is is kept by depth. Records are used again; the tables grow as needed.
 */
export class RequestTable {
  /** Runs in the machine. */
  count = 0;
  /** Whose system issued it; NONE for the host's own. */
  owner = new Int32Array(16);
  /** The task that waits for it; NONE when nobody does. */
  task = new Int32Array(16);
  /** Where it is now: the guest whose disk it was last handed to, NONE at the device. */
  place = new Int32Array(16);
  issuedAt = new Float64Array(16);
  /** Bytes of one of its I/Os. */
  size = new Float64Array(16);
  /** I/Os of it that write to fresh blocks, at the layer it has come to. */
  fresh = new Float64Array(16);
  /** I/Os that the device has yet to start, and to finish. */
  toStart = new Int32Array(16);
  toFinish = new Int32Array(16);
  arrivedAtDevice = new Float64Array(16);
  private ios = new Int32Array(16 * MAX_DEPTH);
  private readonly free: number[] = [];
  private used = 0;

  open(owner: number, task: number, size: number, fresh: number, now: number): number {
    const request = this.free.pop() ?? this.next();
    this.owner[request] = owner;
    this.task[request] = task;
    this.place[request] = NONE;
    this.issuedAt[request] = now;
    this.size[request] = size;
    this.fresh[request] = fresh;
    this.count++;
    return request;
  }

  close(request: number): void {
    this.free.push(request);
    this.count--;
  }

  /** I/Os of it at a guest so many levels above the host's hypervisor. */
  iosAt(request: number, depth: number): number {
    return this.ios[request * MAX_DEPTH + depth]!;
  }

  setIos(request: number, depth: number, ios: number): void {
    this.ios[request * MAX_DEPTH + depth] = ios;
  }

  private next(): number {
    if (this.used === this.owner.length) this.grow();
    return this.used++;
  }

  private grow(): void {
    const size = 2 * this.owner.length;
    const larger = (column: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array((size / this.owner.length) * column.length);
      grown.set(column);
      return grown;
    };
    const longer = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(2 * column.length);
      grown.set(column);
      return grown;
    };
    this.ios = larger(this.ios);
    this.task = larger(this.task);
    this.place = larger(this.place);
    this.toStart = larger(this.toStart);
    this.toFinish = larger(this.toFinish);
    this.issuedAt = longer(this.issuedAt);
    this.size = longer(this.size);
    this.fresh = longer(this.fresh);
    this.arrivedAtDevice = longer(this.arrivedAtDevice);
    this.owner = larger(this.owner);
  }
}
