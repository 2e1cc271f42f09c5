import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { initiatorSettings, responderSettings, triesWithin } from '../../../src/services/settings/from-flags.js';
import { selectorFacts } from '../../../src/wire/ike/selector-facts.js';
import { MISSING } from '../../support/missing-path.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const PATIENCE = { first: 500, patience: 8000 };

function io(answer?: string) {
  const warnings: string[] = [];
  return { warnings, ask: answer === undefined ? undefined : async () => answer, warn: (line: string) => warnings.push(line) };
}

const initiate = (args: readonly string[], family: 4 | 6 = 4) => initiatorSettings(tunnelFlagsOf(args), family, PATIENCE, io());
const texts = (selectors: Parameters<typeof selectorFacts>[0]['selectors']) => selectorFacts({ selectors }).map(({ text }) => text);

describe('settings of an initiator', () => {
  it('have everything that can be left out', async () => {
    const { settings, proof, canVerify, selectorsGiven, childGiven } = await initiate([]);
    expect({ proof, canVerify, selectorsGiven, childGiven }).toEqual({
      proof: undefined,
      canVerify: false,
      selectorsGiven: false,
      childGiven: false,
    });
    expect(settings.localAuth).toEqual({ method: 'null' });
    expect(settings.remoteAuth.acceptUnverified).toBe(true);
    expect(texts(settings.child?.localSelectors ?? [])).toEqual(['0.0.0.0/0']);
    expect(texts((await initiate([], 6)).settings.child?.remoteSelectors ?? [])).toEqual(['::/0']);
  });

  it('take a PSK from the command line, and warn', async () => {
    const told = io();
    const { settings, proof } = await initiatorSettings(tunnelFlagsOf(['--psk', 'secret']), 4, PATIENCE, told);
    expect([settings.localAuth.method, proof]).toEqual(['psk', 'pre-shared key']);
    expect(told.warnings).toEqual([expect.stringContaining('seen by every user')]);
    expect(JSON.stringify(settings.localAuth)).not.toContain('secret"}');
  });

  it.each([
    ['plain\n', 'plain'],
    ['with blanks and "quotes"', 'with blanks and "quotes"'],
    ['0x414243', 'ABC'],
    ['0sQUJD', 'ABC'],
    ['ABC\r\n', 'ABC'],
  ])('take a PSK from a file: %j', async (content, wanted) => {
    writeFileSync(at('psk'), content);
    const { settings } = await initiate(['--psk-file', at('psk')]);
    expect(settings.localAuth.method === 'psk' && Buffer.from(settings.localAuth.secret.reveal()).toString()).toBe(wanted);
  });

  it('ask for a PSK where somebody can be asked', async () => {
    const { settings } = await initiatorSettings(tunnelFlagsOf(['--psk-prompt']), 4, PATIENCE, io('typed'));
    expect(settings.localAuth.method).toBe('psk');
    await expect(initiate(['--psk-prompt'])).rejects.toThrow(/not a terminal/);
  });

  it.each<[readonly string[], object]>([
    [['--id', '@here', '--peer-id', '192.0.2.9'], { localId: { type: 2 }, askedId: { type: 1 } }],
    [['--virtual-ip'], { request: { ipv4: true, ipv6: true, dns: true, subnets: true } }],
    [['--force-encap', '--mobike', '--fragment-size', '0'], { encapsulation: 'force', mobike: true, fragmentSize: 0 }],
    [['--transport-mode', '--ipcomp'], { child: { mode: 'transport', compress: true } }],
    [
      ['--eap-user', 'anna', '--eap-password-file', 'PASSWORD'],
      { localAuth: { method: 'eap', eap: { username: 'anna', methods: ['mschapv2', 'md5', 'gtc'] } } },
    ],
    [['--null-auth'], { localAuth: { method: 'null' }, remoteAuth: { allowNull: true } }],
    [['--ppk-id', 'k1', '--ppk-file', 'PASSWORD', '--ppk-optional'], { ppk: { id: 'k1', mandatory: false } }],
  ])('%j', async (args, wanted) => {
    writeFileSync(at('password'), 'word\n');
    const { settings } = await initiate(args.map((word) => (word === 'PASSWORD' ? at('password') : word)));
    expect(settings).toMatchObject(wanted);
  });
});

describe('settings of a responder', () => {
  it('need something to authenticate with', async () => {
    await expect(responderSettings(tunnelFlagsOf([]), 4, PATIENCE, io())).rejects.toThrow(/nothing to authenticate with/);
  });

  it('accept nobody whom they cannot check', async () => {
    const { settings } = await responderSettings(
      tunnelFlagsOf(['--psk', 'secret', '--pool', '10.9.0.0/24', '--dns', '10.9.0.1']),
      4,
      PATIENCE,
      io(),
    );
    expect(settings.remoteAuth.acceptUnverified).toBe(false);
    expect(settings.pool).toEqual({ pools: [{ first: '10.9.0.2', count: 253 }], dns: ['10.9.0.1'], subnets: [] });
  });
});

describe('what cannot be is refused with what to do', () => {
  it.each<[readonly string[], RegExp]>([
    [['--psk', 'a', '--psk-prompt'], /exclude each other/],
    [['--psk-file', MISSING], /no such file/],
    [['--psk-file', '.'], /--psk-file \./],
    [['--psk-file', 'MANY'], /more than one line/],
    [['--psk-file', 'SECRETS'], /more than one line with a secret/],
    [['--psk-file', 'EMPTY'], /is empty/],
    [['--psk', '0xzz'], /not hex/],
    [['--cert', 'MANY'], /--cert without --key/],
    [['--key', 'MANY'], /private key/],
    [['--cert', 'MANY', '--key', 'MANY'], /private key/],
    [['--key', 'X25519'], /key of x25519, which signs nothing/],
    [['--ca', 'MANY'], /certificate/],
    [['--crl', 'MANY'], /no revocation list/],
    [['--ca', MISSING], /no such file/],
    [['--ppk-id', 'k'], /a name and a secret/],
    [['--ppk-optional'], /without a PPK/],
    [['--ike', 'rot13'], /no algorithm/],
    [['--ikev1', '--null-auth'], /--null-auth is for IKEv2/],
    [['--aggressive', '--eap-user', 'anna'], /--eap-user is for IKEv2/],
    [['--ikev1', '--ppk-id', 'k'], /--ppk-id is for IKEv2/],
    [['--ikev1', '--mobike'], /--mobike is for IKEv2/],
    [['--ikev1', '--ike', 'aes256gcm16-prfsha256-x25519'], /cannot be said in IKEv1/],
    [['--fragment-size', '12'], /not a size/],
    [['--fragment-size', 'big'], /not a size/],
    [['--id', ''], /--id is empty/],
  ])('%j', async (args, message) => {
    writeFileSync(at('many'), 'one\ntwo\n');
    writeFileSync(at('secrets'), '10.0.0.1 10.0.0.2 : PSK "secret"\n');
    writeFileSync(at('empty'), '');
    writeFileSync(at('x25519'), generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const files: Readonly<Record<string, string>> = { MANY: at('many'), SECRETS: at('secrets'), EMPTY: at('empty'), X25519: at('x25519') };
    await expect(initiate(args.map((word) => files[word] ?? word))).rejects.toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message) }),
    );
  });
});

describe('triesWithin', () => {
  it.each([
    [{ first: 500, patience: 500 }, 1],
    [{ first: 500, patience: 1400 }, 2],
    [{ first: 500, patience: 8000 }, 5],
  ])('%j is %i', (patience, wanted) => expect(triesWithin(patience)).toBe(wanted));
});
