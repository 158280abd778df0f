import type { Bytes } from '../../model/kernel/units.ts';
import type { Host } from '../../model/scenario/scenario.ts';

/** How a host is paid for. */
export type Tenure = 'on-demand' | 'spot' | 'owned';

/** What one host costs an hour while it runs, part by part. */
export interface HourlyPrice {
  readonly tenure: Tenure;
  readonly usdPerHour: number;
  readonly parts: readonly { readonly what: string; readonly usdPerHour: number; readonly origin: string }[];
}

export interface PriceTerms {
  readonly windows: boolean;
  /** Take the spot price where there is one. */
  readonly spot: boolean;
}

/** Prices of Azure Lab Services have Windows and the disk in them. */
const INCLUDES_WINDOWS = /Windows and disk in the price/;

/** null for a host nobody gives a price for. */
export function hourlyPrice(host: Host, { windows, spot }: PriceTerms): HourlyPrice | null {
  const base = basePrice(host, spot);
  if (base === null) return null;
  const parts = [base.part];
  const licence = host.catalogue?.windowsLicence ?? null;
  if (windows && base.tenure !== 'owned' && licence !== null && !includesWindows(host)) {
    parts.push({
      what: 'Windows Server licence',
      usdPerHour: licence.value * host.cpus,
      origin: `${host.cpus} CPUs × ${licence.value} USD/h; ${licence.basis}: ${licence.source}`,
    });
  }
  const usdPerHour = parts.reduce((sum, part) => sum + part.usdPerHour, 0);
  return { tenure: base.tenure, usdPerHour, parts };
}

export const includesWindows = ({ note }: Host): boolean => INCLUDES_WINDOWS.test(note ?? '');

function basePrice(
  host: Host,
  spot: boolean,
): { readonly tenure: Tenure; readonly part: HourlyPrice['parts'][number] } | null {
  const { price, purchase } = host;
  if (purchase !== undefined) {
    const { usd, years, hoursAYear, watts, usdPerKilowattHour } = purchase;
    const capital = usd / (years * hoursAYear);
    const energy = (watts / 1000) * usdPerKilowattHour;
    return {
      tenure: 'owned',
      part: {
        what: 'own hardware',
        usdPerHour: capital + energy,
        origin:
          `${usd} USD over ${years} years of ${hoursAYear} hours taught, and ${watts} W at ` +
          `${usdPerKilowattHour} USD/kWh; ${host.source}`,
      },
    };
  }
  if (price === undefined) return null;
  const origin = `${price.source ?? host.source}, ${price.region ?? 'no region'}, ${price.asOf ?? 'no date'}`;
  if (spot && price.spotUsdPerHour !== undefined) {
    return {
      tenure: 'spot',
      part: { what: 'host, spot', usdPerHour: price.spotUsdPerHour, origin },
    };
  }
  return {
    tenure: 'on-demand',
    part: { what: 'host, on demand', usdPerHour: price.usdPerHour, origin },
  };
}

/** Hours in a month, as clouds bill disks. */
export const HOURS_A_MONTH = 730;

/** What keeping the disks of one seat costs an hour; null where the catalogue has no price for it. */
export function diskPricePerHour(host: Host, diskPerSeat: Bytes | null): number | null {
  const storage = host.catalogue?.storage ?? null;
  if (includesWindows(host) || host.purchase !== undefined) return 0;
  if (storage === null || diskPerSeat === null) return null;
  return ((diskPerSeat / 1e9) * storage.value) / HOURS_A_MONTH;
}
