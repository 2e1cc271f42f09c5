import { describe, expect, it } from 'vitest';
import { type CipherChoice, chooseBetweenPeers, chooseForClient, chooseFromPush } from '../../../src/engine/openvpn/cipher-negotiation.js';
import { readPeerInfo } from '../../../src/engine/openvpn/peer-info.js';
import type { TlsSettings } from '../../../src/engine/openvpn/settings.js';
import { cipher, openvpnSettings } from '../../support/openvpn-settings.js';

const name = (choice: CipherChoice) => (choice.ok ? choice.cipher?.name : choice.refusal.code);
const list = (...names: readonly string[]) => names.map(cipher);
const settings = (role: 'client' | 'server', dataCiphers: readonly string[], fallback?: string): TlsSettings =>
  openvpnSettings(role, { dataCiphers: list(...dataCiphers), ...(fallback !== undefined && { dataCiphersFallback: cipher(fallback) }) });

describe('a server gives', () => {
  it.each<[string, readonly string[], string | undefined, string, string, string]>([
    ['its first that the client has', ['AES-128-GCM', 'AES-256-GCM'], undefined, 'IV_CIPHERS=AES-256-GCM:AES-128-GCM', '', 'AES-128-GCM'],
    ['what IV_NCP=2 stands for', ['CHACHA20-POLY1305', 'AES-256-GCM'], undefined, 'IV_NCP=2', '', 'AES-256-GCM'],
    ['what an old client says in its options', ['AES-256-GCM', 'AES-128-CBC'], undefined, '', 'V4,cipher AES-128-CBC', 'AES-128-CBC'],
    ['the fallback to a client that says nothing', ['AES-256-GCM'], 'BF-CBC', '', 'V4', 'BF-CBC'],
    ['the fallback to a client that says the same', ['AES-256-GCM'], 'AES-256-CBC', '', 'V4,cipher AES-256-CBC', 'AES-256-CBC'],
    ['nothing to who says another', ['AES-256-GCM'], 'AES-256-CBC', '', 'V4,cipher BF-CBC', 'no-common-cipher'],
    ['nothing where nothing is in common', ['AES-256-GCM'], 'AES-256-CBC', 'IV_CIPHERS=AES-128-GCM', 'V4', 'no-common-cipher'],
  ])('%s', (_, ciphers, fallback, info, options, wanted) => {
    expect(name(chooseForClient(settings('server', ciphers, fallback), readPeerInfo(info), options))).toBe(wanted);
  });
});

describe('a client takes', () => {
  it.each<[string, readonly string[], string | undefined, string | undefined, string, string]>([
    ['what is pushed', ['AES-256-GCM', 'AES-128-GCM'], undefined, 'AES-128-GCM', '', 'AES-128-GCM'],
    ['not what it does not allow', ['AES-256-GCM'], 'AES-128-CBC', 'AES-128-CBC', '', 'no-common-cipher'],
    ['not what nobody has', ['AES-256-GCM'], undefined, 'ROT13', '', 'no-common-cipher'],
    [
      'what an old server says in its options',
      ['AES-256-GCM', 'AES-256-CBC'],
      undefined,
      undefined,
      'V4,cipher AES-256-CBC',
      'AES-256-CBC',
    ],
    ['its fallback', ['AES-256-GCM'], 'BF-CBC', undefined, 'V4', 'BF-CBC'],
    ['nothing otherwise', ['AES-256-GCM'], undefined, undefined, 'V4,cipher BF-CBC', 'no-common-cipher'],
    ['what it was told, if it negotiates nothing', [], 'AES-256-CBC', 'AES-256-CBC', '', 'AES-256-CBC'],
  ])('%s', (_, ciphers, fallback, pushed, options, wanted) => {
    expect(name(chooseFromPush(settings('client', ciphers, fallback), pushed, options))).toBe(wanted);
  });

  it('and says both ends of what is not in common', () => {
    const choice = chooseFromPush(settings('client', ['AES-256-GCM'], 'BF-CBC'), 'AES-128-CBC', '');
    expect(choice).toMatchObject({
      ok: false,
      refusal: {
        text: 'the server pushed the cipher AES-128-CBC, which is not among our data-ciphers',
        ours: 'data-ciphers AES-256-GCM, data-ciphers-fallback BF-CBC',
        theirs: 'AES-128-CBC',
      },
    });
  });
});

it('between two ends the preference of the TLS server counts, whoever looks', () => {
  const [ours, theirs] = [
    ['AES-256-GCM', 'AES-128-GCM'],
    ['AES-128-GCM', 'AES-256-GCM'],
  ];
  const atServer = chooseBetweenPeers(settings('server', ours), readPeerInfo(`IV_CIPHERS=${theirs.join(':')}`), true, '');
  const atClient = chooseBetweenPeers(settings('client', theirs), readPeerInfo(`IV_CIPHERS=${ours.join(':')}`), true, '');
  expect([name(atServer), name(atClient)]).toEqual(['AES-256-GCM', 'AES-256-GCM']);
  expect(name(chooseBetweenPeers(settings('client', ours), readPeerInfo('IV_CIPHERS=X'), true, ''))).toBe('no-common-cipher');
  expect(name(chooseBetweenPeers(settings('client', ours, 'BF-CBC'), readPeerInfo(''), false, 'V4,cipher BF-CBC'))).toBe('BF-CBC');
});
