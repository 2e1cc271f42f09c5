import { describe, expect, it } from 'vitest';
import { command } from '../../src/commands/collect.js';
import { parseFlags } from '../support/parse-flags.js';

describe('flags of collect', () => {
  it('has nothing but empty lists when nothing is said', () => {
    expect(parseFlags(command, [])).toEqual({ capture: [], config: [], words: [] });
  });

  it.each<[string[], Record<string, unknown>]>([
    [['-o', 'gw1.json.gz', '--anonymise'], { output: 'gw1.json.gz', anonymise: true }],
    [['--show-redactions', '--json'], { showRedactions: true, json: true }],
    [['--capture', 'a.pcap', 'b.pcap', '--config', 'x.conf'], { capture: ['a.pcap', 'b.pcap'], config: ['x.conf'] }],
  ])('%j', (args, wanted) => expect(parseFlags(command, args)).toMatchObject(wanted));

  it.each([[['--anonymize']], [['-o']], [['--capture']]])('refuses %j', (args) => {
    expect(() => parseFlags(command, args)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^commander\./) }));
  });
});
