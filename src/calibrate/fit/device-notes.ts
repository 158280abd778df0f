import type { BenchRecord } from '../../bench/record/record.ts';
import { DEVICE_FAMILIES, type DeviceFit } from './device-fit.ts';

const NAMES: Readonly<Record<DeviceFit['family'], string>> = { disk: 'disk', network: 'network card' };

/** What was fitted of devices, level by level, and of what it was told. */
export function deviceNotes(fits: readonly DeviceFit[]): readonly string[] {
  return DEVICE_FAMILIES.flatMap((family) => {
    const own = fits.filter((fit) => fit.family === family);
    if (own.length === 0) return [];
    const levels = own.map(
      (fit) =>
        `in L${fit.level} ${microseconds(fit.perNotification)}${rangeOf(fit.interval)} for each notification${
          fit.perKib === null
            ? ''
            : ` and ${microseconds(fit.perKib)}${rangeOf(fit.kibInterval)} for each KiB`
        } (${fit.rows.map(({ workload }) => workload).join(', ')}${scatterText(fit)}${unusedText(fit)})`,
    );
    const kib =
      family === 'network' && own.every(({ perKib }) => perKib === null)
        ? '. What a KiB takes is not told from nothing'
        : '';
    return [
      `a ${NAMES[family]} takes, beyond its exits, ${levels.join('; ')}${kib}. Emulation, wake-ups of its threads and copying are one from outside`,
    ];
  });
}

/** What no workload of the record tells. */
export function untoldNotes({ samples }: BenchRecord): readonly string[] {
  const network = samples.some(({ class: kind }) => kind === 'network');
  return [`scheduler figures ${network ? 'are' : 'and network costs are'} not in the record`];
}

const scatterText = ({ rows, scatter }: DeviceFit): string =>
  rows.length === 1 ? ' alone, so without interval' : `; they scatter by ${(100 * scatter).toFixed(0)} %`;

const unusedText = ({ unused }: DeviceFit): string =>
  unused.length === 0
    ? ''
    : `; not ${unused.join(', ')}, whose exits alone would take longer by the fitted costs`;

const microseconds = (ns: number): string => `${Number((ns / 1_000).toPrecision(3))} us`;

const rangeOf = (interval: DeviceFit['interval']): string =>
  interval === null
    ? ''
    : ` [${Number((interval.low / 1_000).toPrecision(3))}, ${Number((interval.high / 1_000).toPrecision(3))}]`;
