import type { ChartInputs } from '../chart/chart-files.ts';
import type { Verification } from './verified.ts';

/** What a page is made of; sections appear only for what is there. */
export interface Inputs extends ChartInputs {
  readonly verification?: Verification | undefined;
}
