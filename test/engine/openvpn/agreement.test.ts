import { describe, expect, it } from 'vitest';
import { type Agreement, dynamicKeyOf, makeDataKeys } from '../../../src/engine/openvpn/agreement.js';
import { keyMethodBytes, ourKeyMethod } from '../../../src/engine/openvpn/key-method-message.js';
import { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { readPushed } from '../../../src/engine/openvpn/push-options.js';
import { cipher, openvpnSettings, testKey } from '../../support/openvpn-settings.js';
import { seededBytes } from '../../support/seeded-random.js';

const settings = { client: openvpnSettings('client'), server: openvpnSettings('server') };
const IDS = { client: 0x1122334455667788n, server: 0x99aabbccddeeff00n };

const agreement = (over: Partial<Agreement> = {}): Agreement => ({
  cipher: cipher('AES-256-GCM'),
  exporter: false,
  dynamicTlsCrypt: false,
  epochs: false,
  controlExit: true,
  explicitExitNotify: 1,
  parameters: { ...readPushed(settings.client, []).parameters, cipher: cipher('AES-256-GCM') },
  ...over,
});

/** Both ends' view of one key. */
function ends(over: Partial<Agreement> = {}, exported: readonly Uint8Array[] = []) {
  const said = { client: ourKeyMethod(settings.client, seededBytes(1)), server: ourKeyMethod(settings.server, seededBytes(2)) };
  const make = (role: 'client' | 'server') => {
    const other = role === 'client' ? 'server' : 'client';
    const negotiation = new Negotiation(3, 'x', false);
    negotiation.ours = said[role];
    // As it arrives: a server sends no pre-master secret.
    negotiation.hear(keyMethodBytes(said[other]), other === 'client', 10_000);
    negotiation.exported = exported;
    return makeDataKeys(settings[role], { localId: IDS[role], remoteId: IDS[other] }, negotiation, agreement(over));
  };
  return { client: make('client'), server: make('server') };
}

const hex = (key: { readonly cipher: { reveal(): Uint8Array } }) => Buffer.from(key.cipher.reveal()).toString('hex');

describe('keys of the data channel', () => {
  it.each<[string, Partial<Agreement>, readonly Uint8Array[], string]>([
    ['of key method 2', {}, [], 'key method 2'],
    ['of what TLS exports', { exporter: true }, [seededBytes(5)(256)], 'exporter'],
    ['of key method 2 where TLS exports nothing', { exporter: true }, [], 'key method 2'],
  ])('%s are the same at both ends, each way its own', (_, over, exported, derivation) => {
    const { client, server } = ends(over, exported);
    expect([client.keyId, client.derivation, server.derivation]).toEqual([3, derivation, derivation]);
    expect(hex(client.send)).toBe(hex(server.receive));
    expect(hex(client.receive)).toBe(hex(server.send));
    expect(hex(client.send)).not.toBe(hex(client.receive));
  });

  it('have a digest only where the cipher does not authenticate', () => {
    expect(ends().client.digest).toBeUndefined();
    expect(ends({ cipher: cipher('AES-256-CBC') }).client.digest?.name).toBe('SHA1');
  });

  it('carry the peer id, and epochs where both have them', () => {
    const { parameters } = agreement();
    expect(ends({ epochs: true, parameters: { ...parameters, peerId: 7 } }).client).toMatchObject({ peerId: 7, epochs: true });
    expect(ends().client).not.toHaveProperty('peerId');
  });
});

describe('the key that renegotiations are wrapped with', () => {
  it('is there where both know it and TLS exports it', () => {
    const negotiation = new Negotiation(0, 'x', false);
    expect(dynamicKeyOf(negotiation, agreement({ dynamicTlsCrypt: true }), undefined)).toBeUndefined();
    negotiation.exported = [seededBytes(1)(256), seededBytes(2)(256)];
    expect(dynamicKeyOf(negotiation, agreement(), undefined)).toBeUndefined();
    const bare = dynamicKeyOf(negotiation, agreement({ dynamicTlsCrypt: true }), undefined);
    const mixed = dynamicKeyOf(negotiation, agreement({ dynamicTlsCrypt: true }), testKey(3));
    expect(bare?.halves).toHaveLength(2);
    expect(hex((bare as NonNullable<typeof bare>).halves[0])).not.toBe(hex((mixed as NonNullable<typeof mixed>).halves[0]));
  });
});
