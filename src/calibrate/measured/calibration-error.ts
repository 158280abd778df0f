export type CalibrationErrorCode =
  | 'record-cut-off'
  | 'no-metal'
  | 'no-nested-level'
  | 'no-exit-probe'
  | 'unknown-unit'
  | 'mixed-clocks'
  | 'other-processor';

/** A record that cannot be calibrated on; the message says what was found, what is missing and what to run. */
export class CalibrationError extends Error {
  override readonly name = 'CalibrationError';
  readonly code: CalibrationErrorCode;

  constructor(code: CalibrationErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
