import { describe, expect, it } from 'vitest';
import type { RandomSource } from '../../../src/crypto/random-source.js';
import type { ChildSettings, IkeSettings } from '../../../src/engine/ike/settings.js';
import { encodeInner, openMessage, sealMessage } from '../../../src/engine/ikev2/message-crypt.js';
import { out } from '../../../src/engine/ikev2/payloads.js';
import type { IkeSa, SecuredSa } from '../../../src/engine/ikev2/state.js';
import type { Message } from '../../../src/engine/step.js';
import { decodeChain, type OutgoingPayload, type PayloadNode } from '../../../src/wire/ike/chain.js';
import { FLAG_V2_INITIATOR, FLAG_V2_RESPONSE } from '../../../src/wire/ike/header.js';
import { decodeMessage, encodeMessage } from '../../../src/wire/ike/message.js';
import { EXCHANGE } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../../src/wire/ike/tables/notify.js';
import { IkePair } from '../../support/ike-pair.js';
import { ESP, IKE, initiatorSettings, proposal, responderSettings, secret, selector } from '../../support/ike-settings.js';
import { seeded } from '../../support/seeded.js';
import { seededBytes } from '../../support/seeded-random.js';

/** `VPNDOCTOR_FUZZ=1000000 npx vitest run test/engine/ikev2/hostile.test.ts` for the long run. */
const MESSAGES = Number(process.env['VPNDOCTOR_FUZZ'] ?? 6_000);
const SEED = Number(process.env['VPNDOCTOR_FUZZ_SEED'] ?? 1);
/** Mutated messages that one pair of endpoints gets. */
const PER_PAIR = 40;
/** The same under the right keys: most end the IKE SA. */
const PER_AUTHENTIC_PAIR = 8;

type Side = 'i' | 'r';
const sides = ['i', 'r'] as const;

