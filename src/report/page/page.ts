import { answerMarkup } from './answer.ts';
import type { Specifications } from './figure.ts';
import { fittedSection } from './fitted.ts';
import { contentSecurityPolicy, inlineData, inlineStyle } from './inline.ts';
import type { Inputs } from './inputs.ts';
import { html } from './markup.ts';
import { measuredSection } from './measured.ts';
import { predictedSection } from './predicted.ts';
import { provenanceSection } from './provenance.ts';
import { pageScripts } from './script.ts';
import { type Section, sectionMarkup } from './section.ts';
import { PAGE_STYLE } from './style.ts';

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
  const style = inlineStyle(PAGE_STYLE);
  const scripts = Object.keys(specifications).length === 0 ? [] : pageScripts();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(scripts, [style])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${style.element}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="page">
<p class="eyebrow">nestmark report</p>
<h1>${title}</h1>
</header>
<main class="page" id="content">
${answer}
<nav aria-label="On this page"><ol>${sections.map(({ id, title: heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}</ol></nav>
${sections.map(sectionMarkup)}
</main>
<footer class="page">Made by nestmark. Charts by Vega and Vega-Lite (BSD 3-clause licence, in this file). Intervals are 95 % unless said otherwise.</footer>
<div id="tip" aria-hidden="true" hidden></div>
${Object.keys(specifications).length === 0 ? null : inlineData('chart-specifications', specifications)}
${scripts.map(({ element }) => element)}
</body>
</html>
`;
  return page.markup;
}

function titleOf({ result, record, platform }: Inputs): string {
  if (result !== undefined) return result.scenario.name;
  if (record !== undefined) return `Record ${record.header.id}`;
  return platform?.title ?? 'Report';
}
