import { Document, isMap, visit } from 'yaml';
import { mapExitClasses } from '../../model/scenario/map-exit-classes.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import type { PlatformScheduler } from '../../model/scenario/platform-scheduler.ts';
import { optionally, quantity } from './figure-yaml.ts';
import { memoryYaml, storageYaml, switchesYaml } from './platform-memory-yaml.ts';

/** A profile as `platforms/NAME.yaml` writes it; src/model/scenario/read-platform reads back the same profile. */
export function platformToYaml(platform: Platform): string {
  const { exits, network, calibration } = platform;
  const document = {
    schema: platform.schema,
    name: platform.name,
    title: platform.title,
    ...(platform.stack === undefined ? {} : { stack: platform.stack }),
    hypervisor: platform.hypervisor,
    cpu: platform.cpu,
    clock: platform.clock,
    scheduler: schedulerYaml(platform.scheduler),
    ...optionally('nested-scheduler', platform.nestedScheduler, schedulerYaml),
    ...optionally('guest-scheduler', platform.guestScheduler, schedulerYaml),
    ...optionally('halt-polling', platform.haltPolling, ({ most, growStart, grow, shrink }) => ({
      most: quantity('duration', most),
      'grow-start': quantity('duration', growStart),
      grow,
      shrink,
    })),
    ...optionally('spin-exit', platform.spinExit, ({ window, grow, directedYield, depth }) => ({
      window: quantity('duration', window),
      grow,
      'directed-yield': directedYield,
      ...(Number.isFinite(depth) ? { depth } : {}),
    })),
    ...optionally('cache-refill', platform.cacheRefill, (figure) => quantity('duration', figure)),
    'smt-throughput': platform.smtThroughput,
    exits: {
      switch: quantity('cost', exits.switch),
      ...(exits.reflectOps === undefined ? {} : { 'reflect-ops': exits.reflectOps }),
      ...(exits.assists === undefined
        ? {}
        : { assists: Object.fromEntries(exits.assists.map(({ name, ...assist }) => [name, assist])) }),
      classes: mapExitClasses(exits.classes, ({ handle, reflect, ops }) => ({
        handle: quantity('cost', handle),
        reflect: quantity('cost', reflect),
        ops,
      })),
    },
    network: {
      forward: quantity('cost', network.forward),
      copy: quantity('cost', network.copy),
      drop: quantity('cost', network.drop),
      receive: quantity('cost', network.receive),
      ring: network.ring,
      batch: network.batch,
      ...optionally('copy-kib', network.copyKib, (figure) => quantity('cost', figure)),
      ...optionally('translate', network.translate, (figure) => quantity('cost', figure)),
      ...optionally('tso', network.tso, (figure) => quantity('size', figure)),
      ...optionally('lro', network.lro, (figure) => quantity('size', figure)),
    },
    ...optionally('memory', platform.memory, memoryYaml),
    ...optionally('storage', platform.storage, storageYaml),
    ...optionally('switches', platform.switches, switchesYaml),
    ...(calibration === undefined ? {} : { calibration }),
  };
  const yaml = new Document(document, { version: '1.2', aliasDuplicateObjects: false });
  // A figure, and a residual, on a line of its own: what belongs together is read together.
  visit(yaml, {
    Map(_, map) {
      if (
        map.items.length > 0 &&
        map.items.every(({ value }) => !isMap(value)) &&
        LINE_KEYS.some((key) => map.has(key))
      ) {
        map.flow = true;
      }
    },
  });
  return HEADING + yaml.toString({ lineWidth: 0 });
}

function schedulerYaml(scheduler: PlatformScheduler): Readonly<Record<string, unknown>> {
  const parts = Object.entries(scheduler).map(([name, part]) => {
    const key = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return [key, typeof part === 'object' && name !== 'smtCharge' ? quantity('duration', part) : part];
  });
  return Object.fromEntries(parts);
}

/** What marks a map as one line: a figure's basis, a residual's error. */
const LINE_KEYS = ['basis', 'error'];

const HEADING = '# Written by nestmark calibrate; how each figure is made: docs/method-calibration.md\n';
