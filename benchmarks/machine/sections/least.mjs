import { RandomStream } from '../../../dist/model/kernel/random-stream.js';
import { NEVER, SlotQueue } from '../../../dist/model/machine/fluid/slot-queue.js';
import { Responses } from '../../../dist/model/machine/responses.js';
import { compileTopology } from '../../../dist/model/machine/topology.js';
import { DurationSampler } from '../../../dist/model/workload/duration-sampler.js';

const SECOND = 1e9;

/**
 * The least that an engine can do which follows every job: draws what it demands and when the next one comes, waits for both,
 * and records its response. Nobody shares anything, nothing costs anything, no frames, no accounts: no answer to any
 * question, but the CPU seconds below which none can be had, and how many jobs these are for.
 */
export function leastWork(specification, seconds, replication) {
  const topology = compileTopology(specification);
  const start = process.cpuUsage().user;
  const responses = new Responses(topology);
  const sources = sourcesOf(topology, replication);
  const slots = sources.reduce((sum, { places }) => sum + places, 0);
  const sourceOf = sources.flatMap((source) => Array.from({ length: source.places }, () => source));
  const ends = new SlotQueue(slots);
  const arrivals = new SlotQueue(slots);
  const arrivedAt = new Float64Array(slots);
  const demandOf = new Float64Array(slots);
  for (const { first, think, thinkStream } of sources) arrivals.set(first, think.draw(thinkStream));
  let jobs = 0;
  for (;;) {
    const now = Math.min(ends.nextKey, arrivals.nextKey);
    if (now > seconds * SECOND) break;
    if (ends.nextKey <= now) {
      const slot = ends.nextSlot;
      const { guest, isOpen, think, thinkStream } = sourceOf[slot];
      responses.record(guest, now - arrivedAt[slot], demandOf[slot]);
      jobs++;
      ends.set(slot, NEVER);
      if (!isOpen) arrivals.set(slot, now + think.draw(thinkStream));
    } else {
      const source = sourceOf[arrivals.nextSlot];
      const { first, places, isOpen, think, thinkStream, demand, demandStream } = source;
      const slot = first + (source.turn++ % places);
      arrivedAt[slot] = now;
      demandOf[slot] = demand.draw(demandStream);
      ends.set(slot, now + demandOf[slot]);
      arrivals.set(first, isOpen ? now + think.draw(thinkStream) : NEVER);
    }
  }
  responses.measurements();
  return { jobs, took: (process.cpuUsage().user - start) / 1e6 };
}

/** Users and saturated tasks have one job at a time each; an open guest has as many as it serves at once. */
function sourcesOf(topology, replication) {
  let first = 0;
  return topology.tasks.filter(({ kind }) => kind === 'job').flatMap(({ guest, count }) => {
    const { arrivals, demand } = guest.specification.workload;
    const isOpen = arrivals.kind === 'open';
    const pause = isOpen
      ? { kind: 'exponential', mean: SECOND / arrivals.perSecond }
      : (arrivals.think ?? { kind: 'constant', mean: 0 });
    return Array.from({ length: isOpen ? 1 : count }, (_, user) => {
      const stream = (purpose) =>
        RandomStream.named(1, replication, `${guest.specification.entity}/${user}/${purpose}`);
      const places = isOpen ? count : 1;
      first += places;
      return {
        guest: guest.index,
        isOpen,
        first: first - places,
        places,
        turn: 0,
        demand: new DurationSampler(demand),
        think: new DurationSampler(pause),
        demandStream: stream('demand'),
        thinkStream: stream('think'),
      };
    });
  });
}
