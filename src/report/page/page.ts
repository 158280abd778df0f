import { answerMarkup } from './answer.ts';
import type { Specifications } from './figure.ts';
import { fittedSection } from './fitted.ts';
import type { Inputs } from './inputs.ts';
import { measuredSection } from './measured.ts';
import { predictedSection } from './predicted.ts';
import { provenanceSection } from './provenance.ts';
import type { Section } from './section.ts';
import { pageShell } from './shell.ts';

/**
 * One self-contained HTML page: works from a file, offline, without scripts too; no request, no eval. The same inputs
 * give the same bytes.
 * @throws when given none of a result, a record and a platform
 */
export async function renderPage(inputs: Inputs & { readonly title?: string | undefined }): Promise<string> {
  const title = inputs.title ?? titleOf(inputs);
  const specifications: Specifications = {};
  const answer = answerMarkup(inputs);
  const sections: Section[] = [];
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

function titleOf({ result, record, platform }: Inputs): string {
  if (result !== undefined) return result.scenario.name;
  if (record !== undefined) return `Record ${record.header.id}`;
  return platform?.title ?? 'Report';
}
