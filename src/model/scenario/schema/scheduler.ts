import { z } from 'zod';
import { worded } from '../wording.ts';
import { about, block, decimal, wholeNumber, yesOrNo } from './fields.ts';
import { chargeFigure, durationFigure } from './figure.ts';

/** The scheduling policies there are. */
export const schedulerPolicy = () => z.enum(['eevdf', 'cfs', 'esxi', 'credit2', 'hyperv', 'fair']);

const shipped = (text: string) => about(durationFigure.optional(), `${text} What is shipped, when left out.`);
const weightPer = () =>
  about(
    z.enum(['vcpu', 'vm']).optional(),
    "Whose a VM's weight is: each vCPU's, or the VM's control group's, divided among its busy vCPUs. vcpu, when left out.",
  );

/** A policy with its parameters, as a platform gives it. */
export const schedulerSchema = worded(
  z.discriminatedUnion('policy', [
    block({
      policy: z.literal('eevdf'),
      slice: about(durationFigure, 'Base slice on 8 or more CPUs.'),
      tick: about(durationFigure, 'Time between scheduler ticks.'),
      'delay-dequeue': about(
        yesOrNo().optional(),
        'A task that owes time stays queued while it sleeps (6.12+). True, when left out.',
      ),
      'pick-buddy': about(
        yesOrNo().optional(),
        'A directed yield has an effect (6.12.33+). True, when left out.',
      ),
      'yield-forfeits': about(
        yesOrNo().optional(),
        'Who yields gives up the rest of its slice (6.18+). True, when left out.',
      ),
      'weight-per': weightPer(),
    }),
    block({
      policy: z.literal('cfs'),
      latency: shipped('sched_latency on 8 or more CPUs.'),
      'minimum-granularity': shipped('min_granularity on 8 or more CPUs.'),
      'wakeup-granularity': shipped('wakeup_granularity on 8 or more CPUs.'),
      tick: shipped('Time between scheduler ticks.'),
      'weight-per': weightPer(),
    }),
    block({
      policy: z.literal('esxi'),
      quantum: shipped('Cpu.Quantum.'),
      costop: shipped('How far a vCPU may lead its slowest sibling; 0 s switches co-scheduling off.'),
      costart: shipped('The lead below which a stopped vCPU goes on.'),
      'cosched-poll': shipped('Time between looks at the skew.'),
      'smt-charge': about(
        chargeFigure.optional(),
        'Share of its time that a vCPU beside a busy sibling thread is charged. 0.625, when left out.',
      ),
    }),
    block({
      policy: z.literal('credit2'),
      'credit-init': shipped('Credit of a reset.'),
      'minimum-run': shipped('Shortest turn.'),
      'maximum-run': shipped('Longest turn.'),
      'rate-limit': shipped('A turn is not cut short before this.'),
      'migrate-resistance': shipped('Credit needed on top to be run on another CPU.'),
      'run-queue-cpus': about(
        z.number().int().min(1).optional(),
        'How many CPUs share a run queue: 1 for credit2_runqueue=cpu, 2 for core with SMT. 16 (socket), when left out.',
      ),
    }),
    block({
      policy: z.literal('hyperv'),
      kind: about(
        z.enum(['classic', 'core']).optional(),
        'core: only vCPUs of one VM share the threads of a core. core, when left out.',
      ),
      quantum: shipped('Time slice. Microsoft does not publish it.'),
    }),
    block({ policy: z.literal('fair') }),
  ]),
  { expected: 'a block of keys' },
).meta({ id: 'scheduler' });

export type SchedulerDocument = z.output<typeof schedulerSchema>;

const orOff = <T extends z.ZodType>(schema: T) =>
  worded(z.union([z.literal('off'), schema]), { expected: 'a block of keys, or off' });

/** KVM's halt_poll_ns and its relatives. */
export const haltPollingSchema = orOff(
  block({
    most: about(durationFigure, 'halt_poll_ns: how long a vCPU that halts is polled at most.'),
    'grow-start': about(durationFigure.optional(), 'The first window. 10 us, when left out.'),
    grow: about(
      decimal({ min: 1, max: 1000 }).optional(),
      'Factor by which the window grows. 2, when left out.',
    ),
    shrink: about(
      decimal({ min: 0, max: 1000 }).optional(),
      'Divisor by which it shrinks; 0 drops it at once, as before Linux 6.12. 2, when left out.',
    ),
  }),
);

/** What is done about vCPUs that spin. */
export const spinExitSchema = orOff(
  block({
    window: about(durationFigure, 'How long a vCPU spins before it traps.'),
    grow: about(
      decimal({ min: 1, max: 1000 }).optional(),
      'Factor of the window from one trap to the next, until the vCPU is scheduled again. 2, when left out.',
    ),
    'directed-yield': about(yesOrNo(), 'It then offers its CPU to a sibling that waits for one.'),
    depth: about(
      wholeNumber({ min: 1, max: 16 }).optional(),
      'Guests up to this depth trap; hypervisors further in are not offered it. All, when left out.',
    ),
  }),
);
