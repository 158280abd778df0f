/** What `nestmark plan` was asked, as the command line has it. */
export interface PlanOptions {
  readonly template: string;
  readonly seats?: number;
  readonly hosts?: string;
  readonly catalogue?: string;
  readonly platform?: string;
  readonly target?: readonly string[];
  readonly probability: number;
  readonly sessions?: number;
  readonly hours?: number;
  readonly spot?: true;
  readonly priceDate?: string;
  readonly seed: number;
  readonly workers: number;
  readonly quick?: true;
  readonly explain?: true;
  readonly out?: string;
  readonly pictures?: true;
  readonly json?: true;
}
