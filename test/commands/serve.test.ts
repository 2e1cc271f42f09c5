import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/commands/serve.js';
import { parseFlags } from '../support/parse-flags.js';

describe('flags of serve', () => {
  it.each<[string[], Record<string, unknown>]>([
    [[], { listen: [], pool: [], dns: [], subnet: [], child: true, color: true, words: [] }],
    [['--listen', '192.0.2.1', '--listen', '::1'], { listen: ['192.0.2.1', '::1'] }],
    [
      ['--pool', '10.9.0.0/24', '--dns', '10.9.0.1', '--subnet', '10.0.0.0/8'],
      { pool: ['10.9.0.0/24'], dns: ['10.9.0.1'], subnet: ['10.0.0.0/8'] },
    ],
    [['--once', '--timeout', '5', '--ike-port', '0', '--json'], { once: true, timeout: '5', ikePort: '0', json: true }],
  ])('%j', (args, wanted) => expect(parseFlags(command, args)).toMatchObject(wanted));

  it.each(['--ikev1', '--aggressive'])('says that %s takes both modes of IKEv1', (flag) => {
    const program = new Command();
    command.register(program);
    const option = program.commands[0]?.options.find(({ long }) => long === flag);
    expect(option?.description).toMatch(/serve takes (?:both modes|main mode too)$/);
  });

  it('takes no words', () => expect(() => parseFlags(command, ['gw.example.com'])).toThrow());
});
