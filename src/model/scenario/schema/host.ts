import { z } from 'zod';
import { CATALOGUE_SCHEMA } from '../scenario.ts';
import { worded } from '../wording.ts';
import {
  about,
  block,
  label,
  positiveQuantity,
  prose,
  quantity,
  schemaLine,
  wholeNumber,
  yesOrNo,
} from './fields.ts';
import { priceFigure, speedFigure, storagePriceFigure } from './figure.ts';
import { hostDisk } from './storage.ts';

const date = () => worded(z.iso.date(), { expected: 'a date such as 2026-07-20' });

const hostKeys = {
  level: about(
    worded(z.union([z.literal(0), z.literal(1)]), {
      expected: '0 (bare metal) or 1 (a virtual instance)',
    }).optional(),
    '0: bare metal, when left out. 1: a virtual instance; the VMs on it are already one level deeper.',
  ),
  cores: about(wholeNumber({ min: 1, max: 4096 }), 'Physical cores.'),
  smt: about(
    worded(z.union([z.literal(1), z.literal(2)]), { expected: '1 or 2 hardware threads a core' }),
    'Hardware threads of a core, 1 or 2. Cores times threads are the CPUs.',
  ),
  clock: about(
    positiveQuantity('frequency').optional(),
    'Sustained clock of all cores; left out when nobody publishes it.',
  ),
  memory: about(positiveQuantity('size'), 'Memory.'),
  nic: about(positiveQuantity('bit-rate').optional(), 'Sustained network speed.'),
  disk: about(hostDisk.optional(), 'Storage. Needed for work that has a disk.'),
  processor: about(prose(200).optional(), 'Processor model.'),
  price: about(quantity('price').optional(), 'Of the whole host, on demand.'),
  spot: about(
    quantity('price').optional(),
    'Of the whole host, when the owner may take it back at any time; on the date of the prices.',
  ),
  flex: about(
    yesOrNo().optional(),
    'CPUs that may be throttled: full speed is not promised all of the time.',
  ),
  retires: about(date().optional(), 'The day from which it can no longer be had.'),
  purchase: about(
    block({
      price: about(positiveQuantity('money'), 'Paid once, with disks, rack and support.'),
      years: about(wholeNumber({ min: 1, max: 30 }), 'In use before it is replaced.'),
      'hours-a-year': about(
        wholeNumber({ min: 1, max: 8784 }),
        'Taught on it: what the price is spread over.',
      ),
      power: about(positiveQuantity('power'), 'Drawn while taught on, cooling included.'),
      energy: about(quantity('energy-price'), 'Electricity.'),
    }).optional(),
    'A host that is owned: what it costs an hour is worked out from this.',
  ),
  note: about(prose(2000).optional(), 'What whoever takes this host must know.'),
};

/** A host written out in a scenario. */
export const hostSchema = block({
  name: about(prose(100).optional(), 'What a report calls it.'),
  ...hostKeys,
  source: about(prose(2000).optional(), 'Where the figures come from.'),
}).meta({ id: 'host' });

export type HostDocument = z.output<typeof hostSchema>;

/** `catalogue/NAME.yaml` as written: hosts one can rent or buy. */
export const catalogueSchema = block({
  schema: schemaLine(CATALOGUE_SCHEMA),
  name: about(label(), 'The name of the file without .yaml.'),
  title: about(prose(200), 'What a report calls it.'),
  source: about(prose(4000), 'Where the sizes come from, unless a host says otherwise.'),
  'as-of': about(date(), 'When the sizes were true.'),
  prices: about(
    block({ region: prose(100), 'as-of': date(), source: prose(2000) }).optional(),
    'Where and when the prices were true.',
  ),
  platforms: about(
    block({ metal: label(), virtual: label() }).optional(),
    'Platform profiles that plan takes for its bare-metal and its virtual hosts, unless another is asked for.',
  ),
  storage: about(storagePriceFigure.optional(), 'What keeping a disk costs, whether or not its host runs.'),
  'windows-licence': about(priceFigure.optional(), 'Added for each CPU of a host that runs Windows Server.'),
  processors: about(
    z
      .record(
        worded(prose(200), { expected: 'the name of a processor, as its hosts give it' }),
        block({
          speed: about(
            speedFigure,
            'How fast one thread of it is when its sibling rests; the reference core (docs/planning.md) is 1.',
          ),
        }),
      )
      .optional(),
    'Speeds of processors, by name.',
  ),
  hosts: about(
    z.record(
      worded(z.string().regex(/^[\w][\w.-]{0,99}$/), {
        expected: 'the name of a host, such as m7i.metal-24xl',
      }),
      block({ ...hostKeys, source: about(prose(2000).optional(), 'Where these figures come from.') }),
    ),
    'By name.',
  ),
}).meta({ id: 'catalogue' });
