import type { BenchRecord } from '../../bench/record/record.ts';
import type { HistoryResult } from '../../gate/history/history-result.ts';
import type { GateResult } from '../../gate/result.ts';
import type { ScenarioComparison } from '../../model/experiment/comparison.ts';
import type { SimulationResult } from '../../model/experiment/result.ts';
import type { Sensitivity } from '../../model/experiment/sensitivity.ts';
import type { Sweep } from '../../model/experiment/sweep.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import { valueText } from '../../model/scenario/setting.ts';
import { sentence, text } from '../chart/chart.ts';
import { basesOf, figuresOf, figureWords } from '../fitted/figures.ts';
import { bytesText } from '../text/figure.ts';
import { basesText, capitalised, sentenceOf } from '../text/wording.ts';
import { besideEntries } from './beside.ts';
import type { Inputs } from './inputs.ts';
import { html, join, type Markup } from './markup.ts';
import { listMarkup, type Section } from './section.ts';
import { foldedTable } from './table.ts';
import type { Verification } from './verified.ts';

/** Where every figure of the page comes from, what had to be assumed, and how to get the page again. */
export function provenanceSection({
  result,
  comparison,
  furtherComparisons = [],
  sweep,
  sensitivity,
  record,
  platform,
  gate,
  besides,
  history,
  verification,
  beside,
}: Inputs): Section {
  const assumed = platform === undefined ? [] : assumptions(platform);
  const named = platform !== undefined && platform.name === result?.platform.name ? assumed.length : 0;
  const elsewhere = Math.max((result?.platform.bases.assumed ?? 0) - named, 0);
  return {
    id: 'provenance',
    title: 'Where this comes from',
    body: html`<dl class="provenance">${join([
      ...(verification === undefined ? [] : verificationEntries(verification)),
      ...(result === undefined ? [] : resultEntries(result)),
      ...(platform === undefined ? [] : platformEntries(platform)),
      ...(record === undefined ? [] : recordEntries(record)),
      ...(comparison === undefined ? [] : comparisonEntries([comparison, ...furtherComparisons])),
      ...(sweep === undefined ? [] : sweepEntries(sweep)),
      ...(sensitivity === undefined ? [] : sensitivityEntries(sensitivity)),
      ...[...(gate === undefined ? [] : [gate]), ...(besides ?? [])].flatMap(gateEntries),
      ...(history === undefined ? [] : historyEntries(history)),
      ...(beside === undefined ? [] : besideEntries(beside).map(([term, value]) => entry(term, value))),
    ])}</dl>
${assumed.length === 0 && elsewhere === 0 ? null : html`<h3>What was assumed</h3>`}
${listMarkup(assumed)}
${elsewhere === 0 ? null : html`<p>${elsewhere} assumed numbers behind the predictions are not in a profile on this page: they stand, each with its source, in the scenario’s workloads${platform === undefined ? ' and platform' : ''}.</p>`}`,
  };
}

function entry(term: string, value: string | Markup): Markup {
  return html`<dt>${term}</dt><dd>${value}</dd>
`;
}

const hashed = (name: string, hash: string): Markup => html`${name} <code>sha256 ${hash}</code>`;

function verificationEntries({ version, command }: Verification): Markup[] {
  return [entry('Simulator', `nestmark ${version}`), entry('To repeat it', html`<code>${command}</code>`)];
}

function resultEntries(result: SimulationResult): Markup[] {
  const { host, scenario } = result;
  return [
    entry('Simulator', `nestmark ${result.version}, ${result.engine} engine, seed ${result.seed}`),
    entry('Scenario', hashed(scenario.name, scenario.hash)),
    entry('Host', `${host.name}: ${host.cpus} CPUs, ${bytesText(host.memoryBytes)}. ${host.source}`),
    entry('Platform used', hashed(result.platform.name, result.platform.hash)),
    entry('Rests on', basesText(result.platform.bases)),
    entry(
      'To repeat it',
      html`<code>nestmark simulate SCENARIO.yaml --platform ${result.platform.name}${result.engine === 'exact' ? '' : ` --engine ${result.engine}`} --seed ${result.seed} --replications ${result.replications}</code> with the scenario file of this hash gives the same bytes.`,
    ),
  ];
}

function platformEntries(platform: Platform): Markup[] {
  const { calibration } = platform;
  return [
    entry(
      'Platform shown',
      `${platform.name}: ${platform.title}. ${basesText(basesOf(figuresOf(platform)))}`,
    ),
    ...assistEntries(platform),
    ...(calibration === undefined
      ? []
      : [
          entry(
            'Fitted to',
            hashed(
              `record ${calibration.record.id}, ${calibration.record.clock} clock`,
              calibration.record.sha256,
            ),
          ),
          entry(
            'To repeat it',
            html`<code>nestmark calibrate RECORD.jsonl --out ${platform.name}.yaml</code> with the file of this hash gives the same bytes.`,
          ),
        ]),
  ];
}

/** What spares guests exits, as the scenario has it. */
function assistEntries({ exits }: Platform): Markup[] {
  const named = (on: boolean): string =>
    (exits.assists ?? [])
      .filter((assist) => assist.on === on)
      .map(({ name }) => name)
      .join(', ');
  if ((exits.assists ?? []).length === 0) return [];
  return [entry('Assists', [`on: ${named(true) || 'none'}`, `off: ${named(false) || 'none'}`].join('; '))];
}

