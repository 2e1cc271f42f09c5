import { describe, expect, it } from 'vitest';
import type { ChildSettings } from '../../../src/engine/ike/settings.js';
import { exchangeIv, openPayloads, sealPayloads } from '../../../src/engine/ikev1/message-crypt.js';
import { out } from '../../../src/engine/ikev1/payloads.js';
import { coveredBytes, laterHash } from '../../../src/engine/ikev1/phase1-keys.js';
import { idBytes } from '../../../src/engine/ikev1/send-informational.js';
import type { Ikev1Settings } from '../../../src/engine/ikev1/settings.js';
import type { Established, Ikev1Sa, Protection } from '../../../src/engine/ikev1/state.js';
import type { Message } from '../../../src/engine/step.js';
import type { OutgoingPayload, PayloadNode } from '../../../src/wire/ike/chain.js';
import { FLAG_V1_COMMIT, FLAG_V1_ENCRYPTION } from '../../../src/wire/ike/header.js';
import { decodeMessage, encodeMessage } from '../../../src/wire/ike/message.js';
import { EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../../src/wire/ike/tables/notify-v1.js';
import { V1 } from '../../../src/wire/ike/tables/payload-types.js';
import { initiatorSettings, proposal, responderSettings, secret } from '../../support/ike-settings.js';
import { Ikev1Pair, V1_ESP } from '../../support/ikev1-pair.js';
import { seeded } from '../../support/seeded.js';

/** `VPNDOCTOR_FUZZ=1000000 npx vitest run test/engine/ikev1/hostile.test.ts` for the long run. */
const MESSAGES = Number(process.env['VPNDOCTOR_FUZZ'] ?? 6_000);
const SEED = Number(process.env['VPNDOCTOR_FUZZ_SEED'] ?? 1);
/** Mutated messages that one pair of endpoints gets. */
const PER_PAIR = 40;
/** The same under the right keys: many end the SA. */
const PER_AUTHENTIC_PAIR = 12;

type Side = 'i' | 'r';
const sides = ['i', 'r'] as const;

const user = { name: 'anna', password: secret('test-password') };
const bundle = (base: { readonly child?: ChildSettings }): Partial<Ikev1Settings> => ({
  child: {
    ...(base.child as ChildSettings),
    proposals: [proposal('ESP', V1_ESP)],
    ah: [proposal('AH', 'AUTH_HMAC_SHA1_96')],
    compress: true,
    kilobytes: 1000,
  },
});
const kinds: readonly (readonly [Partial<Ikev1Settings>, Partial<Ikev1Settings>])[] = [
  [{}, {}],
  [{ exchange: 'aggressive' }, {}],
  [{ fragmentSize: 200 }, { fragmentSize: 200 }],
  [bundle(initiatorSettings()), { ...bundle(responderSettings()), commitBit: true }],
  [
    { xauth: user, request: { ipv4: true, ipv6: false, dns: true, subnets: true } },
    { xauthUsers: [user], pool: { pools: [{ first: '10.9.0.1', count: 20 }], dns: [], subnets: ['10.2.0.0/16'] } },
  ],
];

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Bits, bytes, lengths, pieces of other messages, cuts. */
function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let result = Buffer.from(bytes);
  for (let rounds = 1 + below(random, 3); rounds > 0; rounds--) {
    const at = below(random, Math.max(result.length, 1));
    switch (below(random, 6)) {
      case 0:
        if (result.length > 0) result[at] = below(random, 256);
        break;
      case 1:
        if (result.length > 0) result[at] = random() < 0.5 ? 0 : 255;
        break;
      case 2:
        if (result.length > 0) result[at] = (result[at] as number) ^ (1 << below(random, 8));
        break;
      case 3:
        result = result.subarray(0, at);
        break;
      case 4:
        result = Buffer.concat([result.subarray(0, at), Buffer.from(other).subarray(below(random, Math.max(other.length, 1)))]);
        break;
      default:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at, at + below(random, 60)), result.subarray(at)]);
    }
  }
  return new Uint8Array(result.subarray(0, 4096));
}

/** The length of the header agrees, so that more than the length check is met. */
function fixLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= 28) new DataView(bytes.buffer, bytes.byteOffset).setUint32(24, bytes.length);
  return bytes;
}

