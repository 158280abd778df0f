import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Inline, inlineScript } from './inline.ts';

/** Vega's runtime, its interpreter in place of compiled expressions (no eval), and our few lines that use both. */
export function pageScripts(): readonly Inline[] {
  const require = createRequire(import.meta.url);
  const vega = dirname(require.resolve('vega'));
  const interpreter = require.resolve('vega-interpreter');
  return [
    inlineScript(withLicence(readText(join(vega, 'vega.min.js')), join(vega, '..', 'LICENSE'))),
    inlineScript(`(() => {'use strict';\n${asLocal(readText(interpreter))}\n${HYDRATE}})();`),
  ];
}

/** `</script` in a string of a script is written `<\/script`, `<!--` as `<\!--`: the same strings to it. */
function readText(path: string): string {
  return readFileSync(path, 'utf8')
    .replaceAll(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replaceAll(/<(\/script|!--)/gi, '<\\$1');
}

function withLicence(code: string, licence: string): string {
  return `/*!\n${readText(licence).replaceAll('*/', '* /')}*/\n${code}`;
}

/** The interpreter is one ES module: its import comes from the global `vega`, its export becomes a local name. */
function asLocal(code: string): string {
  const local = code
    .replace(/^import \{([^}]*)\} from 'vega-util';/m, 'const {$1} = globalThis.vega;')
    .replace(
      /^export \{ expression as expressionInterpreter \};/m,
      'const expressionInterpreter = expression;',
    );
  if (/^(import|export)\b/m.test(local) || !local.includes('const expressionInterpreter')) {
    throw new Error(
      'vega-interpreter is not laid out as expected: has its version changed? See page/script.ts.',
    );
  }
  return local;
}

/**
 * Replaces each drawn picture by its live chart once that is ready; a chart that fails leaves its picture. Only the
 * variant on show is made live, the other when the window's width calls for it.
 */
const HYDRATE = `
const vega = globalThis.vega;
const specifications = JSON.parse(document.getElementById('chart-specifications').textContent);
const tip = document.getElementById('tip');

function showTip(handler, event, item, value) {
  if (value === null || value === undefined || value === '') {
    tip.hidden = true;
    return;
  }
  tip.textContent = String(value);
  tip.hidden = false;
  const room = document.documentElement.clientWidth - tip.offsetWidth - 12;
  tip.style.left = Math.max(8, Math.min(event.clientX + 14, room)) + 'px';
  tip.style.top = (event.clientY > 90 ? event.clientY - tip.offsetHeight - 12 : event.clientY + 20) + 'px';
}

async function bringToLife(variant) {
  if (variant.dataset.state) return;
  variant.dataset.state = 'loading';
  const box = document.createElement('div');
  try {
    const specification = specifications[variant.dataset.chart];
    const view = new vega.View(vega.parse(specification, null, { ast: true }), {
      expr: expressionInterpreter,
      renderer: 'svg',
      container: box,
      hover: true,
      logLevel: vega.Error,
      tooltip: showTip,
    });
    await view.runAsync();
    for (const name of ['role', 'aria-label', 'aria-roledescription']) box.removeAttribute(name);
    variant.replaceChildren(box);
    variant.dataset.state = 'live';
  } catch (error) {
    variant.dataset.state = 'still';
    console.error('A chart stays a picture: ' + error);
  }
}

async function bringVisibleToLife() {
  for (const variant of document.querySelectorAll('.variant')) {
    if (variant.offsetParent !== null) await bringToLife(variant);
  }
  document.documentElement.dataset.charts = 'ready';
}

addEventListener('resize', () => { void bringVisibleToLife(); });
addEventListener('scroll', () => { tip.hidden = true; }, { passive: true });
void bringVisibleToLife();
`;
