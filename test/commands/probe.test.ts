import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/commands/probe.js';
import { STEPS } from '../../src/commands/tunnel-flags.js';
import { probeIds } from '../../src/probes/ike/probe-ids.js';
import { probeIds as openvpnIds } from '../../src/probes/openvpn/probe-ids.js';

/** What the action of a command below `probe` would be given. */
function parse(name: string, args: readonly string[]): Record<string, unknown> {
  const program = new Command().exitOverride();
  command.register(program);
  const below = program.commands[0]?.commands.find((one) => one.name() === name);
  if (below === undefined) throw new TypeError(`there is no probe ${name}`);
  below
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action(() => {});
  program.parse(['probe', name, ...args], { from: 'user' });
  return { ...below.opts(), words: below.args };
}

const LISTS = { cert: [], peerKey: [], ca: [], crl: [], eapMethod: [], localTs: [], remoteTs: [], child: true, color: true };

describe('flags of probe', () => {
  it.each(['loopback', 'peer'])('%s has nothing but empty lists when nothing is said', (name) => {
    expect(parse(name, name === 'peer' ? ['gw.example.com'] : [])).toEqual({ ...LISTS, words: name === 'peer' ? ['gw.example.com'] : [] });
  });

  it.each<[string[], Record<string, unknown>]>([
    [['gw', '--ike', 'aes256-sha256-modp2048', '--esp', 'aes256'], { ike: 'aes256-sha256-modp2048', esp: 'aes256', words: ['gw'] }],
    [['gw', '--pfs'], { pfs: true }],
    [['--pfs', 'modp2048', '--esn', 'gw'], { pfs: 'modp2048', esn: true, words: ['gw'] }],
    [['gw', '--cert', 'a.pem', '--cert', 'b.pem', '--key', 'k'], { cert: ['a.pem', 'b.pem'], key: 'k' }],
    [['gw', '--no-child', '--until', 'nat', '-w', 'x.pcapng'], { child: false, until: 'nat', write: 'x.pcapng' }],
    [['gw', '--local-ts', '10.0.0.0/8', '--remote-ts', 'fd00::/8'], { localTs: ['10.0.0.0/8'], remoteTs: ['fd00::/8'] }],
    [['gw', '-6', '--tcp', '4500', '--source', '::1'], { ipv6: true, tcp: '4500', source: '::1' }],
  ])('peer %j', (args, wanted) => expect(parse('peer', args)).toMatchObject(wanted));

  it.each([
    ['peer', ['--conn', 'office/net', '--config', 'ipsec.conf'], { conn: 'office/net', config: 'ipsec.conf', words: [] }],
    ['scan', ['--conn', 'office'], { conn: 'office', words: [] }],
  ])('%s %j needs no host', (name, args, wanted) => expect(parse(name, args)).toMatchObject(wanted));

  it('scan takes a rate', () =>
    expect(parse('scan', ['gw', '--rate', '2', '--json'])).toMatchObject({ rate: '2', json: true, words: ['gw'] }));

  it.each([
    ['peer', ['gw', '--signature', 'rot13']],
    ['loopback', ['--ike']],
  ] as const)('%s refuses %j', (name, args) => {
    expect(() => parse(name, args)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^commander\./) }));
  });

  it('names every step in its help', () => {
    const [ipsec = '', openvpn = ''] = STEPS.split('Steps of OpenVPN:');
    const words = (text: string) =>
      text
        .replace('Steps of IPsec:', '')
        .split(/[\s,.]+/)
        .filter((word) => word !== '');
    expect([words(ipsec), words(openvpn)]).toEqual([[...probeIds], [...openvpnIds]]);
  });
});
