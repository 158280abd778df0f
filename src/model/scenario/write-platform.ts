import { stringify } from 'yaml';
import type { Figure } from './figure.ts';
import { mapExitClasses } from './map-exit-classes.ts';
import { PLATFORM_SCHEMA, type Platform } from './platform.ts';
import { type Dimension, formatQuantity } from './quantity.ts';

/** `platforms/NAME.yaml` for a platform: `readPlatform` gives the same platform back. */
export function writePlatform(platform: Platform): string {
  const cost = (figure: Figure) => quantityFigure(figure, 'cost');
  const duration = (figure: Figure) => quantityFigure(figure, 'duration');
  const document = {
    schema: PLATFORM_SCHEMA,
    name: platform.name,
    title: platform.title,
    hypervisor: platform.hypervisor,
    cpu: platform.cpu,
    clock: platform.clock,
    scheduler: {
      policy: platform.scheduler.policy,
      slice: duration(platform.scheduler.slice),
      tick: duration(platform.scheduler.tick),
    },
    'smt-throughput': figure(platform.smtThroughput, platform.smtThroughput),
    exits: {
      switch: cost(platform.exits.switch),
      classes: mapExitClasses(platform.exits.classes, (entry) => ({
        handle: cost(entry.handle),
        reflect: cost(entry.reflect),
        ops: mapExitClasses(entry.ops, (count) => figure(count, count)),
      })),
    },
    network: {
      forward: cost(platform.network.forward),
      copy: cost(platform.network.copy),
      drop: cost(platform.network.drop),
      receive: cost(platform.network.receive),
      ring: figure(platform.network.ring, platform.network.ring),
      batch: figure(platform.network.batch, platform.network.batch),
    },
    ...(platform.calibration === undefined ? {} : { calibration: platform.calibration }),
  };
  // No aliases: two equal figures are two figures.
  return stringify(document, {
    version: '1.2',
    schema: 'core',
    aliasDuplicateObjects: false,
    lineWidth: 110,
  });
}

const quantityFigure = (source: Figure, dimension: Dimension) =>
  figure(source, {
    value: formatQuantity(dimension, source.value),
    low: formatQuantity(dimension, source.low),
    high: formatQuantity(dimension, source.high),
  });

const figure = <N>(source: Figure, numbers: { value: N; low: N; high: N }) => ({
  value: numbers.value,
  low: numbers.low,
  high: numbers.high,
  basis: source.basis,
  source: source.source,
});
