import type { BenchRecord, RecordLevel } from '../../bench/record/record.ts';
import { checksumDisagreements } from '../../bench/record/summarise.ts';
import { recordCharts } from '../chart/all-charts.ts';
import { number, sentence, text } from '../chart/chart.ts';
import { CLASS_TITLES, classRatios, spanText } from '../measured/classes.ts';
import { lossesByLevel } from '../measured/losses.ts';
import { baseLevelOf } from '../measured/summary.ts';
import { plainText } from '../text/figure.ts';
import { skippedTexts } from '../text/skipped.ts';
import { ended, levelName } from '../text/wording.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { listMarkup, type Section } from './section.ts';
import { tableMarkup } from './table.ts';

const LABS: Readonly<Record<BenchRecord['header']['lab'], string>> = {
  emulated:
    'The metal of this lab is itself an emulated machine, with real Linux KVM at every level above it. What emulation costs is not part of any ratio: they are taken inside.',
  here: 'Measured on the machine as it is, at whatever level it already runs.',
  kvm: 'The metal of this lab is the machine it ran on, with hardware virtualization.',
  ssh: 'Measured on existing machines, reached over SSH.',
};

const CLOCKS: Readonly<Record<BenchRecord['header']['clock'], string>> = {
  time: 'Costs are elapsed time.',
  instructions:
    'Costs are counted in executed instructions: repeatable, but blind to caches and to the time an instruction takes.',
};

/** What one run of the agent found: which levels were reached and proven, what each operation cost there. */
export async function measuredSection(record: BenchRecord, specifications: Specifications): Promise<Section> {
  const { header } = record;
  const charts = recordCharts(record);
  return {
    id: 'measured',
    title: 'What was measured',
    body: html`<p class="lead">${LABS[header.lab]} ${CLOCKS[header.clock]}</p>
${levelsTable(record)}
${listMarkup([...lossTexts(record), ...gaps(record)])}
${classesTable(record)}
${charts.length === 0 ? html`<p>The record holds no workload at two levels, so there is nothing to compare.</p>` : null}
${await figuresMarkup(charts, specifications)}
${record.skipped.length === 0 ? null : html`<h3>What could not run</h3>`}
${listMarkup(skippedTexts(record.skipped))}`,
  };
}

/** Why levels were lost and booted again. */
const lossTexts = (record: BenchRecord): readonly string[] =>
  [...lossesByLevel(record)].flatMap(([level, reasons]) =>
    reasons.map((reason) => `${levelName(level)} was lost and booted again: ${ended(reason)}`),
  );

/** Least and most of each class's workloads: what the chart says one by one. */
function classesTable(record: BenchRecord): Markup | null {
  const classes = classRatios(record);
  const levels = [...new Set(classes.flatMap(({ byLevel }) => [...byLevel.keys()]))].sort((a, b) => a - b);
  if (classes.length === 0) return null;
  const base = baseLevelOf(record)!;
  const baseName = base === 0 ? 'the metal' : levelName(base);
  return tableMarkup(`Cost against ${baseName}, by class`, {
    columns: [
      text(`Against ${baseName}`),
      ...levels.map((level) => number(`in ${levelName(level)}`)),
      number('Workloads'),
    ],
    rows: classes.map(({ class: name, byLevel }) => [
      CLASS_TITLES[name],
      ...levels.map((level) => {
        const ratios = byLevel.get(level);
        return ratios === undefined ? '' : spanText(ratios);
      }),
      String(Math.max(...[...byLevel.values()].map(({ length }) => length))),
    ]),
  });
}

function levelsTable(record: BenchRecord): Markup | null {
  const { levels } = record;
  if (levels.length === 0) return null;
  const lost = lossesByLevel(record);
  const rows = [...levels]
    .sort((a, b) => a.level - b.level)
    .map(({ level, name, accelerator, bootTries, bootSeconds, environment }) => [
      name === levelName(level) ? name : `${levelName(level)}, ${name}`,
      ACCELERATORS[accelerator.name],
      `${plainText(bootSeconds)} s`,
      String(bootTries),
      ...(lost.size === 0 ? [] : [String(lost.get(level)?.length ?? 0)]),
      kernelOf(environment),
      accelerator.verified ? `verified: ${accelerator.evidence.join('; ')}` : 'not verified',
    ]);
  return tableMarkup('Levels reached', {
    columns: [
      text('Level'),
      text('Runs on'),
      number('Boot'),
      number('Boots tried'),
      ...(lost.size === 0 ? [] : [number('Lost')]),
      text('Kernel'),
      sentence('Proof'),
    ],
    rows,
  });
}

const ACCELERATORS: Readonly<Record<RecordLevel['accelerator']['name'], string>> = {
  'emulated-cpu': 'emulated CPU',
  kvm: 'KVM',
  none: 'no virtualization',
  other: 'another hypervisor',
};

const kernelOf = (environment: RecordLevel['environment']): string =>
  String(environment['kernel.release'] ?? '');

/** What is not in the record although it was asked for. */
function gaps(record: BenchRecord): string[] {
  const { missing, end } = record;
  return [
    ...(end === null ? ['The run was cut off: its record has no end, and may lack whole workloads.'] : []),
    ...missing.map(
      ({ level, reason, tries }) =>
        `${levelName(level)} was not reached in ${tries} ${tries === 1 ? 'try' : 'tries'}: ${ended(reason)} No figure stands in for it.`,
    ),
    ...checksumDisagreements(record).map(
      (workload) =>
        `${workload} computed different results at different levels: it was not the same work, and is not compared.`,
    ),
    ...disturbedTexts(record.blocks),
  ];
}

/** How many blocks were disturbed, what became of them, and what disturbed each. */
function disturbedTexts(blocks: BenchRecord['blocks']): string[] {
  const disturbed = blocks.filter(({ valid }) => !valid);
  if (disturbed.length === 0) return [];
  const what =
    disturbed.length === blocks.length
      ? `All ${blocks.length} blocks were disturbed: the figures here are of them, for want of better ones.`
      : `${disturbed.length} of ${blocks.length} blocks were disturbed and are left out of all figures here.`;
  return [what, ...disturbed.map(({ block, reasons }) => `Block ${block}: ${ended(reasons.join('; '))}`)];
}
