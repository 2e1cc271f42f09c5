import { runProgram } from './program.js';
import { command } from './verify.js';

/** `main` for command lines that begin with `verify`: what bin/run.js loads for them, as one script with its compiled code beside it. */
export function main(args: readonly string[]): Promise<number> {
  return runProgram(args, [command]);
}
