import { commands } from './index.js';
import { runProgram } from './program.js';

/** Runs one command line: arguments without `node` and the script. @returns the exit status */
export function main(args: readonly string[]): Promise<number> {
  return runProgram(args, commands);
}
