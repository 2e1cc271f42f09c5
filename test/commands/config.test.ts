import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/commands/config.js';

/** What the action of a subcommand would be given. */
function parse(sub: string, args: readonly string[]): Record<string, unknown> {
  const program = new Command().exitOverride();
  command.register(program);
  const found = program.commands.find((one) => one.name() === 'config')?.commands.find((one) => one.name() === sub);
  if (found === undefined) throw new TypeError(`no ${sub}`);
  found
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action(() => {});
  program.parse(['config', sub, ...args], { from: 'user' });
  return { ...found.opts(), words: found.args };
}

describe('flags of config', () => {
  it.each<[string, string[], Record<string, unknown>]>([
    ['check', ['a', 'b'], { local: [], color: true, words: ['a', 'b'] }],
    [
      'check',
      ['a', '--local', '192.0.2.1,2001:db8::1', '-v', '--json', '--no-color'],
      { local: ['192.0.2.1', '2001:db8::1'], verbose: true, json: true, color: false },
    ],
    [
      'compare',
      ['a', '-', '--product', 'openswan', '--product-version', '2.6.37', '--their-product', 'libreswan', '--conn', 'x'],
      { product: 'openswan', productVersion: '2.6.37', theirProduct: 'libreswan', conn: 'x', words: ['a', '-'] },
    ],
    ['convert', ['a', '--to', 'asa', '-o', 'out'], { to: 'asa', for: 'libreswan', output: 'out', words: ['a'] }],
  ])('%s %j', (sub, args, wanted) => expect(parse(sub, args)).toMatchObject(wanted));

  it.each<[string, string[]]>([
    ['check', []],
    ['compare', ['a']],
    ['convert', ['a']],
    ['convert', ['a', '--to', 'pix']],
    ['check', ['a', '--product', 'asa']],
  ])('refuses %s %j', (sub, args) => {
    expect(() => parse(sub, args)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^commander\./) }));
  });
});
