import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../../src/engine/openvpn/agreement.js';
import { agreeBetweenPeers } from '../../../src/engine/openvpn/between-peers.js';
import { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { IV_PROTO } from '../../../src/engine/openvpn/peer-info.js';
import type { Session } from '../../../src/engine/openvpn/session.js';
import type { TlsSettings } from '../../../src/engine/openvpn/settings.js';
import type { Refusal } from '../../../src/engine/refusal.js';
import { openvpnEffects } from '../../support/openvpn-effects.js';
import { cipher, openvpnSettings } from '../../support/openvpn-settings.js';

/** What comes of a peer that says this of itself. */
function agree(peerInfo: string, options = 'V4,dev-type tun', over: Partial<TlsSettings> = {}) {
  const outcome: { agreement?: Agreement; refusal?: Refusal } = {};
  const session = {
    settings: openvpnSettings('client', { pushes: false, ...over }),
    complete: (_: Negotiation, agreement: Agreement) => {
      outcome.agreement = agreement;
    },
    fail: (_: Negotiation, refusal: Refusal) => {
      outcome.refusal = refusal;
    },
  } as unknown as Session;
  const negotiation = new Negotiation(0, 'x', false);
  const random = new Uint8Array(32);
  negotiation.theirs = { preMaster: undefined, random1: random, random2: random, options, username: '', password: '', peerInfo };
  agreeBetweenPeers(session, negotiation, openvpnEffects());
  return outcome;
}

const MODERN = IV_PROTO.NCP_P2P | IV_PROTO.DATA_V2 | IV_PROTO.TLS_KEY_EXPORT | IV_PROTO.DYN_TLS_CRYPT | IV_PROTO.CC_EXIT_NOTIFY;

describe('two ends that push nothing', () => {
  it('agree on what both say of themselves', () => {
    const { agreement } = agree(`IV_PROTO=${MODERN}\nIV_CIPHERS=AES-256-GCM:AES-128-GCM\n`);
    expect(agreement).toMatchObject({
      cipher: { name: 'AES-256-GCM' },
      exporter: true,
      dynamicTlsCrypt: true,
      epochs: false,
      controlExit: true,
    });
    expect(agreement?.parameters.peerId).toBe(0x76706e);
  });

  it('have epochs where both know them and the cipher authenticates', () => {
    const { agreement } = agree(`IV_PROTO=${MODERN | IV_PROTO.DATA_EPOCH}\nIV_CIPHERS=AES-256-GCM\n`);
    expect(agreement?.epochs).toBe(true);
  });

  it('negotiate nothing with a peer that does not', () => {
    const fallback = cipher('AES-256-CBC');
    const { agreement } = agree('', 'V4,dev-type tun,cipher AES-256-CBC', { dataCiphersFallback: fallback });
    expect(agreement).toMatchObject({ cipher: { name: 'AES-256-CBC' }, exporter: false, dynamicTlsCrypt: false, epochs: false });
    expect(agreement?.parameters.peerId).toBeUndefined();
  });

  it('refuse without a cipher in common', () => {
    expect(agree(`IV_PROTO=${MODERN}\nIV_CIPHERS=BF-CBC\n`).refusal?.code).toBe('no-common-cipher');
  });
});
