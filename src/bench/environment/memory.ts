import type { Facts } from './facts.ts';

const FIELDS = [
  ['MemTotal', 'memory.total-bytes'],
  ['MemAvailable', 'memory.available-bytes'],
  ['SwapTotal', 'memory.swap-bytes'],
  ['HugePages_Total', 'memory.huge-pages'],
] as const;

/** @param text the content of /proc/meminfo, whose kB are KiB */
export function parseMemory(text: string): Facts {
  const facts: Record<string, number> = {};
  for (const [key, name] of FIELDS) {
    const match = new RegExp(`^${key}:\\s+(\\d+)( kB)?$`, 'm').exec(text);
    if (match !== null) facts[name] = Number(match[1]) * (match[2] === undefined ? 1 : 1024);
  }
  return facts;
}
