import { type ExitCost, exitCost } from '../../model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../model/machine/specification.ts';
import { compileExits } from '../../model/scenario/compile.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import { mapExitClasses } from '../../model/scenario/map-exit-classes.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import { LEAST, significant } from '../statistics/significant.ts';
import { type FitInput, type FitOptions, type FittedExits, fitExits } from './fit.ts';
import { reflectOps } from './op-counts.ts';

/** What a fit starts from, wherever it was found: a record of the agent, or a published table. */
export interface Evidence {
  readonly inputs: readonly FitInput[];
  readonly options: FitOptions;
  /** The processor, for what its maker's hypervisors trap for. */
  readonly processor: string;
}

export interface FittedEvidence {
  readonly fit: FittedExits;
  readonly exits: Platform['exits'];
  readonly parameters: ExitCostParameters;
}

/** The exit recursion fitted on levels 1 and 2 of the evidence. */
export function fitEvidence({ inputs, options, processor }: Evidence): FittedEvidence {
  const fit = fitExits(inputs, options);
  const exits = roundedExits(fit, processor);
  return { fit, exits, parameters: compileExits({ exits }) };
}

/** One exit's cost, measured, and predicted by a fit that did not see its level. */
export interface LevelPrediction {
  readonly level: number;
  readonly workload: string;
  readonly measured: number;
  readonly predicted: number;
}

/**
 * Every level that can be left out, predicted from the others. The fit looks at two levels, so a third one is predicted
 * by it as it is. L2 is left out with the traps that were counted while it ran: what is left is L1 and what is
 * published. Without L1 no exit's own cost is known, and nothing could be predicted.
 */
export function withoutEachLevel(evidence: Evidence): readonly LevelPrediction[] {
  const deepest = Math.max(...evidence.inputs.map(({ trip }) => trip.byDepth.length));
  const rows =
    deepest < 2 ? [] : predictionsAt(2, evidence, fitEvidence(withoutLevelTwo(evidence)).parameters);
  if (deepest < 3) return rows;
  const { parameters } = fitEvidence(evidence);
  for (let level = 3; level <= deepest; level++) rows.push(...predictionsAt(level, evidence, parameters));
  return rows;
}

function withoutLevelTwo(evidence: Evidence): Evidence {
  const inputs = evidence.inputs.map(({ trip }) => ({
    trip: { ...trip, byDepth: trip.byDepth.slice(0, 1) },
    ops: null,
  }));
  return { ...evidence, inputs };
}

function predictionsAt(
  level: number,
  { inputs }: Evidence,
  parameters: ExitCostParameters,
): LevelPrediction[] {
  return inputs.flatMap(({ trip: { use, workload, exitClass, byDepth } }) => {
    const measured = byDepth[level - 1]?.value ?? 0;
    if (use !== 'class' || measured < LEAST) return [];
    const { total: predicted }: ExitCost = exitCost(parameters, exitClass, level);
    return [{ level, workload, measured, predicted }];
  });
}

function roundedExits(fit: FittedExits, processor: string): Platform['exits'] {
  // Nothing in a record tells accesses that shadowing serves from others: they are one class.
  const { 'vmcs-shadowable': _untold, ...told } = fit.classes;
  return {
    switch: roundedFigure(fit.switch),
    reflectOps: mapExitClasses(reflectOps(processor, fit.commonOps), roundedFigure),
    classes: mapExitClasses(told, ({ handle, reflect, ops }) => ({
      handle: roundedFigure(handle),
      reflect: roundedFigure(reflect),
      ops: mapExitClasses(ops, roundedFigure),
    })),
  };
}

function roundedFigure<T extends number>(figure: Figure<T>): Figure<T> {
  const round = (value: T): T => significant(value) as T;
  return { ...figure, value: round(figure.value), low: round(figure.low), high: round(figure.high) };
}
