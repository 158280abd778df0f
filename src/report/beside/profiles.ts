import type { Platform } from '../../model/scenario/platform.ts';
import { classCosts, DEPTHS } from '../fitted/exit-costs.ts';
import { figuresOf, figureWords } from '../fitted/figures.ts';
import { durationText, plainText } from '../text/figure.ts';
import { levelName } from '../text/wording.ts';
import {
  alignedRows,
  BESIDE_SCHEMA,
  type Beside,
  type BesideCell,
  type BesideRow,
  changeOf,
  type Named,
} from './beside.ts';

/** Platform profiles side by side: what an exit costs from each depth, and every number. */
export function besideProfiles(profiles: readonly Named<Platform>[]): Beside {
  const documents = profiles.map(({ document }) => document);
  const byDepth = DEPTHS.map((depth, index) => ({
    title: `Cost of one exit from ${levelName(depth)}`,
    drawn: depth <= DEEPEST_DRAWN,
    rows: alignedRows(documents, (platform) =>
      classCosts(platform).map(({ exitClass, byDepth: costs }): [string, BesideCell] => {
        const cost = costs[index]!;
        const { mean, unit } = durationText(cost, 'three digits');
        // Parameters of a fit trade off against each other: their ends together are no interval of a cost.
        const fitted = platform.calibration !== undefined;
        return [
          `${exitClass} from ${levelName(depth)}`,
          { text: `${mean} ${unit}`, figure: fitted ? { mean: cost.mean, low: null, high: null } : cost },
        ];
      }),
    ),
  }));
  return {
    schema: BESIDE_SCHEMA,
    of: 'profiles',
    documents: profiles.map(({ name, file, document: { title, hypervisor, cpu, calibration } }) => ({
      name,
      file,
      origin: `${title}: ${hypervisor}; ${cpu}${calibration === undefined ? '' : `; fitted to record ${calibration.record.id}, sha256 ${calibration.record.sha256}`}`,
    })),
    answer: {
      question: `What do exits cost on ${profiles.length} platforms?`,
      verdict: 'none',
      headline: 'Cost of one exit',
      sentence: profiles
        .slice(1)
        .map(({ name }, index) => `${name} against ${profiles[0]!.name}: ${spans(byDepth, index + 1)}`)
        .join('; '),
    },
    groups: [
      ...byDepth,
      {
        title: 'Every number',
        drawn: false,
        rows: alignedRows(documents, (platform) =>
          figuresOf(platform).map((named): [string, BesideCell] => {
            const { value, range } = figureWords(named);
            const { value: mean, low, high } = named.figure;
            return [
              named.name,
              { text: range === '' ? value : `${value} (${range})`, figure: { mean, low, high } },
            ];
          }),
        ),
      },
    ],
    intervals:
      'Ranges are what each profile says its numbers may be, put together as if they were independent; costs of fitted profiles have none, because their numbers trade off against each other.',
    notes: documents.some(({ clock }) => clock !== documents[0]!.clock)
      ? ['One counts instructions and another time: their ratios are no ratios of speed.']
      : [],
  };
}

const DEEPEST_DRAWN = 2;

/** `from L1 0.9–2.1×, from L2 …`. */
function spans(groups: readonly { readonly rows: readonly BesideRow[] }[], document: number): string {
  return groups
    .slice(0, DEEPEST_DRAWN)
    .map(({ rows }, index) => {
      const ratios = rows.flatMap((row) => changeOf(row, document)?.mean ?? []);
      if (ratios.length === 0) return `nothing in common from ${levelName(DEPTHS[index]!)}`;
      return `from ${levelName(DEPTHS[index]!)} ${plainText(Math.min(...ratios))}–${plainText(Math.max(...ratios))}×`;
    })
    .join(', ');
}
