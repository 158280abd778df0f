import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { GOLDEN_HASH } from './golden-hash.ts';
import { singleScript } from './single-script.ts';

it('gives the same bits in a worker of headless Chromium as in Node', async () => {
  const script = singleScript(fileURLToPath(new URL('trace.ts', import.meta.url)));
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const hash = await page.evaluate(
      (code) =>
        new Promise((resolve, reject) => {
          const url = URL.createObjectURL(new Blob([`postMessage((${code}).traceHash())`]));
          const worker = new Worker(url);
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
      script,
    );
    console.log(`Chromium ${browser.version()}: ${hash}`);
    expect(hash).toBe(GOLDEN_HASH);
  } finally {
    await browser.close();
  }
});
