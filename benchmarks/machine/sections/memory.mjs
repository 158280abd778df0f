import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { heading, table } from '../../kernel/print.mjs';
import { crowd } from '../machines.mjs';
import { timed } from './measure.mjs';

const SECONDS = [5, 40, 160];

/** Peak memory of a process that simulates the machine of 512 L1 and 1,024 L2 vCPUs, by how long. */
export function memory() {
  heading('Exact engine: peak resident memory, 512 L1 and 1,024 L2 vCPUs on 64 CPUs, a process each');
  const rows = SECONDS.map((seconds) => {
    const said = execFileSync(process.execPath, [fileURLToPath(import.meta.url), String(seconds)], { encoding: 'utf8' });
    const { events, peak } = JSON.parse(said);
    return [seconds, events, `${peak.toFixed(0)} MB`];
  });
  table(['simulated s', 'timer events', 'peak'], rows);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { measured } = timed('exact', crowd(128, 64), Number(process.argv[2]), 0);
  console.log(JSON.stringify({ events: measured.events, peak: process.resourceUsage().maxRSS / 1024 }));
}
