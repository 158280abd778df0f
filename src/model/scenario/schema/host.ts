import { z } from 'zod';
import { worded } from '../explain.ts';
import { CATALOGUE_SCHEMA } from '../scenario.ts';
import { block, label, positiveQuantity, prose, quantity, schemaLine, wholeNumber } from './fields.ts';

const date = () => worded(z.iso.date(), { expected: 'a date such as 2026-07-20' });

const hostKeys = {
  level: worded(z.union([z.literal(0), z.literal(1)]), {
    expected: '0 (bare metal) or 1 (a virtual instance)',
  }).optional(),
  cores: wholeNumber({ min: 1, max: 4096 }),
  smt: worded(z.union([z.literal(1), z.literal(2)]), { expected: '1 or 2 hardware threads a core' }),
  clock: positiveQuantity('frequency'),
  memory: positiveQuantity('size'),
  nic: positiveQuantity('bit-rate').optional(),
  disk: block({
    iops: wholeNumber({ min: 1, max: 100_000_000 }),
    bandwidth: positiveQuantity('byte-rate'),
    latency: positiveQuantity('duration').optional(),
  }).optional(),
  processor: prose(200).optional(),
  price: quantity('price').optional(),
};

/** A host written out in a scenario. */
export const hostSchema = block({
  name: prose(100).optional(),
  ...hostKeys,
  source: prose(2000).optional(),
}).meta({ id: 'host' });

export type HostDocument = z.output<typeof hostSchema>;

/** `catalogue/NAME.yaml` as written: hosts one can rent or buy. */
export const catalogueSchema = block({
  schema: schemaLine(CATALOGUE_SCHEMA),
  name: label(),
  title: prose(200),
  source: prose(4000),
  'as-of': date(),
  prices: block({ region: prose(100), 'as-of': date(), source: prose(2000) }).optional(),
  hosts: z.record(
    worded(z.string().regex(/^[\w][\w.-]{0,99}$/), {
      expected: 'the name of a host, such as m7i.metal-24xl',
    }),
    block({ ...hostKeys, source: prose(2000).optional() }),
  ),
}).meta({ id: 'catalogue' });

export type CatalogueDocument = z.output<typeof catalogueSchema>;
