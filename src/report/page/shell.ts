import type { Specifications } from './figure.ts';
import { contentSecurityPolicy, inlineData, inlineStyle } from './inline.ts';
import { html, type Markup } from './markup.ts';
import { pageScripts } from './script.ts';
import { type Section, sectionMarkup } from './section.ts';
import { PAGE_STYLE } from './style.ts';

export interface PageParts {
  readonly title: string;
  /** The top of the page. */
  readonly answer: Markup;
  readonly sections: readonly Section[];
  /** Of the charts in the sections, by variant. */
  readonly specifications: Specifications;
}

/** One self-contained HTML page around an answer and its sections: no request, no eval, whole without scripts too. */
export function pageShell({ title, answer, sections, specifications }: PageParts): string {
  const style = inlineStyle(PAGE_STYLE);
  const alive = Object.keys(specifications).length > 0;
  const scripts = alive ? pageScripts() : [];
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
${alive ? inlineData('chart-specifications', specifications) : null}
${scripts.map(({ element }) => element)}
</body>
</html>
`;
  return page.markup;
}
