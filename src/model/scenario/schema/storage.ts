import { z } from 'zod';
import { exitCounts } from './exit-counts.ts';
import { about, block, decimal, label, positiveQuantity, quantity, wholeNumber, yesOrNo } from './fields.ts';
import { costFigure, countFigure, numberFigure } from './figure.ts';
import { thin } from './memory.ts';

/** `disk:` of a host. */
export const hostDisk = block({
  iops: about(wholeNumber({ min: 1, max: 100_000_000 }), 'Sustained I/O operations a second.'),
  bandwidth: about(positiveQuantity('byte-rate'), 'Sustained bandwidth.'),
  latency: about(
    positiveQuantity('duration', '10 s').optional(),
    'Of one small read, on average. 1 ms, assumed, when left out.',
  ),
  'latency-cv': about(
    decimal({ min: 0, max: 10 }).optional(),
    'Standard deviation of latency over its mean. 0.5, assumed, when left out.',
  ),
  depth: about(
    wholeNumber({ min: 1, max: 1_000_000 }).optional(),
    'I/Os it serves at once. Twice what iops at that latency keep busy, when left out.',
  ),
  burst: about(
    block({
      iops: about(wholeNumber({ min: 1, max: 100_000_000 }).optional(), 'I/Os a second while credits last.'),
      bandwidth: about(positiveQuantity('byte-rate').optional(), 'Bandwidth while credits last.'),
      for: about(positiveQuantity('duration', '24 h'), 'How long full credits last at that.'),
    }).optional(),
    'A cloud volume that is faster for a while. Credits are full at the start of a phase.',
  ),
});

const controller = block({
  'queue-depth': about(numberFigure, 'I/Os of the VM on their way at once; more wait in the VM.'),
  kick: about(exitCounts, 'Exits of the VM to hand over up to kick-batch I/Os.'),
  'kick-batch': about(numberFigure, 'I/Os handed over in one go.'),
  coalescing: about(numberFigure, 'Completions that one interrupt announces at most.'),
  submit: about(costFigure, 'CPU time of the hypervisor around it to take an I/O and pass it on.'),
  complete: about(costFigure, 'CPU time of the same to complete one.'),
}).meta({ id: 'controller' });

/** `storage:` of a platform. */
export const platformStorage = block({
  controllers: about(
    z.record(label(), controller),
    'Virtual disk controllers by name: pvscsi, lsi, ahci, nvme, virtio …',
  ),
  default: about(label(), 'The controller of a VM that names none.'),
  'thin-writes': about(
    countFigure,
    'I/Os besides itself that the first write to a block of a thin disk takes at its layer.',
  ),
}).meta({ id: 'platform-storage' });

/** `disk:` of a VM. */
export const machineDisk = block({
  controller: about(label().optional(), "One of the platform's controllers. Its default, when left out."),
  thin: thin(),
});

/** `disk:` of a workload: I/Os of one job. */
export const diskWork = block({
  reads: about(
    decimal({ min: 0, max: 10_000_000 }).optional(),
    'I/Os that a job waits for. None, when left out.',
  ),
  writes: about(decimal({ min: 0, max: 10_000_000 }).optional(), 'None, when left out.'),
  size: about(positiveQuantity('size'), 'Of each.'),
  sync: about(
    yesOrNo().optional(),
    'A job waits for its writes too. Not, when left out: its system writes them behind it.',
  ),
  together: about(
    wholeNumber({ min: 1, max: 1024 }).optional(),
    'I/Os issued at a time and waited for together: read-ahead, several threads. One, when left out.',
  ),
  fresh: about(
    quantity('share', { most: '100 %' }).optional(),
    'Share of the writes that go to blocks never written before. None, when left out.',
  ),
});
