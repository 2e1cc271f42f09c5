import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.js';
import { splitWords } from '../support/split-words.js';

/** The command named `name`, as commander knows it. `act`: what its action, and those of commands below it, do instead of their own. */
function registered(name: string, act: (...given: unknown[]) => void = () => {}): { program: Command; sub: Command } {
  const program = new Command('vpndoctor').exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const command of commands) command.register(program);
  const sub = program.commands.find((one) => one.name() === name);
  if (sub === undefined) throw new TypeError(`${name} registers no command of its name`);
  sub.exitOverride();
  for (const leaf of leavesOf(sub)) leaf.exitOverride().action(act);
  return { program, sub };
}

/** Commands that do something: the command itself, or those below it. */
function leavesOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

/** `--help` with what stands after the flags, of the command and of those below it. */
function helpOf(name: string): string {
  const { sub } = registered(name);
  let text = '';
  const commandsWithHelp = [sub, ...leavesOf(sub).filter((leaf) => leaf !== sub)];
  for (const one of commandsWithHelp) one.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 }).outputHelp();
  return text;
}

describe.each(commands)('vpndoctor $name', ({ name }) => {
  it('stands in a file of its name, and has a test', () => {
    expect(existsSync(`src/commands/${name}.ts`)).toBe(true);
    expect(existsSync(`test/commands/${name}.test.ts`)).toBe(true);
  });

  it('says in one line what it does', () => {
    const { sub } = registered(name);
    for (const one of [sub, ...leavesOf(sub)]) expect(one.description()).toMatch(/^[a-z].+[^.\n]$/);
  });

  it('describes every flag, and knows --json', () => {
    for (const { options } of leavesOf(registered(name).sub)) {
      for (const option of options) expect(option.description, option.flags).not.toBe('');
      expect(options.map(({ long }) => long)).toEqual(expect.arrayContaining(['--json']));
    }
  });

  const examples = helpOf(name)
    .split('\n')
    .filter((line) => /^ {2}(?:.+\| )?vpndoctor /.test(line))
    .map((line) => line.replace(/^.*?vpndoctor /, '').replace(/ {2,}.*$/, ''));

  it('has examples', () => expect(examples.length).toBeGreaterThanOrEqual(3));

  it.each(examples)('example parses: %s', (example) => {
    let ran = false;
    const words = splitWords(example.replace(/ *[>|].*$/, ''));
    // An example may end with the command that takes what this one made.
    const { program } = registered(words[0] ?? '', () => {
      ran = true;
    });
    program.parse(words, { from: 'user' });
    expect(ran).toBe(true);
  });
});
