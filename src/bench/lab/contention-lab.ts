import { ensureImage } from '../image/build-image.ts';
import { requireTools } from '../image/tool.ts';
import { MetalHost } from './metal-host.ts';
import type { ContentionShare, Report } from './protocol.ts';
import { checkReport } from './protocol-schema.ts';
import { memoryOf } from './qemu-arguments.ts';
import { GuestSupervisor } from './supervise.ts';

export const CONTENTION_SCHEMA = 'nestmark/contention@1';
const MOST_GUESTS = 8;
/** Real time, for each guest: it boots, and all of them are busy for some seconds. */
const SECONDS_A_GUEST = 300;
const SILENCE_SECONDS = 300;

export interface ContentionOptions {
  /** L1 guests, of one vCPU each. */
  readonly guests: number;
  /** CPUs of the metal, which they contend for. */
  readonly cpus: number;
  readonly cache?: string;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: string) => void;
}

/** What guests side by side got of the same CPUs: one share for each that was busy, for 1, 2 … of them busy. */
export interface ContentionResult {
  readonly schema: typeof CONTENTION_SCHEMA;
  readonly lab: 'emulated';
  readonly cpus: number;
  readonly image: string;
  readonly shares: readonly ContentionShare[];
}

/** The guests could not be measured side by side. */
export class ContentionLost extends Error {
  override readonly name = 'ContentionLost';
}

/**
 * Boots the emulated metal and L1 guests beside each other on it, on the time clock: instructions know nothing of
 * waiting.
 *
 * @throws {ContentionLost} when a guest was lost; {MissingRequirement}, and what the signal is aborted with
 */
export async function runContention(options: ContentionOptions): Promise<ContentionResult> {
  const { guests, cpus, signal, onStep = () => undefined } = options;
  if (!Number.isInteger(guests) || guests < 1 || guests > MOST_GUESTS) {
    throw new RangeError(`guests is ${guests}, expected a whole number from 1 to ${MOST_GUESTS}`);
  }
  requireTools(['setpriv']);
  const image = await ensureImage({ cache: options.cache, signal, onStep });
  signal?.throwIfAborted();
  const memoryMiB = memoryOf(0, 0) + guests * memoryOf(1, 1) + OWN_MIB;
  const host = new MetalHost(image, { clock: 'time', depth: 0, vcpus: cpus, memoryMiB });
  const shares: ContentionShare[] = [];
  let lost: string | null = null;
  const timeout = AbortSignal.timeout((guests + 1) * SECONDS_A_GUEST * 1000);
  const supervisor = new GuestSupervisor({
    level: 0,
    configuration: {
      ...{ bare: false, outermost: 0 },
      ...{
        level: 0,
        depth: 0,
        clock: 'time',
        effort: 'default',
        seed: 1,
        vcpus: 1,
        workloads: [],
        nsPerInstruction: null,
      },
      patience: { tries: 1, bootSeconds: SECONDS_A_GUEST, silenceSeconds: SILENCE_SECONDS },
      kernelParameters: [],
    },
    host,
    upstream: { report: (report) => take(report), mark: () => Promise.resolve() },
    read: checkReport,
    signal: AbortSignal.any([timeout, ...(signal === undefined ? [] : [signal])]),
  });
  const take = (report: Report): void => {
    if (report.type === 'level') supervisor.contend(guests);
    else if (report.type === 'progress') onStep(report.step);
    else if (report.type === 'share') shares.push(shareOf(report));
    else if (report.type === 'contended') supervisor.stop();
    else if (report.type === 'gave-up') lost = report.reason;
  };
  await supervisor.run();
  if (lost !== null) throw new ContentionLost(`the guests were not measured side by side: ${lost}`);
  return { schema: CONTENTION_SCHEMA, lab: 'emulated', cpus, image: image.key, shares };
}

/** What the metal needs beside what its guests do. */
const OWN_MIB = 256;

const shareOf = ({ busy, guest, roundNs, stealShare, waitingShare }: ContentionShare): ContentionShare => ({
  ...{ busy, guest, roundNs, stealShare, waitingShare },
});
