import { z } from 'zod';
import type { SwitchKind } from '../../machine/specification.ts';
import { foundExpected } from '../wording.ts';
import { about, block, positiveQuantity, quantity, wholeNumber, yesOrNo } from './fields.ts';
import { switchKind } from './platform.ts';

const macTable = block({
  limit: about(wholeNumber({ min: 1, max: 1_000_000 }).optional(), 'Addresses it holds.'),
  ageing: about(
    quantity('duration', { most: '24 h' }).optional(),
    'How long after its last frame an address is forgotten. 0 s makes a hub of a Linux bridge.',
  ),
  'when-full': about(
    z.enum(['forward', 'drop']).optional(),
    'What happens to frames from an address that finds no place. Forwarded, when left out.',
  ),
});

const shape = block(
  {
    kind: about(
      switchKind().optional(),
      'What it is. When left out: the kind that has the keys below, or the one of the platform.',
    ),
    promiscuous: about(yesOrNo().optional(), 'VMware: ports of nested hypervisors get every frame.'),
    'forged-transmits': about(
      yesOrNo().optional(),
      "VMware: frames may leave with an address that is not the sending port's: those of inner VMs.",
    ),
    'mac-changes': about(yesOrNo().optional(), 'VMware: a port may ask for frames of another address.'),
    'mac-learning': about(yesOrNo().optional(), 'The switch remembers which address is behind which port.'),
    'mac-table': about(macTable.optional(), 'What a switch that learns remembers.'),
    'unknown-unicast': about(
      z.enum(['flood', 'drop']).optional(),
      'What happens to frames for an address it has not learned. Flooded, when left out.',
    ),
    'unknown-unicast-limit': about(
      positiveQuantity('rate', '10000000 /s').optional(),
      'At most so many of them are flooded. No limit, when left out.',
    ),
    'mac-spoofing': about(yesOrNo().optional(), 'Hyper-V: ports carry the addresses of inner VMs.'),
    uplinks: about(
      wholeNumber({ min: 0, max: 8 }).optional(),
      'Network cards that its uplink is a team of. 0: none, its VMs are among themselves. One, when left out.',
    ),
    'reverse-path-filter': about(
      yesOrNo().optional(),
      'Promiscuous ports see what several uplinks bring once. As the platform says, when left out.',
    ),
  },
  { vlan: 'leave it out: one network is simulated' },
);

type Key = Exclude<keyof z.output<typeof shape>, 'kind'>;

const POLICIES = ['promiscuous', 'forged-transmits', 'mac-changes'] as const;
const LEARNING = ['mac-learning', 'mac-table', 'unknown-unicast'] as const;

/** What can be said of each kind, besides its uplinks. */
const KEYS: Readonly<Record<SwitchKind, readonly Key[]>> = {
  standard: [...POLICIES, 'mac-learning', 'reverse-path-filter'],
  distributed: [...POLICIES, ...LEARNING, 'unknown-unicast-limit', 'reverse-path-filter'],
  'hyper-v': ['mac-spoofing'],
  'linux-bridge': LEARNING,
  nat: [],
};

/** A virtual switch; of a kind that has policies, what is left out is rejected, as on a new VMware port group. */
export const switchSchema = shape
  .superRefine((read, context) => {
    const kind = read.kind ?? (read['mac-spoofing'] === undefined ? null : 'hyper-v');
    if (kind === null) return;
    const wrong = (key: Key, found: string, expected: string): void => {
      context.addIssue({
        code: 'custom',
        path: [key],
        input: read,
        params: { ...foundExpected(found, expected) },
      });
    };
    const keys = Object.keys(read) as (Key | 'kind')[];
    for (const key of keys) {
      if (key === 'kind' || key === 'uplinks' || read[key] === undefined || KEYS[kind].includes(key))
        continue;
      const fitting = Object.entries(KEYS).flatMap(([other, known]) => (known.includes(key) ? [other] : []));
      wrong(key, `${key} for a switch of kind ${kind}`, `it only for kind ${fitting.join(' or ')}`);
    }
    if (kind === 'standard' && read['mac-learning'] === true) {
      wrong(
        'mac-learning',
        'a standard switch that learns addresses',
        'kind distributed, or mac-learning false',
      );
    }
  })
  .meta({ id: 'switch' });

export type SwitchDocument = z.output<typeof switchSchema>;
