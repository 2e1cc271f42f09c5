import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isOpenvpnFile } from '../../../src/services/openvpn/is-openvpn.js';
import { MISSING } from '../../support/missing-path.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();

describe('a configuration of OpenVPN among the arguments', () => {
  it.each([
    ['some.ovpn', '', true],
    ['client.conf', 'client\nremote vpn.example.com\n', true],
    ['ipsec.conf', 'conn office\n\tleft=10.0.0.1\n', false],
    ['me.pem', '-----BEGIN CERTIFICATE-----\n', false],
  ])('%s with %j: %s', (name, text, wanted) => {
    writeFileSync(at(name), text);
    expect(isOpenvpnFile(at(name))).toBe(wanted);
  });

  it.each([undefined, 'gw.example.com', '192.0.2.1', '192.0.2.0/24', 'fe80::1%eth0'])('%s is none', (what) =>
    expect(isOpenvpnFile(what)).toBe(false),
  );

  it.each(['nowhere.ovpn', './nowhere', `${MISSING}/client.conf`])('%s is missed', (what) =>
    expect(() => isOpenvpnFile(what)).toThrow(`${what}: no such file`),
  );

  it('a folder is none', () => {
    mkdirSync(at('folder.ovpn'));
    expect(() => isOpenvpnFile(at('folder.ovpn'))).toThrow('it is a directory');
  });
});
