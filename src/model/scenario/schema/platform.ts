import { z } from 'zod';
import { EXIT_CLASSES } from '../../machine/exit-class.ts';
import { SWITCH_KINDS } from '../../machine/specification.ts';
import { ASSISTS, type AssistName, PLATFORM_SCHEMA } from '../platform.ts';
import { worded } from '../wording.ts';
import { exitCounts, perExitClass } from './exit-counts.ts';
import { stackSchema } from './facts.ts';
import { about, block, decimal, label, prose, schemaLine, wholeNumber, yesOrNo } from './fields.ts';
import { costFigure, durationFigure, numberFigure, sizeFigure, throughputFigure } from './figure.ts';
import { platformMemory } from './memory.ts';
import { haltPollingSchema, schedulerSchema, spinExitSchema } from './scheduler.ts';
import { platformStorage } from './storage.ts';

/** What virtual switches there are. */
export const switchKind = () =>
  worded(z.enum(SWITCH_KINDS), { expected: `a kind of switch: ${SWITCH_KINDS.join(', ')}` });

const exitClassCost = block({
  handle: about(costFigure, 'What the hypervisor that owns the guest does to handle the exit.'),
  reflect: about(
    costFigure,
    'What each hypervisor below the owner does to hand an exit from depth 2 or more on.',
  ),
  ops: about(exitCounts, 'How often the handler, when itself a guest, traps for each class on the way.'),
}).meta({ id: 'exit-class-cost' });

const assist = block({
  on: about(yesOrNo(), 'Whether it is on, unless a scenario says otherwise.'),
  removes: about(
    worded(z.array(z.enum(EXIT_CLASSES)).min(1), { expected: 'a list of exit classes' }),
    'The classes whose exits it takes away.',
  ),
  depth: about(
    wholeNumber({ min: 1, max: 16 }),
    'For guests down to this depth: 1 are the guests of the outermost hypervisor.',
  ),
  beyond: about(
    z.enum(['owner', 'outermost']),
    'Who handles such exits of deeper guests: their own hypervisor as ever, or the outermost one at once.',
  ),
  source: about(prose(2000), 'Manual, kernel file, paper.'),
}).meta({ id: 'exit-assist' });

/** One optional entry for each assist. */
function perAssist<S extends z.ZodType>(entry: S) {
  const shape = Object.fromEntries(ASSISTS.map((name) => [name, entry.optional()]));
  return block(shape as Record<AssistName, z.ZodOptional<S>>);
}

/** Which assists are on, by name. */
export const assistSwitches = perAssist(yesOrNo());

/** What a profile takes from another: its name, or how and why. */
export const likeSchema = block({
  platform: about(label(), 'The profile that everything not said here is taken from.'),
  widen: about(
    decimal({ min: 1, max: 100 }).optional(),
    'How much further off its costs may be here: their bounds are divided and multiplied by it. 1, when left out.',
  ),
  because: about(prose(2000), 'Why costs of the one stand for costs of the other.'),
}).meta({ id: 'platform-base' });

const clock = () =>
  about(
    z.enum(['time', 'instructions']),
    'What a nanosecond here is: real time, or counted instructions times a fixed step.',
  );

const calibration = block({
  record: block({ id: prose(200), sha256: prose(64), clock: clock() }),
  residuals: z.array(
    block({
      level: wholeNumber({ min: 0, max: 16 }),
      workload: prose(200),
      unit: z.literal('ns'),
      measured: decimal({ min: 0 }),
      predicted: z.number(),
      error: z.number(),
      fitted: yesOrNo(),
      without: z.enum(['class', 'level']).optional(),
    }),
  ),
  notes: z.array(prose(4000)),
});

