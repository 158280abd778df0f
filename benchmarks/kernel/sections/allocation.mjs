import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { heading, table } from '../print.mjs';

const program = fileURLToPath(new URL('../models/allocated.mjs', import.meta.url));
const FLAGS = ['--expose-gc', '--min-semi-space-size=512', '--max-semi-space-size=512'];
const EVENTS = 1e7;

export async function allocation() {
  heading('Allocation in steady state over 10 M events: heap before and after, nothing collected meanwhile');
  const rows = [
    ['M/M/1 on events, with statistics', 'mm1'],
    ['hold model, 256 pending', 'hold'],
    ['hold model, 65,536 pending', 'many'],
  ].map(([name, model]) => {
    const output = execFileSync(process.execPath, [...FLAGS, program, model, String(EVENTS)], { encoding: 'utf8' });
    const { allocated, kept } = JSON.parse(output);
    return [name, `${allocated} B`, (allocated / EVENTS).toFixed(4), `${kept} B`];
  });
  table(['', 'allocated', 'bytes an event', 'kept after collection'], rows);
}
