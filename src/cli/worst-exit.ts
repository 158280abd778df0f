import { EXIT_CODE, type ExitCode } from './exit-code.ts';

/** What ends several answers in one: one that is no, else one that cannot be compared, else one that cannot be told. */
export const worstExit = (codes: readonly ExitCode[]): ExitCode =>
  [EXIT_CODE.answeredNo, EXIT_CODE.incomparable, EXIT_CODE.inconclusive].find((code) =>
    codes.includes(code),
  ) ?? EXIT_CODE.fine;
