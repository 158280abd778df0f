import { z } from 'zod';
import { COMPONENTS_SCHEMA, SIZE_KINDS } from '../component.ts';
import { BASES } from '../figure.ts';
import { worded } from '../wording.ts';
import { about, block, label, positiveQuantity, prose, schemaLine, wholeNumber } from './fields.ts';

const component = block({
  title: about(prose(200), 'Product and version.'),
  vcpus: about(wholeNumber({ min: 1, max: 4096 }), 'Virtual CPUs.'),
  memory: about(positiveQuantity('size'), 'Memory.'),
  disk: about(positiveQuantity('size').optional(), 'Disks together, as sold.'),
  kind: about(z.enum(SIZE_KINDS), 'What this size is: how far it may be cut depends on it.'),
  'least-memory': about(positiveQuantity('size').optional(), 'The smallest memory its vendor supports.'),
  basis: about(z.enum(BASES).optional(), 'What the size rests on. Published, when left out.'),
  source: about(prose(2000).optional(), 'Where the size comes from, when not from where the file says.'),
  note: about(prose(2000).optional(), 'What whoever uses it must know.'),
}).meta({ id: 'component' });

/** `scenarios/components/NAME.yaml` as written. */
export const componentsSchema = block({
  schema: schemaLine(COMPONENTS_SCHEMA),
  name: about(label(), 'The name of the file without .yaml.'),
  title: about(prose(200), 'What these are.'),
  source: about(prose(4000), 'Where the sizes come from, unless a component says otherwise.'),
  components: about(
    z.record(
      worded(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/), {
        expected: 'a name of small letters, digits and dashes, such as vcenter-7-tiny',
      }),
      component,
    ),
    'By name.',
  ),
}).meta({ id: 'components' });
