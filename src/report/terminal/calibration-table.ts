import { Ansis } from 'ansis';
import type { CalibrationResidual, Platform } from '../../model/scenario/platform.ts';
import { signedPercent, useOf } from '../chart/residuals.ts';
import { classCosts, DEPTHS } from '../fitted/exit-costs.ts';
import { figuresOf, figureWords } from '../fitted/figures.ts';
import { durationText } from '../text/figure.ts';
import { levelName, sentenceOf } from '../text/wording.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/**
 * A fitted platform for a terminal: what an exit costs by depth, each parameter of the recursion with its interval,
 * and predicted against measured.
 */
export function renderCalibration(
  raw: Platform,
  options: TableOptions = {},
  levelCosts: readonly ShownLevelCost[] = [],
): string {
  const platform = printable(raw);
  const width = widthOf(options);
  const { bold } = new Ansis(options.colour === undefined ? undefined : options.colour ? 1 : 0);
  const { calibration } = platform;
  const blocks = [
    `${bold(platform.title)}\n${wrap(`${platform.hypervisor}; ${platform.cpu}`, width)}`,
    `${bold('Cost of one exit, by the level of the guest that exits')}\n${costTable(platform)}`,
    ...(levelCosts.length === 0
      ? []
      : [`${bold('Cost of other operations, by level')}\n${levelCostTable(levelCosts)}`]),
    `${bold('Parameters')}\n${parameterTable(platform)}`,
    ...(calibration === undefined
      ? []
      : [
          `${bold('Predicted against measured')}\n${residualTable(calibration.residuals)}`,
          ...(calibration.notes.length === 0
            ? []
            : [
                `${bold('Notes')}\n${calibration.notes.map((note) => `  ${wrap(sentenceOf(note), width - 2, 2)}`).join('\n')}`,
              ]),
        ]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Without the range of page/fitted.ts: fitted parameters trade off against each other. */
function costTable(platform: Platform): string {
  const head = ['Exit class', ...DEPTHS.map((depth) => `From ${levelName(depth)}`)];
  const rows = classCosts(platform).map(({ exitClass, byDepth }) => [
    exitClass,
    ...byDepth.map((cost) => {
      const { mean, unit } = durationText(cost, 'three digits');
      return `${mean} ${unit}`;
    }),
  ]);
  return plainTable(head, rows, 1);
}

/** As calibrate reports it; what shows it does not know who made it. */
interface ShownLevelCost {
  readonly workload: string;
  readonly per: string;
  readonly level: number;
  readonly cost: { readonly value: number };
  readonly more: number | null;
  readonly exits: number | null;
}

function levelCostTable(costs: readonly ShownLevelCost[]): string {
  const time = (value: number | null): string => {
    if (value === null) return '';
    const { mean, unit } = durationText({ mean: value, low: null, high: null }, 'three digits');
    return `${mean} ${unit}`;
  };
  const rows = costs.map(({ workload, per, level, cost, more, exits }) => [
    per,
    workload,
    levelName(level),
    time(cost.value),
    time(more),
    time(exits),
  ]);
  return plainTable(['Of one', 'Workload', 'Level', 'Cost', 'More than on L0', 'Of it exits'], rows, 3);
}

function parameterTable(platform: Platform): string {
  const rows = figuresOf(platform).map((named) => {
    const { value, range } = figureWords(named);
    return [named.name, value, range, named.figure.basis];
  });
  return plainTable(['Parameter', 'Value', 'Interval', 'Basis'], rows, 1);
}

function residualTable(residuals: readonly CalibrationResidual[]): string {
  const time = (value: number): string => {
    const { mean, unit } = durationText({ mean: value, low: null, high: null }, 'three digits');
    return `${mean} ${unit}`;
  };
  const rows = residuals.map((residual) => {
    const { level, workload, measured, predicted, error } = residual;
    return [
      workload,
      levelName(level),
      useOf(residual),
      time(measured),
      time(predicted),
      signedPercent(error),
    ];
  });
  return plainTable(['Workload', 'Level', '', 'Measured', 'Predicted', 'Error'], rows, 3);
}
