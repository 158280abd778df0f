import type { SettingValue } from '../scenario/setting.ts';
import { type Knee, kneeOf } from './knee.ts';
import { pairRows } from './paired-rows.ts';
import type { Finding, Precision, Row, TargetVerdict } from './result.ts';
import type { SampledRow } from './row.ts';
import { withoutSample } from './summarise.ts';
import { tailRows, worstRow } from './worst-row.ts';

/** An experiment as a product of axes, every combination with the same random numbers. */
export interface Sweep {
  readonly schema: 'nestmark/sweep@1';
  readonly version: string;
  readonly scenario: { readonly name: string };
  readonly seed: number;
  /** Of each cell; with a precision, at least. */
  readonly replications: number;
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
  readonly axes: readonly SweepAxis[];
  readonly cells: readonly SweepCell[];
  /** One for each combination of the other axes and each role of the probe; none when seats are not an axis. */
  readonly knees: readonly SweepKnee[];
}

export interface SweepAxis {
  readonly name: string;
  readonly values: readonly SettingValue[];
}

/** The values of one combination, in the order of the axes. */
export type CellSettings = readonly SettingValue[];

export type SweepCell = SimulatedCell | RefusedCell;

export interface SimulatedCell {
  readonly status: 'simulated';
  readonly settings: CellSettings;
  readonly scenarioHash: string;
  readonly platform: { readonly name: string; readonly hash: string };
  readonly host: string;
  readonly seats: number;
  /** Only when a precision was asked for: how many it took here, and what was reached. */
  readonly replications?: number;
  readonly precision?: Precision;
  /** The row that says how it feels: the worst tail slowdown of the probe's roles. */
  readonly tail: Row | null;
  /** The worst role's waiting time. */
  readonly ready: Row | null;
  /** Of the tail, B being this cell and A the first one simulated; null in the first, and where it has no such role. */
  readonly change: CellChange | null;
  readonly rows: readonly Row[];
  readonly targets: readonly TargetVerdict[];
  readonly findings: readonly Finding[];
}

/** A share of the first cell's mean, from pairs of replications. */
export interface CellChange {
  readonly relative: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A combination that is no sound scenario, e.g. because its seats do not fit the host. */
export interface RefusedCell {
  readonly status: 'refused';
  readonly settings: CellSettings;
  readonly problems: readonly string[];
}

export interface SweepKnee extends Knee {
  /** Values of the other axes, in their order; null in the place of seats. */
  readonly settings: readonly (SettingValue | null)[];
  readonly entity: string;
}

/** A cell with what its figures were made of. */
export interface SampledCell extends Omit<SimulatedCell, 'rows' | 'tail' | 'ready' | 'change'> {
  readonly rows: readonly SampledRow[];
  readonly probes: ReadonlySet<string>;
}

const SEATS = 'seats';

/** The cells as they are told, and the knees along the axis of seats. */
export function concludeSweep(
  axes: readonly SweepAxis[],
  sampled: readonly (SampledCell | RefusedCell)[],
  kneeGrowth: number,
): Pick<Sweep, 'cells' | 'knees'> {
  const reference = sampled.find((cell) => cell.status === 'simulated') ?? null;
  return {
    cells: sampled.map((cell) => (cell.status === 'refused' ? cell : concludeCell(cell, reference))),
    knees: kneesOf(axes, sampled, kneeGrowth),
  };
}

function concludeCell(cell: SampledCell, reference: SampledCell | null): SimulatedCell {
  const { probes, rows, ...rest } = cell;
  const tail = worstRow(tailRows(rows, probes), 'slowdown-p95');
  const ready = worstRow(rows, 'ready');
  return {
    ...rest,
    tail,
    ready,
    change: tail === null || reference === null || cell === reference ? null : changeOf(tail, reference),
    rows: rows.map(withoutSample),
  };
}

function changeOf(tail: SampledRow, reference: SampledCell): CellChange | null {
  const same = reference.rows.find(({ entity, metric }) => entity === tail.entity && metric === tail.metric);
  const pair = same === undefined ? null : pairRows(same, tail);
  if (pair === null || pair.relative === null) return null;
  return { relative: pair.relative, low: pair.relativeLow, high: pair.relativeHigh };
}

function kneesOf(
  axes: readonly SweepAxis[],
  cells: readonly (SampledCell | RefusedCell)[],
  growth: number,
): readonly SweepKnee[] {
  const along = axes.findIndex(({ name }) => name === SEATS);
  if (along < 0) return [];
  const groups = new Map<string, { settings: (SettingValue | null)[]; cells: SampledCell[] }>();
  for (const cell of cells) {
    if (cell.status === 'refused') continue;
    const settings = cell.settings.map((value, axis) => (axis === along ? null : value));
    const key = JSON.stringify(settings);
    const group = groups.get(key) ?? { settings, cells: [] };
    group.cells.push(cell);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ settings, cells: members }) =>
    rolesOf(members).flatMap((entity) => {
      const points = members.flatMap(({ seats, rows }) => {
        const row = rows.find((other) => other.entity === entity && other.metric === 'slowdown-p95');
        return row === undefined ? [] : [{ seats, sample: row.sample }];
      });
      const knee = kneeOf(points, growth);
      return knee === null ? [] : [{ settings, entity, ...knee }];
    }),
  );
}

const rolesOf = (cells: readonly SampledCell[]): string[] => [
  ...new Set(cells.flatMap(({ rows, probes }) => tailRows(rows, probes).map(({ entity }) => entity))),
];
