/** What a process of nestmark ends with (docs/design.md section 6). */
export const EXIT_CODE = {
  fine: 0,
  /** The question was answered with "no": a target missed, a regression. */
  answeredNo: 1,
  badInput: 2,
  machineLacks: 3,
  inconclusive: 4,
  incomparable: 5,
  ownBug: 70,
  /** 128 + SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

/** A failure the user can do something about: printed as its message, never with a stack trace. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT_CODE.badInput) {
    super(message);
    this.exitCode = exitCode;
  }
}