function comparisonEntries(comparisons: readonly ScenarioComparison[]): Markup[] {
  const { version, seed, replications, a } = comparisons[0]!;
  const others = comparisons.map(({ b }) => b);
  return [
    entry('Simulator', `nestmark ${version}, seed ${seed}`),
    entry('A', hashed(`${a.label}, platform ${a.platform}`, a.hash)),
    ...others.map((b) => entry('B', hashed(`${b.label}, platform ${b.platform}`, b.hash))),
    entry(
      'To repeat it',
      html`<code>nestmark compare ${[a, ...others].map(({ label }) => label).join(' ')} --seed ${seed} --replications ${replications}</code> with files of these hashes gives the same bytes.`,
    ),
  ];
}

function sweepEntries({ version, seed, replications, axes }: Sweep): Markup[] {
  const varied = axes
    .map(({ name, values }) => `--vary ${name}=${values.map(valueText).join(',')}`)
    .join(' ');
  return [
    entry('Simulator', `nestmark ${version}, seed ${seed}`),
    entry(
      'To repeat it',
      html`<code>nestmark sweep SCENARIO.yaml ${varied} --seed ${seed} --replications ${replications}</code>`,
    ),
  ];
}

function sensitivityEntries(result: Sensitivity): Markup[] {
  const { version, scenario, platform, seed, replications, rows, host, seats } = result;
  return [
    entry('Simulator', `nestmark ${version}, seed ${seed}`),
    entry('Scenario', hashed(`${scenario.name}, ${seats} seats on ${host}`, scenario.hash)),
    entry('Platform used', hashed(platform.name, platform.hash)),
    entry(
      'To repeat it',
      html`<code>nestmark sensitivity SCENARIO.yaml --platform ${platform.name} --seed ${seed} --replications ${replications} --top ${rows.length}</code> with the scenario file of this hash gives the same bytes.`,
    ),
  ];
}

function gateEntries(result: GateResult): Markup[] {
  const { version, baseline, candidate, alpha, rows, design, looks } = result;
  const margin = (exactLike: boolean): number | undefined =>
    rows.find((row) => row.exactLike === exactLike)?.margin;
  const options = [
    ...(margin(false) === undefined ? [] : [`--margin ${margin(false)}`]),
    ...(margin(true) === undefined ? [] : [`--exact-margin ${margin(true)}`]),
    `--alpha ${alpha}`,
    ...(design === 'pairs' ? ['--paired'] : []),
    ...(looks === undefined ? [] : [`--budget ${looks.budget}`]),
  ];
  return [
    entry('Compared by', `nestmark ${version}; how it decides is in docs/gate.md`),
    ...[baseline, candidate].map(({ name, id, started, blocks, invalidBlocks }, index) =>
      entry(
        index === 0 ? 'Baseline' : 'Candidate',
        `${name}: record ${id} of ${started}, ${blocks} valid blocks, ${invalidBlocks} left out`,
      ),
    ),
    entry(
      'To repeat it',
      html`<code>nestmark gate --baseline ${baseline.name} --candidate ${candidate.name} ${options.join(' ')}</code>`,
    ),
  ];
}

function historyEntries({ version, folder, records }: HistoryResult): Markup[] {
  return [
    entry(
      'History by',
      `nestmark ${version}, of ${records} records; how changes are found is in docs/gate.md`,
    ),
    entry('To repeat it', html`<code>nestmark history ${folder} --out history.json</code>`),
  ];
}

/** What identifies a machine to a reader; a record holds everything else that was found out about it. */
const MACHINE_FACTS = ['cpu.model-name', 'cpu.count', 'kernel.release', 'qemu.version', 'node.version'];

function recordEntries({ header, end }: BenchRecord): Markup[] {
  const { machine, settings } = header;
  const facts = MACHINE_FACTS.filter((name) => Object.hasOwn(machine, name)).map(
    (name) => `${name} ${machine[name]}`,
  );
  const others = Object.keys(machine).length - facts.length;
  return [
    entry(
      'Record',
      `${header.id}: ${header.lab} lab, ${header.clock} clock, seed ${header.seed}, by nestmark ${header.version}`,
    ),
    entry(
      'Measured',
      end === null ? `from ${header.started}, cut off` : `${header.started} to ${end.finished}`,
    ),
    entry('To measure it again', html`<code>${benchCommand(header)}</code>`),
    entry('On', [...facts, `${others} further facts in the record`].join(', ')),
    entry(
      'Settings',
      foldedTable(`All ${Object.keys(settings).length} settings of the run`, 'Settings of the run', {
        columns: [text('Setting'), sentence('Value')],
        rows: Object.entries(settings).map(([name, value]) => [name, String(value)]),
      }),
    ),
  ];
}

/** The run as it was asked for; what the record does not say is left to be filled in. */
function benchCommand({ lab, clock, seed, plan, settings }: BenchRecord['header']): string {
  const option = (name: string, value: unknown): string => (value === undefined ? '' : ` --${name} ${value}`);
  const effort = option('effort', settings['effort']);
  if (lab === 'here' || lab === 'ssh') {
    const machines = lab === 'ssh' ? ' --machines MACHINES.yaml' : '';
    return `nestmark bench --lab ${lab}${machines}${effort} --blocks ${plan.blocks} --seed ${seed} --out FILE.jsonl`;
  }
  return [
    `nestmark bench --lab ${lab} --clock ${clock}${effort}`,
    ...['depth', 'vcpus'].map((name) => option(name, settings[name])),
    ` --boots ${plan.boots} --blocks ${plan.blocks} --seed ${seed}`,
    plan.workloads.length === 0 ? '' : ` --only ${plan.workloads.join(' ')}`,
    ' --out FILE.jsonl',
  ].join('');
}

function assumptions(platform: Platform): string[] {
  return figuresOf(platform)
    .filter(({ figure }) => figure.basis === 'assumed')
    .map((named) => {
      const { value, range } = figureWords(named);
      return `${capitalised(named.name)}: ${value}${range === '' ? '' : ` (${range})`}. ${sentenceOf(named.figure.source)}`;
    });
}
