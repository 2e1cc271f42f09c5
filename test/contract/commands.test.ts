import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.js';
import { splitWords } from '../support/split-words.js';

/** The command named `name`, as commander knows it. `act`: what its action does instead of the command's own. */
function registered(name: string, act: (...given: unknown[]) => void = () => {}): { program: Command; sub: Command } {
  const program = new Command('vpndoctor').exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const command of commands) command.register(program);
  const sub = program.commands.find((one) => one.name() === name);
  if (sub === undefined) throw new TypeError(`${name} registers no command of its name`);
  sub.exitOverride().action(act);
  return { program, sub };
}

/** `--help` with what stands after the flags. */
function helpOf(name: string): string {
  const { sub } = registered(name);
  let text = '';
  sub.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 }).outputHelp();
  return text;
}

describe.each(commands)('vpndoctor $name', ({ name }) => {
  it('stands in a file of its name, and has a test', () => {
    expect(existsSync(`src/commands/${name}.ts`)).toBe(true);
    expect(existsSync(`test/commands/${name}.test.ts`)).toBe(true);
  });

  it('says in one line what it does', () => {
    expect(registered(name).sub.description()).toMatch(/^[a-z].+[^.\n]$/);
  });

  it('describes every flag, and knows --json', () => {
    const { options } = registered(name).sub;
    for (const option of options) expect(option.description, option.flags).not.toBe('');
    expect(options.map(({ long }) => long)).toEqual(expect.arrayContaining(['--json']));
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
