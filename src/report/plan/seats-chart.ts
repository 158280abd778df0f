import type { TopLevelSpec } from 'vega-lite';
import type { PlanResult } from '../../plan/result/plan-result.ts';
import { type Chart, type Layer, number } from '../chart/chart.ts';
import { haloed } from '../chart/label.ts';
import { colour } from '../chart/theme.ts';
import { type ExactPoint, exactPoint, exactText, kneeText } from './text.ts';

const HEIGHT = 280;

/** The probe's slowdown against seats, with the limit asked for, the seats recommended and the knee. */
export function seatsChart(result: PlanResult): Chart | null {
  const { curve, question, recommended, hosts } = result;
  if (curve === null || curve.points.length < 2) return null;
  const { points, host, phase, full, engine } = curve;
  const knee = curve.knee?.seats ?? null;
  const limit = question.targets.probeP95Slowdown;
  const seats = recommended?.hosts[0]?.seats ?? hosts.find((row) => row.host === host)?.seats ?? 0;
  const exact = exactPoint(result);
  const top = Math.max(limit * 1.1, exact?.bound ?? 1, ...points.map(({ high }) => high));
  const marks = [
    ...(seats > 0 ? [{ seats, label: `${seats} held` }] : []),
    ...(knee === null ? [] : [{ seats: knee, label: `grown by half at ${knee.toFixed(1)}` }]),
    ...(full === null || full > points.at(-1)!.seats ? [] : [{ seats: full, label: `CPUs full at ${full}` }]),
  ];
  return {
    name: 'seats',
    title: `Slowdown on ${host} with more and more seats`,
    reading: `The 95th percentile of the probe’s response over the same alone on the metal, in the phase “${phase}”; the band reaches from the least to the most of three replications. Memory is left out of account, so that the cliff of the CPUs shows. Past the number at which the CPUs are full there is nothing left but waiting.${exact === null ? '' : ` The line is the ${engine} engine’s. The diamond is what the exact engine saw with the seats that are recommended, its bar what the next class stays within with ${100 * question.probability} % probability.`}`,
    description: `It is ${points[0]!.slowdownP95.toFixed(2)} with ${points[0]!.seats} and ${points.at(-1)!.slowdownP95.toFixed(2)} with ${points.at(-1)!.seats} seats; ${kneeText(curve)}${exact === null ? '' : `; ${exactText(exact, question.probability)}`}.`,
    spec: ({ width, narrow }): TopLevelSpec => {
      const x = {
        field: 'seats',
        type: 'quantitative',
        title: 'seats',
        scale: { nice: false },
        axis: { tickMinStep: 1, format: 'd' },
      } as const;
      const y = (field: string) =>
        ({
          field,
          type: 'quantitative',
          title: null,
          scale: {
            domain: [Math.min(1, ...points.map(({ low }) => low)), top] as number[],
            nice: false,
            zero: false,
          },
          axis: { labelExpr: "datum.label + '×'", grid: true },
        }) as const;
      const layers: Layer[] = [
        {
          data: { values: [{ limit }] },
          mark: { type: 'rule', strokeDash: [4, 4], color: colour('limit') },
          encoding: { y: y('limit') },
        },
        {
          data: { values: [{ limit, label: `asked for: ${limit}×`, seats: points[0]!.seats }] },
          mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 6, dy: -4, color: colour('limit') },
          encoding: { x, y: y('limit'), text: { field: 'label' } },
        },
        {
          mark: { type: 'area', color: colour('work-light'), opacity: 0.3 },
          encoding: { x, y: y('low'), y2: { field: 'high' } },
        },
        {
          mark: { type: 'line', color: colour('work'), strokeWidth: 2 },
          encoding: { x, y: y('slowdownP95') },
        },
        {
          mark: { type: 'point', filled: true, color: colour('work'), size: 45, opacity: 1 },
          encoding: { x, y: y('slowdownP95') },
        },
        {
          data: { values: marks },
          mark: { type: 'rule', color: colour('muted') },
          encoding: { x },
        },
        ...(exact === null ? [] : exactLayers(exact, x, y)),
        {
          data: { values: marks.map((mark, index) => ({ ...mark, place: top - index * 0.08 * (top - 1) })) },
          mark: { type: 'text', align: narrow ? 'right' : 'left', baseline: 'top', dx: narrow ? -5 : 5 },
          encoding: { x, y: y('place'), text: { field: 'label' } },
        },
      ];
      return { width: width - 60, height: HEIGHT, data: { values: [...points] }, layer: layers };
    },
    table: {
      columns: [
        number('Seats'),
        number('Slowdown p95'),
        number('Least to most'),
        number('Ready'),
        number('Hypervisors'),
        number('CPU idle'),
      ],
      rows: points.map((point) => [
        String(point.seats),
        `${point.slowdownP95.toFixed(3)}×`,
        `${point.low.toFixed(3)}–${point.high.toFixed(3)}`,
        percent(point.ready),
        percent(point.hypervisors),
        percent(point.idle),
      ]),
    },
  };
}

function exactLayers(
  { seats, slowdown, bound }: ExactPoint,
  x: object,
  y: (field: string) => object,
): Layer[] {
  const data = {
    values: [{ seats, slowdown, bound: bound ?? slowdown, label: `exact: ${slowdown.toFixed(2)}×` }],
  };
  return [
    {
      data,
      mark: { type: 'rule', color: colour('overhead'), strokeWidth: 3 },
      encoding: { x, y: y('slowdown'), y2: { field: 'bound' } },
    },
    {
      data,
      mark: {
        type: 'point',
        shape: 'diamond',
        filled: true,
        size: 110,
        color: colour('overhead'),
        opacity: 1,
      },
      encoding: { x, y: y('slowdown') },
    },
    ...haloed({
      data,
      mark: { type: 'text', align: 'right', baseline: 'middle', dx: -9, color: colour('overhead') },
      encoding: { x, y: y('slowdown'), text: { field: 'label' } },
    }),
  ] as Layer[];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