const eap = { methods: ['mschapv2'] as const, username: 'alice', password: secret('wonderland') };
const kinds: readonly (readonly [Partial<IkeSettings>, Partial<IkeSettings>])[] = [
  [{}, {}],
  [{ fragmentSize: 200 }, { fragmentSize: 200 }],
  [
    { localAuth: { method: 'eap', eap } },
    {
      remoteAuth: {
        ...responderSettings().remoteAuth,
        secrets: [],
        eap: { methods: ['mschapv2'], users: [{ name: 'alice', password: secret('wonderland') }] },
      },
    },
  ],
  [
    { ikeProposals: [proposal('IKE', `${IKE} ADDKE1:ECP_256`)], mobike: true },
    { ikeProposals: [proposal('IKE', `${IKE} ADDKE1:ECP_256`)], mobike: true },
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

const EXCHANGES = [
  EXCHANGE.IKE_AUTH,
  EXCHANGE.CREATE_CHILD_SA,
  EXCHANGE.INFORMATIONAL,
  EXCHANGE.IKE_INTERMEDIATE,
  EXCHANGE.IKE_FOLLOWUP_KE,
];
const NO_INSIDE: readonly OutgoingPayload[] = [];

/** What stood under SK in the messages of a pair, as far as an end's present keys open them. */
function insides(sa: SecuredSa, wire: readonly { readonly message: Message }[]): readonly (readonly PayloadNode[])[] {
  const swapped = { outgoing: sa.protection.incoming, incoming: sa.protection.outgoing };
  return wire.flatMap(({ message: { bytes } }) => {
    const [first] = decodeMessage(bytes).payloads;
    if (first?.kind !== 'sk') return [];
    const inner = openMessage(sa.protection, bytes, first.offset, false) ?? openMessage(swapped, bytes, first.offset, false);
    return inner === undefined ? [] : [decodeChain(inner, first.next, 2).payloads];
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

/** A mad message under the right keys. `sa`: the receiver's, `peer`: the sender's. */
function sealed(
  sa: SecuredSa,
  peer: SecuredSa,
  inner: readonly (readonly PayloadNode[])[],
  random: Random,
  bytes: RandomSource,
): Uint8Array {
  const { pending, expected } = sa.window;
  const response = pending !== undefined && random() < 0.5;
  const header = {
    spiI: sa.spiI,
    spiR: sa.spiR,
    major: 2,
    minor: 0,
    exchangeType: response ? pending.exchange : (EXCHANGES[below(random, EXCHANGES.length)] ?? EXCHANGE.INFORMATIONAL),
    flags: (peer.role === 'initiator' ? FLAG_V2_INITIATOR : 0) | (response ? FLAG_V2_RESPONSE : 0),
    messageId: response ? pending.id : expected,
  };
  const pick = (): readonly OutgoingPayload[] => inner[below(random, inner.length)] ?? NO_INSIDE;
  const payloads = random() < 0.15 ? REKEYS[below(random, REKEYS.length)] : undefined;
  return sealMessage(peer.protection, header, encodeInner(shuffle(payloads ?? pick(), pick(), random)), bytes);
}

const NONCE = out.nonce(new Uint8Array(32).fill(9));
const KE = out.ke(31, new Uint8Array(32).fill(9));
const SPI8 = new Uint8Array(8).fill(3);
const TS = [out.tsI([selector('10.1.0.0/16'), selector('10.2.0.0/16')]), out.tsR([selector('10.2.0.0/16'), selector('10.1.0.0/16')])];
const ESP_OFFER = out.sa([{ ...proposal('ESP', ESP), spi: new Uint8Array(4).fill(3) }]);

/** Requests that a peer makes later in the life of an IKE SA. */
const REKEYS: readonly (readonly OutgoingPayload[])[] = [
  [out.sa([{ ...proposal('IKE', IKE), spi: SPI8 }]), NONCE, KE],
  [ESP_OFFER, NONCE, ...TS],
  [ESP_OFFER, NONCE, KE, ...TS],
  [out.notify(NOTIFY.REKEY_SA, undefined, { protocol: 3, spi: new Uint8Array(4) }), ESP_OFFER, NONCE, ...TS],
  [out.notify(NOTIFY.UPDATE_SA_ADDRESSES)],
  [out.notify(NOTIFY.COOKIE2, SPI8)],
  [out.notify(NOTIFY.TEMPORARY_FAILURE)],
  [out.notify(NOTIFY.CHILD_SA_NOT_FOUND)],
  [out.notify(NOTIFY.INVALID_KE_PAYLOAD, Uint8Array.of(0, 31))],
  [KE, out.notify(NOTIFY.ADDITIONAL_KEY_EXCHANGE, SPI8)],
  [out.deletion({ protocol: 3, spiSize: 4, spis: [new Uint8Array(4), new Uint8Array(4)] })],
  [],
];

class Attack {
  readonly pair: IkePair;
  readonly #random: Random;
  readonly #bytes: RandomSource;
  readonly limits = { halfOpen: 20, cookiesFrom: 10 };

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.#bytes = seededBytes(seed);
    const [i, r] = kinds[below(this.#random, kinds.length)] ?? [{}, {}];
    this.pair = new IkePair({ initiator: initiatorSettings(i), responder: responderSettings(r), seed, limits: this.limits });
  }

  /** To a random point of a life: before, during, behind the first exchanges, or while something is out. */
  begin(): void {
    const { pair } = this;
    pair.command('i', { kind: 'initiate' });
    for (let n = below(this.#random, 12); n > 0; n--) pair.advance(pair.now + 100);
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
    for (let n = below(this.#random, 3); n > 0; n--) pair.advance(pair.now + 100);
  }

  message(to: Side, authentic: boolean): Message {
    const { wire, ends } = this.pair;
    const base = wire[below(this.#random, wire.length)]?.message;
    const other = wire[below(this.#random, wire.length)]?.message;
    if (base === undefined || other === undefined) throw new TypeError('nothing was sent');
    const channel = base.path.channel;
    const path = to === 'i' ? { channel, local: I, remote: R } : { channel, local: R, remote: I };
    const [sa] = ends[to].table.values();
    const [peer] = ends[to === 'i' ? 'r' : 'i'].table.values();
    const bytes =
      authentic && isSecured(sa) && isSecured(peer) ? sealed(sa, peer, insides(sa, wire), this.#random, this.#bytes) : undefined;
    if (bytes !== undefined) return { path, bytes };
    const mutated = mutate(base.bytes, other.bytes, this.#random);
    return { path, bytes: this.#random() < 0.8 ? fixLength(mutated) : mutated };
  }
}

function isSecured(sa: IkeSa | undefined): sa is IkeSa & SecuredSa {
  return sa !== undefined && sa.kind !== 'expect-init-reply';
}

const I = { address: '192.0.2.1', port: 500 };
const R = { address: '198.51.100.2', port: 500 };

describe(`mutated messages (${MESSAGES})`, () => {
  it('never stop an endpoint, and leave no more than the bounds allow', () => {
    for (let n = 0, seed = SEED; n < MESSAGES; seed++) {
      const attack = new Attack(seed);
      attack.begin();
      const { pair, limits } = attack;
      const authentic = seed % 2 === 0;
      for (let k = 0; k < (authentic ? PER_AUTHENTIC_PAIR : PER_PAIR); k++, n++) {
        const side = sides[k % 2] ?? 'i';
        const message = attack.message(side, authentic);
        try {
          pair.feed(side, { kind: 'message', message });
        } catch (error) {
          const hex = Buffer.from(message.bytes).toString('hex');
          throw new TypeError(`seed ${seed}, message ${k} to ${side}: ${hex}`, { cause: error });
        }
        expect(pair.ends[side].table.halfOpen).toBeLessThanOrEqual(limits.halfOpen);
        expect(pair.ends[side].table.size).toBeLessThanOrEqual(limits.halfOpen + 3);
      }
      pair.run(200_000);
      for (const side of sides) {
        if (pair.ends[side].table.size > 0) pair.command(side, { kind: 'delete-ike' });
        pair.run(100_000);
      }
      for (const side of sides) {
        expect(pair.ends[side].registry.size, `seed ${seed}: ${side}`).toEqual({ timers: 0, childSpis: 0, leases: 0 });
      }
    }
  }, 3_600_000);

  it('do not hurt an IKE SA that is up, without its keys', () => {
    for (let seed = 0; seed < 20; seed++) {
      const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings(), seed }).up();
      const random = seeded(seed);
      for (let k = 0; k < 200; k++) {
        const base = pair.wire[below(random, 4)]?.message.bytes ?? new Uint8Array(0);
        const bytes = fixLength(mutate(base, base, random));
        pair.feed(k % 2 === 0 ? 'i' : 'r', { kind: 'message', message: { path: { channel: 'ike', local: R, remote: I }, bytes } });
      }
      pair.command('i', { kind: 'rekey-child', spiIn: pair.last('i', 'child-up')?.child.spiIn ?? 0 });
      pair.run(1000);
      expect(pair.all('i', 'child-down').length, `seed ${seed}`).toBe(1);
    }
  });
});

describe('many initiators', () => {
  function flood(count: number, limits: { readonly halfOpen: number; readonly cookiesFrom: number }): IkePair {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings(), limits });
    pair.command('i', { kind: 'initiate' });
    const first = pair.wire[0]?.message.bytes ?? new Uint8Array(0);
    for (let n = 0; n < count; n++) {
      const bytes = first.slice();
      new DataView(bytes.buffer).setUint32(0, n + 1);
      const remote = { address: `203.0.113.${n % 250}`, port: 1024 + (n % 60_000) };
      pair.feed('r', { kind: 'message', message: { path: { channel: 'ike', local: R, remote }, bytes } });
    }
    return pair;
  }

  it('that stay half-open are bounded, whatever their number', () => {
    const pair = flood(10_000, { halfOpen: 1000, cookiesFrom: 50 });
    expect(pair.ends.r.table.halfOpen).toBe(50);
    expect(pair.ends.r.table.size).toBe(50);
    expect(pair.timers.filter((id) => id.startsWith('r:')).length).toBe(50);
    expect(pair.all('r', 'cookie').length).toBe(9950);
    pair.run(1000);
    expect(pair.last('i', 'ike-up'), 'an honest one still comes through').toBeDefined();
  });

  it('that push the oldest out find the table full otherwise', () => {
    const pair = flood(300, { halfOpen: 100, cookiesFrom: 1000 });
    expect(pair.ends.r.table.size).toBe(100);
    expect(pair.all('r', 'ike-down').map(({ refusal }) => refusal?.code)).toEqual(new Array(200).fill('half-open-limit'));
    pair.run(60_000);
    expect(pair.ends.r.table.halfOpen).toBe(0);
  });
});

describe('messages for nobody', () => {
  it('are answered a few times a second', () => {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings() });
    const header = {
      spiI: new Uint8Array(8).fill(1),
      spiR: new Uint8Array(8).fill(2),
      major: 2,
      minor: 0,
      exchangeType: EXCHANGE.INFORMATIONAL,
      flags: FLAG_V2_INITIATOR,
      messageId: 4,
    };
    const bytes = encodeMessage(header, []);
    for (let n = 0; n < 100; n++) pair.feed('r', { kind: 'message', message: { path: { channel: 'ike', local: R, remote: I }, bytes } });
    expect(pair.wire.length).toBe(10);
    expect(pair.all('r', 'sent')[0]?.payloads).toEqual(['N(INVALID_IKE_SPI)']);
  });
});
