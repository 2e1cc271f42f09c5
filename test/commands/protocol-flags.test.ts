import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { refuseForeignFlags } from '../../src/commands/protocol-flags.js';
import { openvpnFlags, tunnelFlags } from '../../src/commands/tunnel-flags.js';

function parsed(...args: readonly string[]): Command {
  const command = openvpnFlags(tunnelFlags(new Command()))
    .option('--openvpn')
    .optionsGroup('Way to the peer:')
    .option('--ike-port <port>')
    .option('--source <address>');
  return command.exitOverride().parse(args, { from: 'user' });
}

describe('flags of the other protocol', () => {
  it.each<['ipsec' | 'openvpn', string[], RegExp]>([
    ['ipsec', ['--secret-file', 'static.key'], /^--secret-file is for OpenVPN$/],
    ['ipsec', ['--cipher', 'AES-256-GCM', '--ca', 'ca.pem'], /^--cipher is for OpenVPN$/],
    ['openvpn', ['--psk-file', 'psk.txt'], /^--psk-file is for IPsec/],
    ['openvpn', ['--ikev1'], /^--ikev1 is for IPsec/],
    ['openvpn', ['--ike-port', '500'], /^--ike-port is for IPsec/],
    ['openvpn', ['--no-child'], /^--no-child is for IPsec/],
  ])('%s %j', (protocol, args, wanted) => {
    expect(() => refuseForeignFlags(parsed(...args), protocol)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(wanted), hint: expect.any(String) }),
    );
  });

  it.each<['ipsec' | 'openvpn', string[]]>([
    ['ipsec', ['--psk-file', 'psk.txt', '--cert', 'me.pem', '--source', '::1']],
    ['openvpn', ['--secret-file', 'static.key', '--key', 'me.key', '--source', '::1', '--openvpn']],
    ['openvpn', []],
  ])('%s goes with %j', (protocol, args) => expect(() => refuseForeignFlags(parsed(...args), protocol)).not.toThrow());

  it('has no shared ones where the ends make their own keys', () => {
    expect(() => refuseForeignFlags(parsed('--cert', 'me.pem'), 'openvpn', new Set())).toThrow('--cert is for IPsec');
  });
});
