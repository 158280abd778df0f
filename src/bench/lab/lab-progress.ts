import type { Report, Turn } from './protocol.ts';

/** What happens in a lab, for whoever watches it. */
export type LabProgress =
  | { readonly kind: 'preparing'; readonly step: string }
  | { readonly kind: 'booting'; readonly level: number; readonly attempt: number }
  | { readonly kind: 'reached'; readonly level: number; readonly bootSeconds: number }
  /** A level runs a workload for the first time since it was booted; that counts in no block. */
  | { readonly kind: 'warming'; readonly turn: Turn }
  | {
      readonly kind: 'measuring';
      readonly turn: Turn;
      /** Measurements done, of all that were planned. */
      readonly done: number;
      readonly planned: number;
    }
  | {
      readonly kind: 'block';
      readonly block: number;
      readonly of: number;
      readonly reasons: readonly string[];
    }
  | {
      readonly kind: 'lost';
      readonly level: number;
      readonly reason: string;
      readonly console: readonly string[];
    };

/** What a level reports, where it is news to whoever watches. */
export function progressOf(report: Report): LabProgress | null {
  switch (report.type) {
    case 'boot':
      return { kind: 'booting', level: report.level, attempt: report.attempt };
    case 'level':
      return { kind: 'reached', level: report.level, bootSeconds: report.bootSeconds };
    case 'lost':
      return { kind: 'lost', level: report.level, reason: report.reason, console: report.console };
    case 'gave-up':
      return { kind: 'lost', level: report.level, reason: `given up: ${report.reason}`, console: [] };
    default:
      return null;
  }
}
