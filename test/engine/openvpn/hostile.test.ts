import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { prepareWrapping } from '../../../src/engine/openvpn/wrapping.js';
import type { TlsOutput } from '../../../src/engine/step.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeTls } from '../../support/fake-tls.js';
import { OpenvpnPair } from '../../support/openvpn-pair.js';
import { openvpnSettings, testKey } from '../../support/openvpn-settings.js';
import { seeded } from '../../support/seeded.js';
import { seededBytes } from '../../support/seeded-random.js';

/** `VPNDOCTOR_FUZZ=1000000 npx vitest run test/engine/openvpn/hostile.test.ts` for the long run. */
const MESSAGES = Number(process.env['VPNDOCTOR_FUZZ'] ?? 2000);
const SEED = Number(process.env['VPNDOCTOR_FUZZ_SEED'] ?? 1);
const LIMITS = { halfOpen: 20, sessions: 40 };
const crypt = { kind: 'tls-crypt', key: testKey(2) } as const;

/** A byte set, the end cut, or bytes put behind. */
function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  const how = next();
  if (how < 0.15) return bytes.subarray(0, Math.floor(next() * bytes.length));
  if (how < 0.25) return Buffer.concat([bytes, Buffer.alloc(Math.floor(next() * 50), next() * 256)]);
  const copy = Uint8Array.from(bytes);
  // The front decides where it goes.
  for (let i = 0; i < 1 + next() * 3; i++) copy[Math.floor(next() ** 3 * copy.length)] = next() * 256;
  return copy;
}

function bounded(pair: OpenvpnPair): void {
  for (const side of ['client', 'server'] as const) {
    const { sessions, addresses, timers, leases } = pair.ends[side].size;
    expect(sessions).toBeLessThanOrEqual(LIMITS.sessions);
    expect(addresses).toBeLessThanOrEqual(sessions);
    expect(timers).toBeLessThanOrEqual(8 * sessions);
    expect(leases).toBeLessThanOrEqual(sessions);
  }
}

describe.each([
  ['no wrapping', { kind: 'none' } as const],
  ['tls-crypt', crypt],
])('changed packets with %s', (name, wrapping) => {
  it(`${MESSAGES} of them change nothing that they must not`, () => {
    const seen: { readonly bytes: Uint8Array; readonly from: 'client' | 'server' }[] = [];
    const pair = new OpenvpnPair({
      client: openvpnSettings('client', { wrapping }),
      server: openvpnSettings('server', { wrapping }),
      limits: LIMITS,
      network: (bytes, from) => {
        if (seen.length < 200) seen.push({ bytes, from });
        return [{ bytes, delay: 1 }];
      },
    });
    expect(pair.up()).toBe(true);
    pair.command('client', { kind: 'renegotiate', session: 1 });
    pair.clock.advance(1000);
    const next = seeded(SEED);
    for (let i = 0; i < MESSAGES; i++) {
      const one = seen[Math.floor(next() * seen.length)];
      if (one === undefined) break;
      const to = one.from === 'client' ? 'server' : 'client';
      const stranger = { address: '192.0.2.7', port: 1024 + Math.floor(next() * 5000) };
      if (next() < 0.3) pair.inject('server', mutate(one.bytes, next), stranger);
      else pair.inject(to, mutate(one.bytes, next));
      if (i % 16 === 0) pair.clock.advance(next() * 20);
      if (i % 1000 === 0) {
        bounded(pair);
        for (const list of Object.values(pair.happenings)) list.splice(0, Math.max(0, list.length - 2000));
      }
    }
    bounded(pair);
    if (name !== 'no wrapping') {
      expect(pair.all('client', 'ended')).toEqual([]);
      expect(pair.all('server', 'ended')).toEqual([]);
      pair.command('client', { kind: 'renegotiate', session: 1 });
      pair.clock.advance(2000);
      expect(pair.last('server', 'keys-active')?.keyId).toBe(2);
    }
    pair.clock.advance(600_000);
  });
});

