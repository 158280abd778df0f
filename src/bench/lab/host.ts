import type { Evidence, Report, ReportOf } from './protocol.ts';
import type { Machine } from './qemu-process.ts';

/** What a level knows of the guest it starts beyond what the guest says: it is the guest's hypervisor, or emulates it. */
export interface Host {
  /** Starts a machine for the guest. @param parameters further parameters of its kernel */
  start(parameters: readonly string[]): Promise<Machine>;
  /** Right before a start: what `evidence` compares with. */
  beforeStart(): void;
  /** What the host saw of the guest's accelerator, once the guest has answered. */
  evidenceForGuest(machine: Machine): Promise<readonly Evidence[]>;
  /** What the host saw of a guest of its guest. */
  evidenceForDeeper(level: number): readonly Evidence[];
  /** Takes counters; at the end of a phase, what they grew by goes to `report`. */
  mark(mark: ReportOf<'mark'>, report: (report: Report) => void): void;
  /** A turn is over: whatever counting costs can stop. */
  stopCounting(): void;
  /** Something that grows for as long as the guest lives, or null when the host cannot tell. */
  pulse(): number | null;
}
