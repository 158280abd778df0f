import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { GOLDEN_HASH } from './golden-hash.ts';
import { singleScript } from './single-script.ts';
import { traceHash } from './trace.ts';

const script = singleScript(fileURLToPath(new URL('trace.ts', import.meta.url)));

describe('the same seed gives the same bits', () => {
  it('here, and again', () => {
    expect(traceHash()).toBe(GOLDEN_HASH);
    expect(traceHash()).toBe(GOLDEN_HASH);
  });

  it('in a context with the language and nothing of Node', () => {
    const context = vm.createContext({});
    expect(
      vm.runInContext('typeof process + typeof require + typeof performance + typeof setTimeout', context),
    ).toBe('undefined'.repeat(4));
    expect(vm.runInContext(`${script}.traceHash()`, context)).toBe(GOLDEN_HASH);
  });

  it('in a worker', async () => {
    const code = `require('node:worker_threads').parentPort.postMessage((${script}).traceHash())`;
    const worker = new Worker(code, { eval: true });
    const hash = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(hash).toBe(GOLDEN_HASH);
  });

  it('where Math.log, exp, pow, sin and cos give other last digits', () => {
    const off = `for (const name of ['log', 'exp', 'pow', 'sin', 'cos', 'tan', 'log2', 'log10', 'log1p', 'expm1']) {
      const original = Math[name];
      Math[name] = (...x) => original(...x) * (1 + 4e-16);
    }`;
    expect(vm.runInContext(`${off}; ${script}.traceHash()`, vm.createContext({}))).toBe(GOLDEN_HASH);
  });
});
