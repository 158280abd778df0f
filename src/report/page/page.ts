import { answerMarkup } from './answer.ts';
import { comparedSection } from './compared.ts';
import type { Specifications } from './figure.ts';
import { fittedSection } from './fitted.ts';
import type { Inputs } from './inputs.ts';
import { measuredSection } from './measured.ts';
import { overTimeSection } from './over-time.ts';
import { predictedSection } from './predicted.ts';
import { provenanceSection } from './provenance.ts';
import type { Section } from './section.ts';
import { pageShell } from './shell.ts';
import { comparisonSection, sweepSection } from './varied.ts';

/**
 * One self-contained HTML page: works from a file, offline, without scripts too; no request, no eval. The same inputs
 * give the same bytes.
 * @throws when given nothing
 */
export async function renderPage(inputs: Inputs & { readonly title?: string | undefined }): Promise<string> {
  const title = inputs.title ?? titleOf(inputs);
  const specifications: Specifications = {};
  const answer = answerMarkup(inputs);
  const sections: Section[] = [];
  if (inputs.comparison !== undefined) {
    sections.push(await comparisonSection(inputs.comparison, specifications));
  }
  if (inputs.sweep !== undefined) sections.push(await sweepSection(inputs.sweep, specifications));
  if (inputs.gate !== undefined) sections.push(await comparedSection(inputs.gate, specifications));
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
  return pageShell({ title, answer, sections, specifications });
}

function titleOf({ result, comparison, sweep, record, platform, gate, history }: Inputs): string {
  if (result !== undefined) return result.scenario.name;
  if (comparison !== undefined) return `${comparison.b.label} against ${comparison.a.label}`;
  if (sweep !== undefined) return `${sweep.scenario.name}, varied`;
  if (gate !== undefined) return `${gate.candidate.name} against ${gate.baseline.name}`;
  if (history !== undefined) return `Nested overhead over time: ${history.folder}`;
  if (record !== undefined) return `Record ${record.header.id}`;
  return platform?.title ?? 'Report';
}
