import { createHash } from 'node:crypto';
import { type Markup, raw } from './markup.ts';

/**
 * A page that needs nothing but itself and runs nothing but what we wrote: its content security policy names each
 * inline script and style by hash, and allows no eval, no network, no form and no frame.
 */
export interface Inline {
  readonly element: Markup;
  /** For the policy: `'sha256-…'`. */
  readonly source: string;
}

/** @throws when the text would end its element: scripts cannot be escaped without knowing where in them. */
export function inlineScript(code: string): Inline {
  return inline('script', code);
}

export function inlineStyle(css: string): Inline {
  return inline('style', css);
}

function inline(tag: 'script' | 'style', text: string): Inline {
  if (new RegExp(`</${tag}|<!--`, 'i').test(text))
    throw new Error(`An inline ${tag} of the page holds </${tag} or <!--.`);
  const hash = createHash('sha256').update(text, 'utf8').digest('base64');
  return { element: raw(`<${tag}>${text}</${tag}>`), source: `'sha256-${hash}'` };
}

/** JSON for a script to read; never run, and unable to end its element or open a comment. */
export function inlineData(id: string, value: unknown): Markup {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return raw(`<script type="application/json" id="${id}">${json}</script>`);
}

export function contentSecurityPolicy(scripts: readonly Inline[], styles: readonly Inline[]): string {
  const sources = (inlines: readonly Inline[]): string =>
    inlines.map(({ source }) => source).join(' ') || "'none'";
  return [
    "default-src 'none'",
    `script-src ${sources(scripts)}`,
    `style-src ${sources(styles)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
