import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { KernelFacts } from './kernel-scheduler.ts';
import { MissingHere } from './missing-here.ts';

/** Frequencies a kernel can be built for. */
const FREQUENCIES = [100, 250, 300, 1000];

/** @throws MissingHere on anything but Linux with schedstat. */
export async function readKernel(): Promise<KernelFacts> {
  if (process.platform !== 'linux') {
    throw new MissingHere(
      `verify scheduler reads Linux's own counters, and this is ${process.platform}: run it on Linux`,
    );
  }
  if (!existsSync('/proc/self/schedstat')) {
    throw new MissingHere(
      'no /proc/self/schedstat: the kernel was built without CONFIG_SCHED_INFO, or /proc is hidden here',
    );
  }
  const release = (await readFile('/proc/sys/kernel/osrelease', 'utf8')).trim();
  return {
    release,
    cpus: cpus().length || availableParallelism(),
    hz: (await configuredFrequency(release)) ?? (await countedFrequency()),
    baseSlice: await numberIn('/sys/kernel/debug/sched/base_slice_ns'),
  };
}

async function configuredFrequency(release: string): Promise<number | null> {
  const text = await readFile('/proc/config.gz')
    .then((packed) => promisify(gunzip)(packed))
    .then((plain) => plain.toString())
    .catch(() => readFile(`/boot/config-${release}`, 'utf8'))
    .catch(() => '');
  const hz = /^CONFIG_HZ=(\d+)$/m.exec(text)?.[1];
  return hz === undefined ? null : Number(hz);
}

/** A CPU that is busy takes one timer interrupt a tick (tickless kernels stop it only when idle). */
async function countedFrequency(): Promise<number> {
  const before = await timerInterrupts();
  const start = performance.now();
  while (performance.now() - start < 400) {
    // Busy, so that the tick goes on.
  }
  await delay(0);
  const after = await timerInterrupts();
  const seconds = (performance.now() - start) / 1000;
  const most = Math.max(...after.map((count, cpu) => count - (before[cpu] ?? 0))) / seconds;
  return FREQUENCIES.reduce((best, hz) => (Math.abs(hz - most) < Math.abs(best - most) ? hz : best));
}

async function timerInterrupts(): Promise<number[]> {
  const text = await readFile('/proc/interrupts', 'utf8').catch(() => '');
  const line = /^\s*(?:LOC|arch_timer\S*|IPI0):\s+([\d\s]+)/m.exec(text)?.[1];
  if (line === undefined) {
    throw new MissingHere(
      'the kernel does not say how often it ticks: neither /proc/config.gz nor /boot/config, nor timer interrupts in /proc/interrupts',
    );
  }
  return line.trim().split(/\s+/).map(Number);
}

async function numberIn(path: string): Promise<number | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const value = Number(text.trim());
  return text.trim() !== '' && Number.isFinite(value) ? value : null;
}
