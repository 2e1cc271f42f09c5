import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { initiatorSettings, responderSettings } from '../../../src/services/settings/from-flags.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';
import { rsaSigKey } from '../../support/public-key-text.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const PATIENCE = { first: 500, patience: 8000 };
const io = { ask: undefined, warn: () => undefined };
const initiate = (args: readonly string[]) => initiatorSettings(tunnelFlagsOf(args), 4, PATIENCE, io);
const NO_POOL = { pool: [], dns: [], subnet: [] };

/** `PASSWORD` stands for a file with one, `KEY` for a private key, `PEER` for a public one. */
function files(args: readonly string[]): readonly string[] {
  writeFileSync(at('password'), 'test-password-not-secret');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  writeFileSync(at('peer'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(at('key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return args.map((word) => (word === 'PASSWORD' ? at('password') : word === 'KEY' ? at('key') : word === 'PEER' ? at('peer') : word));
}

const USER = ['--xauth-user', 'anna', '--xauth-password-file', 'PASSWORD'];

describe('flags of IKEv1', () => {
  it.each<readonly [readonly string[], object | undefined]>([
    [[], undefined],
    [['--ikev1'], { exchange: 'main' }],
    [['--aggressive'], { exchange: 'aggressive' }],
    [['--ikev1', '--mode-config', 'push'], { exchange: 'main', modeConfig: 'push' }],
    [['--ikev1', '--nat-t', 'draft-00, draft-02n'], { exchange: 'main', natMethods: ['draft-00', 'draft-02n'] }],
    [['--ikev1', ...USER, '--hybrid', '--peer-key', 'PEER'], { exchange: 'main', hybrid: true, xauth: { name: 'anna' } }],
  ])('%j', async (args, wanted) => {
    const { ikev1 } = await initiate(files(args));
    if (wanted === undefined) expect(ikev1).toBeUndefined();
    else expect(ikev1).toMatchObject(wanted);
  });

  it('a gateway lets its user in', async () => {
    const flags = { ...tunnelFlagsOf(files(['--ikev1', '--psk', 'secret', ...USER])), ...NO_POOL, xauthType: 'chap' as const };
    const { ikev1 } = await responderSettings(flags, 4, PATIENCE, io);
    expect(ikev1).toMatchObject({ exchange: 'main', xauthType: 'chap', xauthUsers: [{ name: 'anna' }] });
    expect(ikev1).not.toHaveProperty('xauth');
  });

  it.each<readonly [readonly string[], RegExp]>([
    [[...USER], /--xauth-user is for IKEv1/],
    [['--hybrid'], /--hybrid is for IKEv1/],
    [['--mode-config', 'push'], /--mode-config is for IKEv1/],
    [['--nat-t', 'rfc3947'], /--nat-t is for IKEv1/],
    [['--ikev1', '--nat-t', 'draft-04'], /draft-04 is no way of NAT traversal/],
    [['--ikev1', '--xauth-user', 'anna'], /belong together/],
    [['--ikev1', '--hybrid'], /--hybrid without a user/],
    [['--ikev1', '--hybrid', ...USER], /the password would go to anybody/],
    [['--ikev1', '--hybrid', ...USER, '--psk', 'secret'], /the gateway alone has a key/],
    [['--ikev1', '--hybrid', ...USER, '--key', 'KEY'], /the gateway alone has a key/],
    [['--ikev1', '--null-auth'], /--null-auth is for IKEv2/],
  ])('%j is refused', async (args, text) => {
    await expect(initiate(files(args))).rejects.toThrow(text);
  });
});

describe('--peer-key', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const forms: readonly (readonly [string, () => string])[] = [
    ['PEM in a file', () => publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['a line of ipsec showhostkey in a file', () => `\trightrsasigkey=${rsaSigKey(publicKey)}\n`],
  ];

  it.each(forms)('%s', async (_, content) => {
    writeFileSync(at('peer'), content());
    const { settings, canVerify } = await initiate(['--peer-key', at('peer')]);
    expect(canVerify).toBe(true);
    expect(settings.remoteAuth.rawKeys.map((key) => key.equals(publicKey))).toEqual([true]);
  });

  it('the word itself, and several', async () => {
    writeFileSync(at('peer'), publicKey.export({ type: 'spki', format: 'der' }));
    const { settings } = await initiate(['--peer-key', rsaSigKey(publicKey), '--peer-key', at('peer')]);
    expect(settings.remoteAuth.rawKeys.map((key) => key.equals(publicKey))).toEqual([true, true]);
  });

  it('what is no key is refused', async () => {
    writeFileSync(at('peer'), 'hello');
    await expect(initiate(['--peer-key', at('peer')])).rejects.toThrow(/is no public key/);
    await expect(initiate(['--peer-key', at('nowhere')])).rejects.toThrow(/no such file/);
  });
});
