import { exp, log } from '../model/kernel/elementary.ts';
import { exitCost } from '../model/machine/exit-cost.ts';
import { compileExits } from '../model/scenario/compile.ts';
import type { Basis, Figure } from '../model/scenario/figure.ts';
import { PLATFORM_SCHEMA, type Platform } from '../model/scenario/platform.ts';
import type { CalibratedPlatform } from './calibrate.ts';
import { roundedResidual } from './calibrate.ts';
import { presentable } from './fit/notes.ts';
import { CalibrationError } from './measured/calibration-error.ts';
import { significant } from './statistics/significant.ts';

/** One of several stacks that a profile is to stand for. */
export interface MergedPart {
  readonly calibrated: CalibratedPlatform;
  /** What it is called: the file it was fitted on. */
  readonly label: string;
  /** Relative to the others; above 0. */
  readonly weight: number;
}

/** Longest source of a figure (model/scenario/schema/figure.ts). */
const LONGEST_SOURCE = 2_000;

/**
 * One profile that stands for several stacks, figure by figure. Costs of different machines differ by factors, so a value
 * is the weighted geometric mean (arithmetic where one is zero, as counts may be). Its interval is the hull of theirs: with
 * few stacks the spread between them is no distribution, and whoever draws from the profile may be on any one. The residuals
 * say what merging costs: each stack's own measurements against the merged profile.
 *
 * @throws CalibrationError when counted instructions and time are to be mixed
 */
export function mergePlatforms(
  parts: readonly MergedPart[],
  named: { readonly name: string; readonly title?: string },
): Platform {
  const clocks = new Set(parts.map(({ calibrated: { platform } }) => platform.clock));
  if (clocks.size > 1) {
    throw new CalibrationError(
      'mixed-clocks',
      `found ${parts.map(({ label, calibrated }) => `${label} in ${calibrated.platform.clock}`).join(', ')}; expected one clock: counted instructions are no times, and a mean of both is neither`,
    );
  }
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const weighted = parts.map((part) => ({ ...part, weight: part.weight / total }));
  const heaviest = weighted.reduce((a, b) => (b.weight > a.weight ? b : a)).calibrated.platform;
  const exits = merged(
    weighted.map(({ calibrated: { platform }, ...part }) => ({ ...part, value: platform.exits })),
  ) as Platform['exits'];
  const parameters = compileExits({ exits });
  const residuals = weighted.flatMap(({ label, calibrated: { report } }) =>
    report.roundTrips.map(({ workload, exitClass, depth, value: measured }) => {
      const predicted = exitCost(parameters, exitClass, depth).total;
      return roundedResidual({
        ...{ level: depth, workload: `${workload} (${label})`, unit: 'ns' },
        ...{ measured, predicted, error: predicted / measured - 1, fitted: depth <= 2 },
      });
    }),
  );
  const share = ({ weight }: MergedPart): string => `${Number((100 * weight).toPrecision(3))} %`;
  return {
    ...heaviest,
    schema: PLATFORM_SCHEMA,
    name: named.name,
    title: named.title ?? `${parts.length} stacks merged`,
    hypervisor: joinedText(weighted.map(({ calibrated: { platform } }) => platform.hypervisor)),
    cpu: joinedText(weighted.map(({ calibrated: { platform } }) => platform.cpu)),
    exits,
    calibration: {
      record: heaviest.calibration!.record,
      residuals,
      notes: [
        `merged of ${weighted.map((part) => `${share(part)} ${part.label}`).join(', ')}: values are weighted geometric means, intervals hold those of every part`,
        'residuals: what each part measured against the merged profile; how well each part fits by itself, calibrating it alone says',
        ...weighted.map(({ label, calibrated: { platform } }) => {
          const { id, sha256 } = platform.calibration!.record;
          return `${label}: ${id}, sha256 ${sha256}`;
        }),
        'scheduler, network and SMT figures are those of the heaviest part',
      ].map(presentable),
    },
  };
}

interface WeightedValue {
  readonly label: string;
  readonly weight: number;
  readonly value: unknown;
}

type Block = Readonly<Record<string, unknown>>;

const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFigure = (value: unknown): value is Figure => isBlock(value) && 'basis' in value && 'value' in value;

/** Figures by weight, blocks key by key, everything else as the heaviest has it. What a part does not have is 0 of it. */
function merged(parts: readonly WeightedValue[]): unknown {
  const present = parts.filter(({ value }) => value !== undefined);
  if (present.some(({ value }) => isFigure(value))) {
    return mergedFigure(parts.map((part) => ({ ...part, value: isFigure(part.value) ? part.value : NONE })));
  }
  if (present.every(({ value }) => isBlock(value))) {
    const keys = [...new Set(present.flatMap(({ value }) => Object.keys(value as Block)))];
    return Object.fromEntries(
      keys.map((key) => [
        key,
        merged(parts.map((part) => ({ ...part, value: isBlock(part.value) ? part.value[key] : undefined }))),
      ]),
    );
  }
  return present.reduce((a, b) => (b.weight > a.weight ? b : a)).value;
}

const NONE: Figure = { value: 0, low: 0, high: 0, basis: 'measured', source: 'none counted' };

function mergedFigure(
  parts: readonly { readonly label: string; readonly weight: number; readonly value: Figure }[],
): Figure {
  const positive = parts.every(({ value }) => value.value > 0);
  const mean = parts.reduce(
    (sum, { weight, value }) => sum + weight * (positive ? log(value.value) : value.value),
    0,
  );
  const value = significant(positive ? exp(mean) : mean);
  const bases = new Set(parts.map(({ value: { basis } }) => basis));
  const [basis] = bases;
  return {
    value,
    low: Math.min(value, ...parts.map(({ value: { low } }) => low)),
    high: Math.max(value, ...parts.map(({ value: { high } }) => high)),
    basis: bases.size === 1 ? (basis as Basis) : 'derived',
    source: parts
      .map(({ label, value: { source } }) => `${label}: ${source}`)
      .join('; ')
      .slice(0, LONGEST_SOURCE),
  };
}

const joinedText = (texts: readonly string[]): string => [...new Set(texts)].join('; ').slice(0, 200);
