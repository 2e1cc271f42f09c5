import { Command } from 'commander';
import type { CommandEntry } from '../../src/commands/command.js';

/**
 * What a command's action would be given for these arguments: flags, and words that are none under `words`.
 * Throws commander's error for what it refuses.
 */
export function parseFlags(entry: CommandEntry, args: readonly string[]): Record<string, unknown> {
  const program = new Command().exitOverride();
  entry.register(program);
  const sub = program.commands.find((one) => one.name() === entry.name);
  if (sub === undefined) throw new TypeError(`${entry.name} registers no command`);
  sub
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action(() => {});
  program.parse([entry.name, ...args], { from: 'user' });
  return { ...sub.opts(), words: sub.args };
}
