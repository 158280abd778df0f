import { mapExitClasses } from '../../model/scenario/map-exit-classes.ts';
import type { Platform, PlatformMemory, PlatformStorage } from '../../model/scenario/platform.ts';
import { optionally, quantity } from './figure-yaml.ts';

/** What memory, disks and switches of a platform are called in YAML; read-platform reads them back. */
export function memoryYaml(memory: PlatformMemory) {
  return {
    ...optionally('own', memory.own, (figure) => quantity('size', figure)),
    ...optionally('overhead', memory.overhead, ({ perVm, perGib, perVcpu }) => ({
      'per-vm': quantity('size', perVm),
      'per-gib': quantity('size', perGib),
      'per-vcpu': quantity('size', perVcpu),
    })),
    overcommit: memory.overcommit,
    ...optionally('sharing', memory.sharing, (figure) => quantity('share', figure)),
    ...optionally('balloon', memory.balloon, (figure) => quantity('share', figure)),
    ...optionally('walk', memory.walk, ({ native, nested, reference }) => ({
      ...{ native, nested },
      reference: quantity('cost', reference),
    })),
    ...optionally('shadow', memory.shadow, ({ exitsPerFault, held, tables }) => ({
      'exits-per-fault': exitsPerFault,
      held: quantity('cost', held),
      tables: quantity('size', tables),
    })),
    ...optionally('mmu-lock', memory.mmuLock, ({ handle, reflect, growth, scope }) => ({
      handle: quantity('cost', handle),
      reflect: quantity('cost', reflect),
      ...{ growth, scope },
    })),
  };
}

export function storageYaml(storage: PlatformStorage) {
  const controllers = Object.entries(storage.controllers).map(([name, controller]) => [
    name,
    {
      'queue-depth': controller.queueDepth,
      kick: mapExitClasses(controller.kick, (count) => count),
      'kick-batch': controller.kickBatch,
      coalescing: controller.coalescing,
      submit: quantity('cost', controller.submit),
      complete: quantity('cost', controller.complete),
    },
  ]);
  return {
    controllers: Object.fromEntries(controllers),
    default: storage.default,
    'thin-writes': storage.thinWrites,
  };
}

export function switchesYaml(switches: NonNullable<Platform['switches']>) {
  return {
    ...optionally('kind', switches.kind, (kind) => kind),
    ...optionally('reverse-path-filter', switches.reversePathFilter, (on) => on),
    ...optionally('lro-when-promiscuous', switches.lroWhenPromiscuous, (on) => on),
  };
}