/** `platforms/NAME.yaml` as written. */
export const platformSchema = block({
  schema: schemaLine(PLATFORM_SCHEMA),
  name: about(label(), 'What scenarios call it; the name of the file without .yaml.'),
  title: about(prose(200), 'What a report calls it.'),
  like: about(likeSchema.optional(), 'Another profile, of which this one says only what differs.'),
  stack: about(stackSchema.optional(), 'Which products it is of; for nestmark check.'),
  hypervisor: about(prose(200), 'Product and version or kernel whose costs these are.'),
  cpu: about(prose(200), 'Processor they were measured on, with what it has for nesting.'),
  clock: clock(),
  scheduler: about(
    schedulerSchema,
    'How the outermost hypervisor shares its CPUs; the others too, unless they say.',
  ),
  'nested-scheduler': about(
    schedulerSchema.optional(),
    'How hypervisors inside share theirs. As the outermost one, when left out.',
  ),
  'guest-scheduler': about(
    schedulerSchema.optional(),
    "How a guest's own system shares its vCPUs. As the host if that is Linux, else EEVDF, when left out.",
  ),
  'halt-polling': about(
    haltPollingSchema.optional(),
    'A vCPU that halts is waited for on its CPU for a while, by hypervisors that schedule as Linux does. Not at all, when left out.',
  ),
  'spin-exit': about(spinExitSchema.optional(), 'Pause-loop exits. None, when left out.'),
  'cache-refill': about(
    durationFigure.optional(),
    'CPU time lost to cold caches when a task goes on on another core. None, when left out.',
  ),
  'smt-throughput': about(
    throughputFigure,
    'What both threads of a busy core get done together, one thread alone being 1.',
  ),
  exits: about(
    block({
      switch: about(costFigure, 'One pair of world switches: out of a guest and back in.'),
      classes: perExitClass(exitClassCost),
      'reflect-ops': about(
        exitCounts.optional(),
        'How often a hypervisor that is itself a guest traps to hand one exit on to a hypervisor inside it.',
      ),
      assists: about(
        perAssist(assist).optional(),
        'What spares guests exits: shadowing, posted interrupts …',
      ),
    }),
    'What a trap to a hypervisor costs, as parameters of the recursion in docs/method.md.',
  ),
  network: about(
    block({
      forward: about(costFigure, 'Taking a frame from a sender and looking up its target.'),
      copy: about(costFigure, 'Each copy handed to a port.'),
      drop: about(costFigure, 'A nested host looking at an unwanted copy and dropping it.'),
      receive: about(costFigure, 'A guest receiving a frame that is for it.'),
      ring: about(numberFigure, 'Frames a port holds before it overflows.'),
      batch: about(numberFigure, 'Frames handled in one go.'),
      'copy-kib': about(costFigure.optional(), 'Besides, each KiB of payload that is copied into a guest.'),
      translate: about(
        costFigure.optional(),
        'Besides, a frame that crosses NAT. As forward, when left out.',
      ),
      tso: about(
        sizeFigure.optional(),
        'Bytes a guest sends in one piece. Each frame by itself, when left out.',
      ),
      lro: about(
        sizeFigure.optional(),
        'Bytes that frames from outside are joined up to. Not, when left out.',
      ),
    }),
    'CPU time of frames.',
  ),
  memory: about(
    platformMemory.optional(),
    'What memory costs, and what is done when it is short. Nothing, when left out.',
  ),
  storage: about(
    platformStorage.optional(),
    'What an I/O costs on its way. Needed for work that has a disk.',
  ),
  switches: about(
    block({
      kind: about(switchKind().optional(), 'What a switch is that a scenario says nothing of.'),
      'reverse-path-filter': about(
        yesOrNo().optional(),
        'Whether promiscuous ports see frames once, with several uplinks: Net.ReversePathFwdCheckPromisc.',
      ),
      'lro-when-promiscuous': about(
        yesOrNo().optional(),
        'Whether frames are joined up for promiscuous ports too. Not, when left out.',
      ),
    }).optional(),
    'How its virtual switches come. As VMware standard switches, when left out.',
  ),
  calibration: about(calibration.optional(), 'Written by nestmark calibrate.'),
}).meta({ id: 'platform' });

export type PlatformDocument = z.output<typeof platformSchema>;
