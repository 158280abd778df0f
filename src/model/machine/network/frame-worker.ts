import type { TaskKind } from '../topology.ts';
import { FrameQueue } from './frame-queue.ts';

/**
 * A kernel task that drains frames: what a guest sends (`port-worker`: KVM's vhost thread, ESXi's Tx world), what a
 * hypervisor's own uplink brings (`uplink-worker`: its receive soft-IRQ), or what is for a guest's own system
 * (`receiver`). It takes up to a batch at a time; the frames keep their slots until the batch is done.
 */
export class FrameWorker {
  readonly kind: TaskKind;
  readonly task: number;
  readonly layer: number;
  /** Whose port, uplink or system it is; NONE for the host's uplink. */
  readonly guest: number;
  readonly queue = new FrameQueue();
  /** Slots of its ring; Infinity where the sender waits instead of losing frames. */
  readonly ring: number;
  /** Frames of the batch being worked on; 0 when the worker sleeps. */
  taken = 0;
  /** The batch is being handed on: what is enqueued meanwhile waits for the next. */
  delivers = false;

  constructor(kind: TaskKind, task: number, layer: number, guest: number, ring: number) {
    this.kind = kind;
    this.task = task;
    this.layer = layer;
    this.guest = guest;
    this.ring = ring;
  }

  hasRoomFor(frames: number): boolean {
    return this.queue.frames + frames <= this.ring;
  }

  /** Takes the next batch: whole runs as long as they fit, of frames that are no job's any number. */
  takeBatch(batch: number): void {
    const { queue } = this;
    let taken = 0;
    for (let place = 0; ; place++) {
      const frames = queue.framesAt(place);
      if (frames === 0) break;
      const room = batch - taken;
      if (frames <= room || taken === 0) taken += queue.taskAt(place) < 0 ? Math.min(frames, batch) : frames;
      else {
        if (queue.taskAt(place) < 0) taken += room;
        break;
      }
      if (taken >= batch) break;
    }
    this.taken = taken;
  }
}
