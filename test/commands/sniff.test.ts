import { describe, expect, it } from 'vitest';
import { command } from '../../src/commands/sniff.js';
import { parseFlags } from '../support/parse-flags.js';

describe('flags of sniff', () => {
  it('has nothing but lists and defaults when nothing is said', () => {
    expect(parseFlags(command, [])).toEqual({
      read: [],
      spi: [],
      host: [],
      port: [],
      keys: [],
      secret: [],
      pskFile: [],
      source: 'auto',
      color: true,
      words: [],
    });
  });

  it.each<[string[], Record<string, unknown>]>([
    [['-r', 'a', '--read', 'b', '-r', '-'], { read: ['a', 'b', '-'] }],
    [['-i', 'eth0', '-c', '5', 'host', '192.0.2.1'], { interface: 'eth0', count: '5', words: ['host', '192.0.2.1'] }],
    [['-w', 'x', '-C', '100', '-W', '5'], { write: 'x', fileSize: '100', fileCount: '5' }],
    [['-s', '96', '-B', '4096', '--source', 'tcpdump'], { snaplen: '96', bufferSize: '4096', source: 'tcpdump' }],
    [['--esp', '--ah', '--ike', '--openvpn'], { esp: true, ah: true, ike: true, openvpn: true }],
    [['--spi', '0x1', '--spi', '2', '--host', 'h', '--port', '500'], { spi: ['0x1', '2'], host: ['h'], port: ['500'] }],
    [['--from', '10.0.0.1', '--to', '14:05'], { from: '10.0.0.1', to: '14:05' }],
    [['-k', 'a', '-k', 'b', '-E', '0x1@h aes-cbc:0x00'], { keys: ['a', 'b'], secret: ['0x1@h aes-cbc:0x00'] }],
    [['--write-decrypted', 'f', '--embed-keys'], { writeDecrypted: 'f', embedKeys: true }],
    [['-v', '--summary', '--json', '--no-color', '-D'], { verbose: true, summary: true, json: true, color: false, listInterfaces: true }],
  ])('%j', (args, wanted) => expect(parseFlags(command, args)).toMatchObject(wanted));

  it.each(['--esq', '-r', '--spi', '-x'])('refuses %s', (flag) => {
    expect(() => parseFlags(command, [flag])).toThrow(expect.objectContaining({ code: expect.stringMatching(/^commander\./) }));
  });
});
