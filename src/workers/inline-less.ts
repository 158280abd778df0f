import { setFlagsFromString } from 'node:v8';

/**
 * V8's limit for what it inlines into a function, half of the usual one, and no copy of a loop's first pass. A thread
 * compiles an engine for itself while it has a first question to answer, for as long as it then simulates; large functions
 * with all they call in them, each a copy, take most of that. Once compiled the engine is as fast (docs/machine.md).
 */
const FLAGS = ['--max-inlined-bytecode-size-cumulative=460', '--no-turbo-loop-peeling'];

/** For threads started from now on, and whatever else is compiled; nothing but time depends on it. */
export function inlineLess(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}