const { Informational: INFORMATIONAL, 'Quick Mode': QUICK, Transaction: TRANSACTION } = EXCHANGE_V1;

/** What stood encrypted in first messages of later exchanges, as far as an end's present keys open them. */
function insides(sa: Protection, wire: readonly { readonly message: Message }[]): readonly (readonly PayloadNode[])[] {
  return wire.flatMap(({ message: { bytes } }) => {
    const { header, encrypted } = decodeMessage(bytes);
    const opened = encrypted === undefined ? undefined : openPayloads(sa, exchangeIv(sa, header.messageId), header.nextPayload, encrypted);
    return opened === undefined ? [] : [opened.payloads.filter(({ kind }) => kind !== 'hash-v1')];
  });
}

/** Payloads dropped, doubled, exchanged, or with a changed byte. */
function shuffle(payloads: readonly OutgoingPayload[], other: readonly OutgoingPayload[], random: Random): readonly OutgoingPayload[] {
  const result = [...payloads];
  for (let rounds = below(random, 3); rounds > 0; rounds--) {
    const at = below(random, result.length + 1);
    const present = result[at];
    const strange = other[below(random, other.length)];
    switch (below(random, 5)) {
      case 0:
        result.splice(at, 1);
        break;
      case 1:
        if (strange !== undefined) result.splice(at, 0, strange);
        break;
      case 2:
        if (strange !== undefined) result[Math.min(at, result.length)] = strange;
        break;
      default:
        if (present !== undefined && 'body' in present) {
          const body = (present.body as Uint8Array).slice();
          const place = below(random, body.length);
          body[place] = random() < 0.5 ? below(random, 256) : (body[place] ?? 0) ^ (1 << below(random, 8));
          result[at] = { kind: 'raw', type: present.type, body };
        }
    }
  }
  return result;
}

const SPI4 = new Uint8Array(4).fill(3);
/** Messages that a peer sends later in the life of an SA. */
const LATER: readonly (readonly OutgoingPayload[])[] = [
  [out.deletion(3, [SPI4, SPI4])],
  [out.deletion(1, [new Uint8Array(16)])],
  [out.deletion(2, [SPI4])],
  ...['NO-PROPOSAL-CHOSEN', 'CONNECTED', 'RESPONDER-LIFETIME', 'REPLAY-STATUS', 'R-U-THERE', 'R-U-THERE-ACK', 'INVALID-SPI'].map((name) => [
    out.notify(NOTIFY_V1[name as keyof typeof NOTIFY_V1], { protocol: 3, spi: SPI4 }, SPI4),
  ]),
  [out.notify(NOTIFY_V1['INITIAL-CONTACT'], { protocol: 1, spi: new Uint8Array(16) })],
  [],
];

/** A mad message under the right keys: in an exchange of its own, or going on with one that is open. */
function sealed(sa: Established, inner: readonly (readonly PayloadNode[])[], random: Random): Uint8Array {
  const open = [...sa.quick.values(), ...sa.transactions.values()].flatMap((one) => ('chain' in one ? [one] : []));
  const goesOn = random() < 0.5 ? open[below(random, open.length)] : undefined;
  const messageId = goesOn?.messageId ?? 1 + below(random, 0xfffffffe);
  const exchangeType =
    goesOn === undefined ? ([INFORMATIONAL, QUICK, TRANSACTION][below(random, 3)] ?? QUICK) : sa.quick.has(messageId) ? QUICK : TRANSACTION;
  const pick = (): readonly OutgoingPayload[] => inner[below(random, inner.length)] ?? [];
  const base = random() < 0.25 ? (LATER[below(random, LATER.length)] ?? []) : pick();
  const payloads = shuffle(base, pick(), random);
  const id = idBytes(messageId);
  const covered = coveredBytes(payloads);
  const nonce = goesOn !== undefined && 'nonce' in goesOn ? goesOn.nonce : undefined;
  const nonces = goesOn !== undefined && 'nonceI' in goesOn ? [goesOn.nonceI, goesOn.nonceR] : undefined;
  const hash =
    nonces !== undefined && random() < 0.7
      ? laterHash(sa, Buffer.concat([Uint8Array.of(0), id]), ...nonces)
      : laterHash(sa, id, ...(nonce === undefined ? [] : [nonce]), covered);
  const flags = FLAG_V1_ENCRYPTION | (random() < 0.1 ? FLAG_V1_COMMIT : 0);
  const header = { spiI: sa.spiI, spiR: sa.spiR, major: 1, minor: 0, exchangeType, flags, messageId };
  return sealPayloads(sa, goesOn?.chain ?? exchangeIv(sa, messageId), header, [out.hash(hash), ...payloads]).bytes;
}

