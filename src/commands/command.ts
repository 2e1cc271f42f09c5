import type { Command as Program } from 'commander';

/** One command: its flags and what it calls. Services are imported when it runs, so that `--help` stays fast. */
export interface CommandEntry {
  readonly name: string;
  /** Adds the command, its flags, examples and action to the program. */
  register(program: Program): void;
}
