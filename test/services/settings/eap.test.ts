import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import { makeSelfSigned } from '../../../src/crypto/certificates/self-signed.js';
import { readOwnKey } from '../../../src/services/settings/credentials.js';
import { eapClient, eapServer } from '../../../src/services/settings/eap.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const PASSWORD = ['--eap-user', 'anna', '--eap-password-file', 'PASSWORD'];

/** The words that name files of ours. */
function flags(args: readonly string[]) {
  writeFileSync(at('password'), 'word\n');
  return tunnelFlagsOf(args.map((word) => (word === 'PASSWORD' ? at('password') : word)));
}

function ownKey() {
  const { certificate, key } = makeSelfSigned({ name: 'gw', usage: 'serverAuth', days: 90 }, randomBytes, Date.now());
  writeFileSync(at('gw.pem'), certificate.toString());
  writeFileSync(at('gw.key'), key.export({ type: 'pkcs8', format: 'pem' }));
  return readOwnKey(tunnelFlagsOf(['--cert', at('gw.pem'), '--key', at('gw.key')]));
}

describe('EAP of an initiator', () => {
  it('is none without a name', () => expect(eapClient(flags([]), undefined)).toBeUndefined());

  it.each<[string[], string[]]>([
    [PASSWORD, ['mschapv2', 'md5', 'gtc']],
    [
      [...PASSWORD, '--eap-method', 'EAP-MSCHAP-V2,md5'],
      ['mschapv2', 'md5'],
    ],
  ])('%j: %j', (args, methods) => {
    expect(eapClient(flags(args), undefined)).toMatchObject({ methods, identity: 'anna', username: 'anna' });
  });

  it('offers TLS where there is a key', () => {
    expect(eapClient(flags(PASSWORD), ownKey())?.methods).toEqual(['tls', 'mschapv2', 'md5', 'gtc']);
  });

  it('takes the user that a file holds', () => {
    const held = { eapUsers: [{ name: 'bert', password: new Secret(Buffer.from('x')) }] };
    expect(eapClient({ ...flags([]), held }, undefined)).toMatchObject({ username: 'bert' });
  });

  it.each<[string[], RegExp]>([
    [['--eap-user', 'anna'], /without a password/],
    [['--eap-password-file', 'PASSWORD'], /without --eap-user/],
    [['--eap-method', 'peap'], /peap is not a method/],
    [['--eap-method', 'tls'], /without a certificate/],
  ])('%j is refused', (args, message) => expect(() => eapClient(flags(args), undefined)).toThrow(message));
});

describe('EAP of a responder', () => {
  it('is asked for where there are users', () => {
    expect(eapServer(flags([]), ownKey())).toBeUndefined();
    expect(eapServer(flags(PASSWORD), ownKey())).toMatchObject({ methods: ['mschapv2'], users: [{ name: 'anna' }] });
  });

  it.each<[string[], boolean, RegExp]>([
    [PASSWORD, false, /EAP without a certificate/],
    [['--eap-user', 'anna'], true, /without a password/],
  ])('%j is refused', (args, withKey, message) => {
    expect(() => eapServer(flags(args), withKey ? ownKey() : undefined)).toThrow(message);
  });
});