class Attack {
  readonly pair: Ikev1Pair;
  readonly #random: Random;
  readonly limits = { halfOpen: 20, halfOpenTime: 10_000 };

  constructor(seed: number) {
    this.#random = seeded(seed);
    const [i, r] = kinds[below(this.#random, kinds.length)] ?? [{}, {}];
    this.pair = new Ikev1Pair({ initiator: i, responder: r, seed, limits: this.limits });
  }

  /** To a random point of a life: in phase 1, behind it, or while something is out. */
  begin(): void {
    const { pair } = this;
    pair.command('i', { kind: 'initiate' }).run(below(this.#random, 18));
    const side: Side = this.#random() < 0.5 ? 'i' : 'r';
    const [sa] = pair.ends[side].table.values();
    if (sa?.kind !== 'established') return;
    const commands = [
      { kind: 'rekey-ike' },
      { kind: 'rekey-child', spiIn: [...sa.children.keys()][0] ?? 0 },
      { kind: 'liveness' },
      { kind: 'delete-ike' },
      { kind: 'create-child', child: sa.settings.child as ChildSettings },
    ] as const;
    const command = commands[below(this.#random, commands.length)];
    if (command !== undefined) pair.command(side, command);
    pair.run(below(this.#random, 3));
  }

  message(to: Side, authentic: boolean): Message {
    const { wire, ends } = this.pair;
    const base = wire[below(this.#random, wire.length)]?.message;
    const other = wire[below(this.#random, wire.length)]?.message;
    if (base === undefined || other === undefined) throw new TypeError('nothing was sent');
    const channel = base.path.channel;
    const path = to === 'i' ? { channel, local: I, remote: R } : { channel, local: R, remote: I };
    const [sa] = ends[to].table.values();
    if (authentic && isUp(sa)) return { path, bytes: sealed(sa, insides(sa, wire), this.#random) };
    const mutated = mutate(base.bytes, other.bytes, this.#random);
    return { path, bytes: this.#random() < 0.8 ? fixLength(mutated) : mutated };
  }
}

const isUp = (sa: Ikev1Sa | undefined): sa is Established => sa?.kind === 'established';

const I = { address: '192.0.2.1', port: 500 };
const R = { address: '198.51.100.2', port: 500 };

describe(`mutated messages of IKEv1 (${MESSAGES})`, () => {
  it('never stop an endpoint, and leave no more than the bounds allow', () => {
    let understood = 0;
    for (let n = 0, seed = SEED; n < MESSAGES; seed++) {
      const attack = new Attack(seed);
      attack.begin();
      const { pair, limits } = attack;
      const authentic = seed % 2 === 0;
      for (let k = 0; k < (authentic ? PER_AUTHENTIC_PAIR : PER_PAIR); k++, n++) {
        const side = sides[k % 2] ?? 'i';
        const message = attack.message(side, authentic);
        try {
          const said = pair.feed(side, { kind: 'message', message });
          if (authentic && said.some(({ kind }) => kind === 'received')) understood++;
        } catch (error) {
          const hex = Buffer.from(message.bytes).toString('hex');
          throw new TypeError(`seed ${seed}, message ${k} to ${side}: ${hex}`, { cause: error });
        }
        expect(pair.ends[side].table.halfOpen).toBeLessThanOrEqual(limits.halfOpen);
        expect(pair.ends[side].table.size).toBeLessThanOrEqual(limits.halfOpen + 3);
      }
      pair.run(200_000);
      for (const side of sides) {
        while (pair.ends[side].table.size > 0) pair.command(side, { kind: 'delete-ike' });
        pair.run(100_000);
      }
      for (const side of sides) {
        expect(pair.ends[side].registry.size, `seed ${seed}: ${side}`).toEqual({ timers: 0, childSpis: 0, leases: 0 });
      }
      expect(pair.timers, `seed ${seed}`).toEqual([]);
    }
    process.stdout.write(`IKEv1: ${MESSAGES} mutated messages, ${understood} of them under the right keys and read\n`);
    expect(understood).toBeGreaterThan(MESSAGES / 20);
  }, 3_600_000);

  it('do not hurt an SA that is up, without its keys', () => {
    for (let seed = 0; seed < 20; seed++) {
      const pair = new Ikev1Pair({ seed }).up();
      const random = seeded(seed);
      for (let k = 0; k < 200; k++) {
        const base = pair.wire[below(random, 9)]?.message.bytes ?? new Uint8Array(0);
        const bytes = fixLength(mutate(base, base, random));
        const to = k % 2 === 0 ? 'i' : 'r';
        const path = { channel: 'ike' as const, local: to === 'i' ? I : R, remote: to === 'i' ? R : I };
        pair.feed(to, { kind: 'message', message: { path, bytes } });
      }
      pair.command('i', { kind: 'rekey-child', spiIn: pair.last('i', 'child-up')?.child.spiIn ?? 0 }).run(1000);
      expect(pair.all('i', 'child-down').length, `seed ${seed}`).toBe(1);
      expect(pair.all('r', 'child-down').length, `seed ${seed}`).toBe(1);
    }
  });
});

describe('many initiators of IKEv1', () => {
  it('leave no fragments behind when they go', () => {
    const pair = new Ikev1Pair({ limits: { halfOpen: 5, halfOpenTime: 20_000 } });
    pair.command('i', { kind: 'initiate' });
    const first = pair.wire[0]?.message.bytes ?? new Uint8Array(0);
    for (let n = 0; n < 20; n++) {
      const path = { channel: 'ike' as const, local: R, remote: { address: '203.0.113.9', port: 1024 + n } };
      const bytes = first.slice();
      new DataView(bytes.buffer).setUint32(0, n + 1);
      pair.feed('r', { kind: 'message', message: { path, bytes } });
      const { spiI, spiR } = decodeMessage(pair.wire.at(-1)?.message.bytes ?? first).header;
      const value = { id: 1, number: 1, last: false, data: new Uint8Array(1000) };
      const header = { spiI, spiR, major: 1, minor: 0, exchangeType: 2, flags: 0, messageId: 0 };
      const fragment = encodeMessage(header, [{ kind: 'fragment-v1', type: V1.FRAG, value }]);
      pair.feed('r', { kind: 'message', message: { path, bytes: fragment } });
    }
    expect(pair.ends.r.reassemblies.size).toBe(5);
    pair.run(120_000);
    expect(pair.ends.r.reassemblies.size).toBe(0);
  });

  it.each(['main', 'aggressive'] as const)('that stay half-open in %s mode are bounded, the oldest go', (exchange) => {
    const count = exchange === 'main' ? 5000 : 400;
    const pair = new Ikev1Pair({ initiator: { exchange }, limits: { halfOpen: 100, halfOpenTime: 20_000 } });
    pair.command('i', { kind: 'initiate' });
    const first = pair.wire[0]?.message.bytes ?? new Uint8Array(0);
    for (let n = 0; n < count; n++) {
      const bytes = first.slice();
      new DataView(bytes.buffer).setUint32(0, n + 1);
      const remote = { address: `203.0.113.${n % 250}`, port: 1024 + n };
      pair.feed('r', { kind: 'message', message: { path: { channel: 'ike', local: R, remote }, bytes } });
    }
    expect(pair.ends.r.table.halfOpen).toBe(100);
    expect(pair.ends.r.table.size).toBe(100);
    expect(pair.all('r', 'ike-down').map(({ refusal }) => refusal?.code)).toEqual(new Array(count - 100).fill('half-open-limit'));
    pair.run(1000);
    expect(pair.last('i', 'ike-up'), 'an honest one still comes through').toBeDefined();
    pair.run(120_000);
    expect(pair.ends.r.table.halfOpen).toBe(0);
    expect(pair.timers).toEqual([]);
  });
});
