import { describe, expect, it } from 'vitest';
import type { TlsSettings } from '../../../src/engine/openvpn/settings.js';
import { wrapClientKey } from '../../support/openvpn-client-key.js';
import { OpenvpnPair } from '../../support/openvpn-pair.js';
import { digest, openvpnSettings, testKey } from '../../support/openvpn-settings.js';
import { seeded } from '../../support/seeded.js';

/** `VPNDOCTOR_FUZZ=10000 npx vitest run test/engine/openvpn/network.test.ts` for the long run. */
const RUNS = Math.min(Number(process.env['VPNDOCTOR_FUZZ'] ?? 8), 10_000);
const SEED = Number(process.env['VPNDOCTOR_FUZZ_SEED'] ?? 1);

const v2 = wrapClientKey(testKey(3).halves[0], testKey(4), Uint8Array.of(0));
const auth = (direction: 0 | 1) => ({ kind: 'tls-auth', key: testKey(1), direction, digest: digest('SHA1') }) as const;
const crypt = { kind: 'tls-crypt', key: testKey(2) } as const;
const WRAPPINGS: readonly (readonly [string, TlsSettings['wrapping'], TlsSettings['wrapping']])[] = [
  ['no wrapping', { kind: 'none' }, { kind: 'none' }],
  ['tls-auth', auth(1), auth(0)],
  ['tls-crypt', crypt, crypt],
  ['tls-crypt-v2', v2.client, v2.server],
];

/** A wire that loses, delays, doubles and spoils. */
function badWire(seed: number, corrupt: number): (bytes: Uint8Array) => readonly { readonly bytes: Uint8Array; readonly delay: number }[] {
  const next = seeded(seed);
  return (bytes) => {
    if (next() < 0.15) return [];
    const copies = next() < 0.1 ? 2 : 1;
    return Array.from({ length: copies }, () => {
      const copy = Uint8Array.from(bytes);
      if (next() < corrupt) copy[Math.floor(next() * copy.length)] = Math.floor(next() * 256);
      return { bytes: copy, delay: 5 + next() * 300 };
    });
  };
}

function keysMatch(pair: OpenvpnPair): boolean {
  const [client, server] = [pair.last('client', 'keys')?.keys, pair.last('server', 'keys')?.keys];
  return client !== undefined && server !== undefined && Buffer.from(client.send.cipher.reveal()).equals(server.receive.cipher.reveal());
}

describe.each(WRAPPINGS)('over a bad wire with %s', (name, client, server) => {
  it(`${RUNS} runs: up and renegotiated, or with a reason, and nothing is left`, () => {
    let up = 0;
    for (let run = 0; run < RUNS; run++) {
      const seed = SEED * 100_000 + run;
      // Without wrapping a spoilt byte reaches TLS, which ends it.
      const pair = new OpenvpnPair({
        client: openvpnSettings('client', { wrapping: client, handshakeWindow: 120 }),
        server: openvpnSettings('server', { wrapping: server, handshakeWindow: 120 }),
        seed,
        network: badWire(seed, name === 'no wrapping' ? 0.01 : 0.05),
      });
      if (pair.up(300_000)) {
        up++;
        expect(keysMatch(pair), `run ${seed}`).toBe(true);
        const session = pair.sessionOf('client');
        if (session !== undefined) pair.command('client', { kind: 'renegotiate', session });
        pair.clock.advance(150_000);
        if (pair.last('client', 'keys')?.keys.keyId === 1) expect(keysMatch(pair), `run ${seed}`).toBe(true);
        else expect(pair.last('client', 'renegotiation-failed') ?? pair.last('client', 'ended'), `run ${seed}`).toBeDefined();
      } else {
        pair.clock.advance(300_000);
        expect(pair.last('client', 'ended')?.refusal?.text, `run ${seed}`).toBeDefined();
      }
      pair.finish();
      // What one end ended without the other's knowledge.
      for (const side of ['client', 'server'] as const) {
        for (const { session } of pair.all(side, 'keys')) pair.command(side, { kind: 'close', session });
      }
      pair.clock.advance(600_000);
      for (const side of ['client', 'server'] as const) {
        expect(pair.ends[side].size, `run ${seed}`).toEqual({ sessions: 0, addresses: 0, timers: 0, leases: 0 });
      }
      expect(pair.fakeTls.map(({ conversations }) => conversations.size)).toEqual([0, 0]);
      expect(pair.clock.pending, `run ${seed}`).toBe(0);
    }
    // A spoilt byte in TLS is the end; what is wrapped must always come through.
    if (name === 'no wrapping') expect(up).toBeGreaterThan(RUNS / 2);
    else expect(up).toBe(RUNS);
  });
});
