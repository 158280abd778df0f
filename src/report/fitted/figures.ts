import type { BasisCount } from '../../model/experiment/result.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import { bytesText, durationText, settingText } from '../text/figure.ts';

/** One number of a platform profile by the name it has in the file. */
export interface NamedFigure {
  readonly name: string;
  readonly unit: 'ns' | 'bytes' | 'none';
  readonly figure: Figure;
}

const time = (name: string, figure: Figure): NamedFigure => ({ name, unit: 'ns', figure });
const size = (name: string, figure: Figure): NamedFigure => ({ name, unit: 'bytes', figure });
const plain = (name: string, figure: Figure): NamedFigure => ({ name, unit: 'none', figure });

/** Every number of a profile. */
export function figuresOf(platform: Platform): readonly NamedFigure[] {
  const { exits, nestedScheduler, guestScheduler, haltPolling, spinExit, cacheRefill } = platform;
  return [
    time('exits, switch', exits.switch),
    ...Object.entries(exits.classes).flatMap(([name, { handle, reflect, ops }]) => [
      time(`${name}, handle`, handle),
      time(`${name}, reflect`, reflect),
      ...Object.entries(ops).map(([op, count]) => plain(`${name}, ${op} per exit`, count)),
    ]),
    ...Object.entries(exits.reflectOps ?? {}).map(([op, count]) =>
      plain(`reflection, ${op} per exit`, count),
    ),
    ...schedulerFigures('scheduler', platform.scheduler),
    ...(nestedScheduler === undefined ? [] : schedulerFigures('nested scheduler', nestedScheduler)),
    ...(guestScheduler === undefined ? [] : schedulerFigures('scheduler of guests', guestScheduler)),
    ...(haltPolling === undefined
      ? []
      : [
          time('halt polling, at most', haltPolling.most),
          time('halt polling, first', haltPolling.growStart),
        ]),
    ...(spinExit === undefined ? [] : [time('pause-loop exit, window', spinExit.window)]),
    plain('SMT throughput', platform.smtThroughput),
    ...(cacheRefill === undefined ? [] : [time('cache refill', cacheRefill)]),
    ...networkFigures(platform.network),
    ...(platform.memory === undefined ? [] : memoryFigures(platform.memory)),
    ...(platform.storage === undefined ? [] : storageFigures(platform.storage)),
  ];
}

const schedulerFigures = (whose: string, scheduler: Platform['scheduler']): readonly NamedFigure[] =>
  Object.entries(scheduler).flatMap(([name, part]) =>
    typeof part === 'object'
      ? [name === 'smtCharge' ? plain(`${whose}, SMT charge`, part) : time(`${whose}, ${words(name)}`, part)]
      : [],
  );

function networkFigures(network: Platform['network']): readonly NamedFigure[] {
  const { copyKib, translate, tso, lro } = network;
  return [
    time('network, forward', network.forward),
    time('network, copy', network.copy),
    time('network, drop', network.drop),
    time('network, receive', network.receive),
    plain('network, ring', network.ring),
    plain('network, batch', network.batch),
    ...(copyKib === undefined ? [] : [time('network, copy of a KiB', copyKib)]),
    ...(translate === undefined ? [] : [time('network, translate', translate)]),
    ...(tso === undefined ? [] : [size('network, sent in one piece', tso)]),
    ...(lro === undefined ? [] : [size('network, joined up', lro)]),
  ];
}

function memoryFigures(memory: NonNullable<Platform['memory']>): readonly NamedFigure[] {
  const { own, overhead, sharing, balloon, walk, shadow, mmuLock } = memory;
  return [
    ...(own === undefined ? [] : [size("memory, a hypervisor's own", own)]),
    ...(overhead === undefined
      ? []
      : [
          size('memory, of a VM', overhead.perVm),
          size('memory, for each GiB of a VM', overhead.perGib),
          size('memory, for each vCPU', overhead.perVcpu),
        ]),
    ...(sharing === undefined ? [] : [plain('memory, shared pages', sharing)]),
    ...(balloon === undefined ? [] : [plain('memory, by balloon at most', balloon)]),
    ...(walk === undefined
      ? []
      : [
          plain('page walk, references on the metal', walk.native),
          plain('page walk, references nested', walk.nested),
          time('page walk, a reference', walk.reference),
        ]),
    ...(shadow === undefined
      ? []
      : [
          plain('shadowed page tables, exits a fault', shadow.exitsPerFault),
          time('shadowed page tables, lock held', shadow.held),
          size('shadowed page tables, for each GiB', shadow.tables),
        ]),
    ...(mmuLock === undefined
      ? []
      : [
          time('lock of page tables, held to handle', mmuLock.handle),
          time('lock of page tables, held to reflect', mmuLock.reflect),
          plain('lock of page tables, growth', mmuLock.growth),
        ]),
  ];
}

const storageFigures = ({ controllers, thinWrites }: NonNullable<Platform['storage']>): NamedFigure[] => [
  ...Object.entries(controllers).flatMap(([name, { kick, ...controller }]) => [
    plain(`${name}, queue depth`, controller.queueDepth),
    ...Object.entries(kick).map(([exit, count]) => plain(`${name}, ${exit} per kick`, count)),
    plain(`${name}, I/Os a kick`, controller.kickBatch),
    plain(`${name}, I/Os an interrupt`, controller.coalescing),
    time(`${name}, submit`, controller.submit),
    time(`${name}, complete`, controller.complete),
  ]),
  plain('thin disks, writes for a first one', thinWrites),
];

/** `minimumRun`: `minimum run`. */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export function basesOf(figures: readonly NamedFigure[]): BasisCount {
  const count = (basis: Figure['basis']): number =>
    figures.filter(({ figure }) => figure.basis === basis).length;
  return {
    measured: count('measured'),
    published: count('published'),
    derived: count('derived'),
    assumed: count('assumed'),
  };
}

/** A number of a profile: as it stands there when it has no interval, else to four digits, and its bounds. */
export function figureWords({ unit, figure: { value, low, high } }: NamedFigure): {
  value: string;
  range: string;
} {
  const exact = low === high;
  if (unit === 'ns') {
    const text = durationText({ mean: value, low, high }, exact ? 'as given' : 'four digits');
    return { value: `${text.mean} ${text.unit}`, range: exact ? '' : text.range };
  }
  if (unit === 'bytes') {
    return { value: bytesText(value), range: exact ? '' : `${bytesText(low)}–${bytesText(high)}` };
  }
  const digits = (number: number): string => settingText(exact ? number : Number(number.toPrecision(4)));
  return { value: digits(value), range: exact ? '' : `${digits(low)}–${digits(high)}` };
}
