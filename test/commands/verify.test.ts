import { describe, expect, it } from 'vitest';
import { command } from '../../src/commands/verify.js';
import { parseFlags } from '../support/parse-flags.js';

describe('flags of verify', () => {
  it('has nothing but empty lists when nothing is said', () => {
    expect(parseFlags(command, [])).toEqual({ only: [], skip: [], config: [], color: true, words: [] });
  });

  it.each<[string[], Record<string, unknown>]>([
    [['--only', 'sysctls,sockets', '--only', 'a', 'b'], { only: ['sysctls', 'sockets', 'a', 'b'] }],
    [['--skip', 'firewall', '--list'], { skip: ['firewall'], list: true }],
    [['--stack', 'libreswan', '--config', 'x.conf'], { stack: 'libreswan', config: ['x.conf'] }],
    [['--bundle', 'gw1.tar.gz', '--json'], { bundle: 'gw1.tar.gz', json: true }],
    [['--watch', '10', '-v', '--no-color'], { watch: '10', verbose: true, color: false }],
    [['--fix', '--yes'], { fix: true, yes: true }],
    [['--fix-script'], { fixScript: true }],
  ])('%j', (args, wanted) => expect(parseFlags(command, args)).toMatchObject(wanted));

  it.each([[['--stack', 'ipsec']], [['--only']], [['--fixes']]])('refuses %j', (args) => {
    expect(() => parseFlags(command, args)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^commander\./) }));
  });
});
