/** A machine that cannot be simulated as specified: says which part, what was found and what was expected. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
}
