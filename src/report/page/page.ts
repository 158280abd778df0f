import type { GateResult } from '../../gate/result.ts';
import type { ScenarioComparison } from '../../model/experiment/comparison.ts';
import type { Answer } from '../text/answer.ts';
import { recordTitle } from '../text/record-title.ts';
import { answerMarkup, answerTo } from './answer.ts';
import { besideSection, besideTitle } from './beside.ts';
import { comparedSection } from './compared.ts';
import type { Specifications } from './figure.ts';
import { fittedSection } from './fitted.ts';
import type { Inputs } from './inputs.ts';
import { type ShownTable, tablesOf } from './markup.ts';
import { measuredSection } from './measured.ts';
import { overTimeSection } from './over-time.ts';
import { predictedSection } from './predicted.ts';
import { provenanceSection } from './provenance.ts';
import { comparisonSection, shortName, sideBySideSection } from './scenarios-compared.ts';
import type { Section } from './section.ts';
import { sensitivitySection } from './sensitivity.ts';
import { pageShell } from './shell.ts';
import { sweepSection } from './varied.ts';
import { verifiedSection } from './verified.ts';

/**
 * One self-contained HTML page: works from a file, offline, without scripts too; no request, no eval. The same inputs
 * give the same bytes.
 * @throws when given nothing
 */
export async function renderPage(inputs: PageInputs): Promise<string> {
  return (await renderPageWithTables(inputs)).page;
}

type PageInputs = Inputs & { readonly title?: string | undefined };

/** A page with what it is made of, for files of another kind. */
export interface RenderedPage {
  readonly page: string;
  readonly title: string;
  readonly answer: Answer;
  /** Every table on it, in order. */
  readonly tables: readonly ShownTable[];
}

/** The page, and what other files can be made of. */
export async function renderPageWithTables(inputs: PageInputs): Promise<RenderedPage> {
  const title = inputs.title ?? titleOf(inputs);
  const specifications: Specifications = {};
  const answer = answerMarkup(inputs);
  const sections: Section[] = [];
  if (inputs.verification !== undefined) {
    sections.push(await verifiedSection(inputs.verification, specifications));
  }
  if (inputs.beside !== undefined) sections.push(await besideSection(inputs.beside, specifications));
  const compared = scenariosComparedIn(inputs);
  if (compared.length > 1) sections.push(sideBySideSection(compared));
  for (const [index, comparison] of compared.entries()) {
    sections.push(await comparisonSection(comparison, compared.length === 1 ? null : index, specifications));
  }
  if (inputs.sweep !== undefined) sections.push(await sweepSection(inputs.sweep, specifications));
  if (inputs.sensitivity !== undefined) {
    sections.push(await sensitivitySection(inputs.sensitivity, specifications));
  }
  for (const [index, gate] of comparisonsIn(inputs).entries()) {
    sections.push(await comparedSection(gate, index, specifications));
  }
  if (inputs.history !== undefined) sections.push(await overTimeSection(inputs.history, specifications));
  if (inputs.record !== undefined) sections.push(await measuredSection(inputs.record, specifications));
  const platform =
    inputs.platform === undefined ? [] : [await fittedSection(inputs.platform, specifications)];
  const predicted =
    inputs.result === undefined
      ? []
      : [await predictedSection(inputs.result, inputs.platform, specifications)];
  // Measured, fitted, predicted tell one story; a profile that was fitted on nothing here is a footnote to it.
  const fitted = inputs.platform?.calibration !== undefined;
  sections.push(...(fitted ? [...platform, ...predicted] : [...predicted, ...platform]));
  sections.push(provenanceSection(inputs));
  return {
    page: pageShell({ title, answer, sections, specifications }),
    title,
    answer: answerTo(inputs),
    tables: [answer, ...sections.map(({ body }) => body)].flatMap(tablesOf),
  };
}

const scenariosComparedIn = ({
  comparison,
  furtherComparisons = [],
}: Inputs): readonly ScenarioComparison[] =>
  comparison === undefined ? furtherComparisons : [comparison, ...furtherComparisons];

/** Of records: the one the page is about, and what stands beside it. */
const comparisonsIn = ({ gate, besides = [] }: Inputs): readonly GateResult[] =>
  gate === undefined ? besides : [gate, ...besides];

function titleOf(inputs: Inputs): string {
  const { result, comparison, sweep, sensitivity, record, platform, gate, history, verification } = inputs;
  if (verification !== undefined) return verification.title;
  if (inputs.beside !== undefined) return besideTitle(inputs.beside);
  if (result !== undefined) return result.scenario.name;
  if (comparison !== undefined) {
    const others = scenariosComparedIn(inputs).map(({ b }) => shortName(b));
    return `${others.join(', ')} against ${shortName(comparison.a)}`;
  }
  if (sweep !== undefined) return `${sweep.scenario.name}, varied`;
  if (sensitivity !== undefined) return `${sensitivity.scenario.name}: what it rests on`;
  if (gate !== undefined) return `${gate.candidate.name} against ${gate.baseline.name}`;
  if (history !== undefined) return `Nested overhead over time: ${history.folder}`;
  if (record !== undefined) return recordTitle(record);
  return platform?.title ?? 'Report';
}
