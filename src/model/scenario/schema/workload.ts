import { z } from 'zod';
import { WORKLOAD_SCHEMA } from '../scenario.ts';
import { exitCounts, perExitClass } from './exit-counts.ts';
import {
  about,
  block,
  decimal,
  label,
  positiveQuantity,
  prose,
  quantity,
  schemaLine,
  wholeNumber,
  yesOrNo,
} from './fields.ts';
import { rateFigure } from './figure.ts';
import { memoryWork } from './memory.ts';
import { diskWork } from './storage.ts';

const mean = () => about(positiveQuantity('duration', '24 h'), 'Mean.');

const distribution = z
  .discriminatedUnion('kind', [
    block({ kind: z.literal('constant'), mean: mean() }),
    block({ kind: z.literal('exponential'), mean: mean() }),
    block({
      kind: z.literal('lognormal'),
      mean: mean(),
      cv: about(decimal({ min: 0.01, max: 20 }), 'Coefficient of variation: standard deviation over mean.'),
    }),
  ])
  .meta({ id: 'distribution' });

const arrivals = z.discriminatedUnion('kind', [
  block({
    kind: z.literal('open'),
    rate: about(
      positiveQuantity('rate', '1000000 /s'),
      'Jobs arrive at this rate, whether or not the last one is done.',
    ),
  }),
  block({
    kind: z.literal('closed'),
    users: about(wholeNumber({ min: 1, max: 100_000 }), 'Each waits for its answer, thinks, and asks again.'),
    think: about(distribution, 'Time from an answer to the next request.'),
  }),
  block({
    kind: z.literal('saturated'),
    tasks: about(wholeNumber({ min: 1, max: 10_000 }), 'Each starts its next job as the last one ends.'),
  }),
  block({ kind: z.literal('once') }),
]);

const waitKind = () => z.enum(['spin', 'block']);
const frames = () => decimal({ min: 0, max: 1_000_000 });
const exitRates = perExitClass(rateFigure).meta({ id: 'exit-rates' });

/** `scenarios/workloads/NAME.yaml` as written. */
export const workloadSchema = block({
  schema: schemaLine(WORKLOAD_SCHEMA),
  name: about(label(), 'What scenarios call it; the name of the file without .yaml.'),
  title: about(prose(200), 'What a report calls it.'),
  source: about(prose(4000), 'Where the numbers without a source of their own come from.'),
  probe: about(
    yesOrNo().optional(),
    'The small interactive task whose tail is how the lab feels. Not, when left out.',
  ),
  arrivals: about(arrivals, 'Where jobs come from. `once` is for coming up: one job in all.'),
  demand: about(distribution, 'CPU time of one job, alone on the metal.'),
  exits: about(
    block({
      'per-cpu-second': about(exitRates.optional(), "For each second of the guest's own CPU work."),
      'per-job': about(exitCounts.optional(), 'For each job.'),
      'per-busy-second': about(
        exitRates.optional(),
        'For each second in which a CPU of the guest is not halted, however fast it works: the tick.',
      ),
    }),
    'What the work traps for. Sleeping, waking and frames are counted by the simulator itself.',
  ),
  locks: about(
    block({
      'per-job': about(wholeNumber({ min: 0, max: 100_000 }), 'Critical sections of each job.'),
      length: about(positiveQuantity('duration', '1 s'), 'Work in each, part of the demand.'),
      count: about(
        wholeNumber({ min: 1, max: 10_000 }).optional(),
        'Different locks; each section takes one at random. One, when left out.',
      ),
      wait: about(waitKind(), 'Waiting for a lock keeps the CPU, or gives it away.'),
    }).optional(),
    'Critical sections, by which tasks of the VM exclude each other. None, when left out.',
  ),
  barriers: about(
    block({
      every: about(positiveQuantity('duration', '1 h'), 'Work of each task between two of them.'),
      wait: about(waitKind(), 'Waiting for the others keeps the CPU, or gives it away.'),
    }).optional(),
    'Where saturated tasks of the VM wait for each other. None, when left out.',
  ),
  network: about(
    block({
      send: about(frames(), 'Frames out, each job.'),
      receive: about(frames(), 'Frames in, each job.'),
      peer: about(z.enum(['uplink', 'seat']), 'With whom: outside, or another guest of the seat.'),
      flow: about(
        z.enum(['tcp', 'udp']).optional(),
        'tcp slows down and sends again what was lost; with udp the job fails. tcp, when left out.',
      ),
      frame: about(
        positiveQuantity('size', '64 KiB').optional(),
        'Bytes of a frame. 1514 B, the longest of Ethernet, when left out.',
      ),
      opens: about(
        z.enum(['self', 'peer']).optional(),
        'Who begins, which NAT cares about. The peer, if anything is received, when left out.',
      ),
      broadcast: about(
        quantity('rate', { most: '100000 /s' }).optional(),
        'Frames to everybody (ARP, discovery), whatever else it does. None, when left out.',
      ),
    }).optional(),
    'Frames of each job. None, when left out.',
  ),
  disk: about(diskWork.optional(), 'I/Os of each job. None, when left out.'),
  memory: about(memoryWork.optional(), 'What it does to memory besides faults on fresh pages.'),
}).meta({ id: 'workload' });

export type WorkloadDocument = z.output<typeof workloadSchema>;
