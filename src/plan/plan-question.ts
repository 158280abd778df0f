import type { BasisCount } from '../model/experiment/result.ts';
import type { Platform } from '../model/scenario/platform.ts';
import type { Host, Template, TemplatePlan } from '../model/scenario/scenario.ts';
import type { PriceTerms } from './cost/host-price.ts';
import type { PlanTargets } from './target/plan-targets.ts';
import type { Lab } from './trial/lab-scenario.ts';

/** What must not be, and what is to be known, in words. */
export interface RuleAnswer {
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

/** Everything an answer depends on. */
export interface PlanQuestion {
  readonly version: string;
  /** The command that asks it again, as a shell has it. */
  readonly command: string;
  /** Only what fits, by the fluid engine: nothing is confirmed, and nothing said of what would change it. */
  readonly quick: boolean;
  readonly template: Template;
  readonly templateHash: string;
  readonly course: TemplatePlan['course'];
  readonly seats: number;
  readonly hosts: readonly Host[];
  readonly hostFilter: string;
  /** Hosts that were meant, too, and whose platform cannot carry the template; with why, in words. */
  readonly leftOut: readonly {
    readonly platform: string;
    readonly hosts: readonly string[];
    readonly reason: string;
  }[];
  /** The lab as it is on a host: on the platform that goes with it. */
  readonly labOf: (host: Host) => Lab;
  readonly platforms: readonly {
    readonly platform: Platform;
    readonly hash: string;
    readonly bases: BasisCount;
  }[];
  /** For what-if rows, which come last. */
  readonly otherPlatforms: () => readonly Platform[];
  /** What the rules of the road say of a lab on a host. */
  readonly rules: (host: Host) => RuleAnswer;
  readonly targets: PlanTargets;
  readonly probability: number;
  readonly terms: PriceTerms;
  /** ISO date that prices are held against; null: they are not. */
  readonly today: string | null;
  readonly seed: number;
}
