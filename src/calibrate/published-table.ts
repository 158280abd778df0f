import { z } from 'zod';
import { RandomStream } from '../model/kernel/random-stream.ts';
import { EXIT_CLASSES, type ExitClass } from '../model/machine/exit-class.ts';
import { checkShape } from '../model/scenario/check-shape.ts';
import { readDocument } from '../model/scenario/document.ts';
import type { Result } from '../model/scenario/problem.ts';
import { block, decimal, label, prose, quantity, schemaLine } from '../model/scenario/schema/fields.ts';
import type { Evidence } from './fit/evidence.ts';
import { type Ops, opsFromLiterature } from './fit/op-counts.ts';
import { SWITCH_SHARE } from './published/published-costs.ts';
import type { Estimate } from './statistics/estimate.ts';

export const PUBLISHED_SCHEMA = 'nestmark/published-costs@1';

/** What somebody measured of nested exits and published: one machine, round trips as a guest sees them. */
export interface PublishedTable {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly hypervisor: string;
  readonly cpu: string;
  /** Nanoseconds of one unit of the costs. */
  readonly unit: number;
  /** How exactly a figure can be read, relatively: its rounding, or the digitising of a plot. */
  readonly precision: number;
  readonly costs: readonly PublishedCost[];
}

interface PublishedCost {
  readonly operation: string;
  readonly exitClass: ExitClass;
  /** From L1, L2 and so on, in the table's unit; null where nothing is published. */
  readonly byDepth: readonly (number | null)[];
  /** The same on the metal, in the table's unit; 0 where there is no such operation. */
  readonly metal: number;
  /** Traps of the guest hypervisor to handle one, its VM entry among them; null where nobody counted. */
  readonly traps: number | null;
}

const schema = block({
  schema: schemaLine(PUBLISHED_SCHEMA),
  name: label(),
  title: prose(200),
  source: prose(500),
  hypervisor: prose(200),
  cpu: prose(200),
  unit: z.union([z.literal('cycles'), z.literal('us'), z.literal('ns')]),
  clock: quantity('frequency').optional(),
  precision: decimal({ min: 0, max: 1 }),
  costs: z
    .array(
      block({
        operation: prose(100),
        class: z.enum(EXIT_CLASSES),
        metal: decimal({ min: 0 }).optional(),
        guests: z
          .array(decimal({ min: 0 }).nullable())
          .min(1)
          .max(8),
        traps: decimal({ min: 1 }).optional(),
      }),
    )
    .min(1),
}).refine(({ unit, clock }) => unit !== 'cycles' || clock !== undefined, {
  message: 'found costs in cycles and no clock, expected clock: 2.5 GHz or so',
  path: ['clock'],
});

/** Reads a table such as `platforms/published/pvm.yaml`. */
export function readPublishedTable(file: string, text: string): Result<PublishedTable> {
  const document = readDocument(file, text);
  if (!document.ok) return document;
  const shape = checkShape(schema, document.value);
  if (!shape.ok) return shape;
  const { unit, clock, costs, schema: _schema, ...rest } = shape.value;
  return {
    ok: true,
    value: {
      ...rest,
      unit: unit === 'cycles' ? 1e9 / clock! : unit === 'us' ? 1_000 : 1,
      costs: costs.map(({ class: exitClass, guests, metal, traps, operation }) => ({
        ...{ operation, exitClass, byDepth: guests },
        ...{ metal: metal ?? 0, traps: traps ?? null },
      })),
    },
  };
}

/**
 * A published table as a fit takes it. There are no samples to resample: each figure is drawn within what it can be read
 * to, evenly, and on its own.
 */
export function evidenceOfTable(table: PublishedTable, seed: number, replicates: number): Evidence {
  const { name, unit, precision, costs, cpu } = table;
  const figure = (cost: PublishedCost, depth: number): Estimate | null => {
    const published = cost.byDepth[depth - 1] ?? null;
    if (published === null) return null;
    const value = (published - cost.metal) * unit;
    const stream = RandomStream.named(seed, 0, `calibrate/${name}/${cost.operation}/${depth}`);
    return {
      value,
      replicates: Float64Array.from(
        { length: replicates },
        () => value * (1 + precision * (2 * stream.uniform() - 1)),
      ),
    };
  };
  const fallbackOps = opsFromLiterature(cpu);
  return {
    inputs: costs
      .map((cost) => ({ cost, byDepth: cost.byDepth.map((_, index) => figure(cost, index + 1)) }))
      .filter(({ byDepth }) => byDepth[0] !== null)
      .map(({ cost, byDepth }) => ({
        trip: { workload: cost.operation, exitClass: cost.exitClass, use: 'class' as const, byDepth },
        ops: cost.traps === null ? null : countedTraps(cost.traps, table.source),
      })),
    options: {
      switch: { share: SWITCH_SHARE.ratio },
      switchSource: `not identified: anywhere from 0 to the cheapest exit; ${SWITCH_SHARE.ratio} of it (${SWITCH_SHARE.source})`,
      repeatability: precision,
      sleepLatency: null,
      fallbackOps,
    },
    processor: cpu,
  };
}

function countedTraps(traps: number, source: string): Ops {
  const count = (value: number) => ({
    ...{ value, low: value, high: value },
    basis: 'published' as const,
    source: `counted: ${source}`,
  });
  return { 'vmcs-access': count(traps - 1), 'vm-entry': count(1) };
}
