import type { TopLevelSpec } from 'vega-lite';
import type { HostRow, PlanResult } from '../../plan/result/plan-result.ts';
import { CAUSE_WORDS, countSeats } from '../../plan/result/words.ts';
import { type Chart, type Layer, number, text } from '../chart/chart.ts';
import { haloed } from '../chart/label.ts';
import { colour } from '../chart/theme.ts';

const HEIGHT = 320;
/** Dearer than so many times the cheapest is not drawn: nobody will take it. */
const DEAREST = 4;
const LABELLED = 4;

/**
 * What a seat and hour costs against the seats a host holds, by what binds; null without priced hosts, and where all
 * hold as many: the table tells more then.
 */
export function costChart({ hosts, recommended }: PlanResult): Chart | null {
  const priced = hosts.filter(
    (row): row is HostRow & { usdPerSeatHour: number } => row.usdPerSeatHour !== null && row.seats > 0,
  );
  if (priced.length < 2) return null;
  const cheapest = priced[0]!.usdPerSeatHour;
  const drawn = priced.filter(({ usdPerSeatHour }) => usdPerSeatHour <= DEAREST * cheapest);
  if (new Set(drawn.map(({ seats }) => seats)).size < 2) return null;
  const chosen = new Set(recommended?.hosts.map(({ host }) => host));
  const causes = [...new Set(drawn.map(({ binds }) => CAUSE_WORDS[binds]))];
  const values = drawn.map(({ host, seats, usdPerSeatHour, binds, level }) => ({
    host,
    seats,
    cost: usdPerSeatHour,
    binds: CAUSE_WORDS[binds],
    kind: level === 0 ? 'metal' : 'virtual',
    label: `${host}: ${countSeats(seats)}, ${usdPerSeatHour.toFixed(3)} USD a seat and hour; next fails for ${CAUSE_WORDS[binds]}`,
  }));
  const named = new Set([...chosen, ...drawn.slice(0, LABELLED).map(({ host }) => host)]);
  const labels = spacedLabels(
    values.filter(({ host }) => named.has(host)),
    chosen,
  );
  return {
    name: 'cost',
    title: 'What a seat costs, by how many a host holds',
    reading: `Cost of a seat and hour when the whole course is on hosts of one kind, disks included where their price is known, against seats on one such host. Colour says what the next seat would fail for, shape whether the host is metal. ${priced.length - drawn.length > 0 ? `${priced.length - drawn.length} hosts more than ${DEAREST} times as dear as the cheapest are left out.` : ''}`,
    description: `The cheapest is ${priced[0]!.host} with ${countSeats(priced[0]!.seats)} at ${cheapest.toFixed(3)} USD.`,
    spec: ({ width }): TopLevelSpec => {
      const x = {
        field: 'seats',
        type: 'quantitative',
        title: 'seats on one host',
        axis: { tickMinStep: 1, format: 'd' },
        scale: { domain: [0, Math.max(...values.map(({ seats }) => seats)) * 1.15] as number[], nice: false },
      } as const;
      const y = {
        field: 'cost',
        type: 'quantitative',
        title: null,
        scale: { zero: true },
        axis: { grid: true, format: '.2f', labelExpr: "datum.label + ' USD'" },
      } as const;
      const layers: Layer[] = [
        {
          mark: { type: 'point', filled: true, size: 60, opacity: 0.75 },
          encoding: {
            x,
            y,
            color: {
              field: 'binds',
              type: 'nominal',
              scale: { domain: causes, range: causes.map((_, index) => COLOURS[index % COLOURS.length]!) },
            },
            shape: {
              field: 'kind',
              type: 'nominal',
              scale: { domain: ['metal', 'virtual'], range: ['square', 'circle'] },
            },
            tooltip: { field: 'label', type: 'nominal' },
          },
        },
        ...haloed({
          data: { values: labels },
          mark: { type: 'text', align: 'left', baseline: 'middle', dx: 8 },
          encoding: { x, y: { field: 'place', type: 'quantitative' }, text: { field: 'host' } },
        }),
      ];
      return { width: width - 90, height: HEIGHT, data: { values }, layer: layers };
    },
    table: {
      columns: [
        text('Host'),
        text('Kind'),
        number('Seats'),
        number('USD a seat-hour'),
        text('Next seat fails for'),
      ],
      rows: values.map(({ host, kind, seats, cost, binds }) => [
        host,
        kind,
        String(seats),
        cost.toFixed(3),
        binds,
      ]),
    },
  };
}

const COLOURS = [
  colour('work'),
  colour('overhead'),
  colour('level-3'),
  colour('level-0'),
  colour('limit'),
] as const;

/** Names of hosts that hold as many seats as another stand apart from each other; the chosen ones first. */
function spacedLabels(
  values: readonly { readonly host: string; readonly seats: number; readonly cost: number }[],
  chosen: ReadonlySet<string>,
): readonly { readonly host: string; readonly seats: number; readonly place: number }[] {
  const taken: { seats: number; place: number }[] = [];
  const most = Math.max(...values.map(({ cost }) => cost));
  return [...values]
    .sort((a, b) => Number(chosen.has(b.host)) - Number(chosen.has(a.host)) || a.cost - b.cost)
    .flatMap(({ host, seats, cost }) => {
      const clash = taken.some(
        (other) => Math.abs(other.seats - seats) < 4 && Math.abs(other.place - cost) < 0.12 * most,
      );
      if (clash) return [];
      taken.push({ seats, place: cost });
      return [{ host, seats, place: cost }];
    });
}