describe('a peer that has the keys', () => {
  it(`${MESSAGES} packets with anything in them, properly wrapped`, () => {
    const wrapping = crypt;
    const pair = new OpenvpnPair({
      client: openvpnSettings('client', { wrapping }),
      server: openvpnSettings('server', { wrapping }),
      limits: LIMITS,
    });
    const next = seeded(SEED + 1);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
    const seal = { client: prepareWrapping(wrapping, 'client'), server: prepareWrapping(wrapping, 'server') };
    for (let i = 0; i < MESSAGES; i++) {
      if (i % 500 === 0) {
        pair.up(2000);
        bounded(pair);
        for (const list of Object.values(pair.happenings)) list.splice(0, Math.max(0, list.length - 2000));
      }
      const from = pick(['client', 'server'] as const);
      const ids = pair.last('client', 'reset-answered');
      const [mine, theirs] = from === 'client' ? [ids?.local, ids?.remote] : [ids?.remote, ids?.local];
      const id = (hex: string | undefined) =>
        hex === undefined || next() < 0.05 ? BigInt(Math.floor(next() * 2 ** 40)) : BigInt(`0x${hex}`);
      const acks = Array.from({ length: Math.floor(next() * 9) }, () => Math.floor(next() * 12));
      const opcode = pick([1, 2, 3, 4, 4, 4, 4, 5, 7, 8, 10, 11, 31]);
      const packet = {
        opcode,
        keyId: pick([0, 0, 0, 1, 1, 2, 7]),
        sessionId: id(mine),
        acks,
        remoteSessionId: acks.length === 0 ? undefined : id(theirs),
        packetId: opcode === 5 ? undefined : Math.floor(next() < 0.9 ? next() * 20 : next() * 2 ** 32),
        payload: seededBytes(i)(Math.floor(next() ** 2 * 1500)),
      };
      const bytes = seal[from].seal(packet, { packetId: 1000 + i, time: 2_000_000_000 });
      pair.inject(from === 'client' ? 'server' : 'client', bytes);
      if (i % 8 === 0) pair.clock.advance(next() * 200);
    }
    bounded(pair);
    pair.clock.advance(600_000);
  });

  it('anything inside TLS: up or with a reason', () => {
    const lines = [
      'PUSH_REPLY',
      'PUSH_REPLY,ifconfig,cipher,peer-id 99999999,peer-id -1,ping x,compress zstd,tun-mtu 0,topology 3',
      `PUSH_REPLY,${'route 10.0.0.0 255.0.0.0,'.repeat(400)}push-continuation 2`,
      'PUSH_REQUEST',
      'AUTH_FAILED,CRV1:R,E:abc:dXNlcg==:What?',
      'AUTH_PENDING,timeout 99999999999999',
      'AUTH_PENDING,timeout 5',
      'RESTART,[N]',
      'EXIT',
      'INFO_PRE,WEB_AUTH::https://example.com',
      '\u0001\u0002',
      'x'.repeat(70_000),
    ];
    const rounds = Math.max(40, Math.min(MESSAGES / 50, 5000));
    for (let round = 0; round < rounds; round++) {
      const next = seeded(SEED * 7919 + round);
      const clock = new FakeClock();
      const pair = new OpenvpnPair({
        client: openvpnSettings('client'),
        server: openvpnSettings('server'),
        seed: round + 1,
        clock,
        tls: (side) => {
          const tls = new FakeTls(clock, seededBytes(round * 2 + (side === 'client' ? 0 : 1)));
          const change = (output: TlsOutput): TlsOutput => {
            const { plain } = output;
            if (plain === undefined || next() < 0.5) return output;
            const line = Buffer.from(`${lines[Math.floor(next() * lines.length)]}\0`, 'utf8');
            return { ...output, plain: next() < 0.5 ? mutate(plain, next) : next() < 0.5 ? line : Buffer.concat([plain, line]) };
          };
          return { handle: (input, answer) => tls.handle(input, (output) => answer(change(output))), close: () => tls.close() };
        },
      });
      if (!pair.up(100_000)) {
        // Half an hour, where the server asks for patience.
        clock.advance(1_900_000);
        expect(pair.last('client', 'ended') ?? pair.last('server', 'ended'), `round ${round}`).toBeDefined();
      }
      pair.finish();
    }
  });

  it('anything through the data channel', () => {
    const pair = new OpenvpnPair({ client: openvpnSettings('client'), server: openvpnSettings('server') });
    pair.up();
    const next = seeded(SEED + 3);
    const occ = fromHex('287f346bd4ef7a812d56b8d3afc5459c');
    for (let i = 0; i < 2000; i++) {
      const body = seededBytes(i)(Math.floor(next() * 40));
      const code = Math.floor(next() * 6);
      pair.command('server', { kind: 'inner', session: 1, bytes: Buffer.concat([occ, Uint8Array.of(code), body]) });
    }
    expect(pair.all('server', 'ended')).toEqual([]);
    // No question is answered with more than a packet.
    for (const { bytes } of pair.all('server', 'send-inner')) expect(bytes.length).toBeLessThan(9100);
  });
});
