/** This machine lacks what the verification needs. The message says what, and how to get it. */
export class MissingHere extends Error {
  override readonly name = 'MissingHere';
}
