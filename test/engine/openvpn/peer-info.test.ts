import { describe, expect, it } from 'vitest';
import { epochsWith, firstCommon, IV_PROTO, ourPeerInfo, readPeerInfo } from '../../../src/engine/openvpn/peer-info.js';
import { cipher, openvpnSettings } from '../../support/openvpn-settings.js';

describe('what we say of ourselves', () => {
  it('as a client: what we can, epoch keys among it', () => {
    const { lines, proto, ciphers, takesMtu } = readPeerInfo(ourPeerInfo(openvpnSettings('client', { peerInfo: ['UV_SITE=lab'] })));
    expect(lines).toContain('UV_SITE=lab');
    expect(lines).toContain('IV_NCP=2');
    expect(ciphers).toEqual(['AES-256-GCM', 'AES-128-GCM', 'CHACHA20-POLY1305']);
    expect(takesMtu).toBe(true);
    expect(proto & IV_PROTO.REQUEST_PUSH).not.toBe(0);
    expect(proto & IV_PROTO.NCP_P2P).toBe(0);
    expect(proto & IV_PROTO.DATA_EPOCH).not.toBe(0);
  });

  it('as a server nothing; as one of two ends what is negotiated', () => {
    expect(ourPeerInfo(openvpnSettings('server'))).toBe('');
    const { proto, lines } = readPeerInfo(ourPeerInfo(openvpnSettings('server', { pushes: false })));
    expect(proto & IV_PROTO.NCP_P2P).not.toBe(0);
    expect(proto & IV_PROTO.REQUEST_PUSH).toBe(0);
    expect(lines.some((line) => line.startsWith('IV_LZO'))).toBe(false);
  });

  it('negotiating nothing', () => {
    const info = readPeerInfo(ourPeerInfo(openvpnSettings('client', { dataCiphers: [] })));
    expect([info.proto, info.ciphers]).toEqual([IV_PROTO.DATA_V2, undefined]);
  });
});

it('agrees on epoch keys with AEAD, and with a peer that says it has them', () => {
  const all = IV_PROTO.DATA_EPOCH | IV_PROTO.DATA_V2 | IV_PROTO.TLS_KEY_EXPORT;
  expect(epochsWith(all, cipher('AES-128-GCM'))).toBe(true);
  expect(epochsWith(all, cipher('AES-256-CBC'))).toBe(false);
  expect(epochsWith(all, undefined)).toBe(false);
  expect(epochsWith(all & ~IV_PROTO.DATA_V2, cipher('AES-128-GCM'))).toBe(false);
  expect(epochsWith(IV_PROTO.DATA_V2 | IV_PROTO.TLS_KEY_EXPORT, cipher('AES-128-GCM'))).toBe(false);
});

it.each<[string | undefined, number, readonly string[] | undefined]>([
  [undefined, 0, undefined],
  ['IV_VER=2.3.2\n', 0, undefined],
  ['IV_VER=2.4.9\nIV_PROTO=2\nIV_NCP=2\n', 2, ['AES-256-GCM', 'AES-128-GCM']],
  ['IV_PROTO=990\nIV_NCP=2\nIV_CIPHERS=AES-256-GCM:X\n', 990, ['AES-256-GCM', 'X']],
  ['IV_PROTO=x\nIV_NCP=1\n', 0, undefined],
  ['IV_PROTO=99999999999\n', 0, undefined],
])('of a peer: %j', (text, proto, ciphers) => expect(readPeerInfo(text)).toMatchObject({ proto, ciphers }));

it('is bounded', () => {
  const { lines } = readPeerInfo(`UV_A=${'x'.repeat(5000)}\n`.repeat(500));
  expect(lines.length).toBe(64);
  expect(lines[0]?.length).toBe(512);
});

it('the first in common, whatever the case', () => {
  expect(firstCommon([cipher('AES-256-GCM'), cipher('AES-128-CBC')], ['aes-128-cbc', 'AES-256-GCM'])?.name).toBe('AES-256-GCM');
  expect(firstCommon([], ['AES-256-GCM'])).toBeUndefined();
});
