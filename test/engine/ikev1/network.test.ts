import { describe, expect, it } from 'vitest';
import type { ChildSettings } from '../../../src/engine/ike/settings.js';
import type { Ikev1Settings } from '../../../src/engine/ikev1/settings.js';
import type { Message } from '../../../src/engine/step.js';
import { childText } from '../../support/ike-pair.js';
import { fqdn, initiatorSettings, proposal, responderSettings, secret } from '../../support/ike-settings.js';
import { Ikev1Pair, V1_ESP } from '../../support/ikev1-pair.js';
import { seeded } from '../../support/seeded.js';

/** `VPNDOCTOR_FUZZ=10000 npx vitest run test/engine/ikev1/network.test.ts` for the long run. */
const RUNS = Math.min(Number(process.env['VPNDOCTOR_FUZZ'] ?? 150), 10_000);
const SEED = Number(process.env['VPNDOCTOR_FUZZ_SEED'] ?? 1);

type Side = 'i' | 'r';
const sides = ['i', 'r'] as const;

/** Deletions have no answer in IKEv1: a child whose deletion got lost goes with its lifetime. */
const common: Partial<Ikev1Settings> = {
  retransmit: { first: 500, factor: 1.8, tries: 5 },
  dpdDelay: 10,
  lifetimes: { ike: 0, child: 40 },
};
const user = { name: 'anna', password: secret('test-password') };
const child = (base: { readonly child?: ChildSettings }, change: Partial<ChildSettings>): Partial<Ikev1Settings> => ({
  child: { ...(base.child as ChildSettings), proposals: [proposal('ESP', V1_ESP)], ...change },
});
const both = (change: Partial<ChildSettings>) => [child(initiatorSettings(), change), child(responderSettings(), change)] as const;

/** Settings that a run may have at both ends. */
const kinds: readonly (readonly [Partial<Ikev1Settings>, Partial<Ikev1Settings>])[] = [
  [{}, {}],
  [{ exchange: 'aggressive' }, {}],
  [
    { fragmentSize: 300, localId: fqdn('x'.repeat(500)) },
    { fragmentSize: 300, localId: fqdn('y'.repeat(500)) },
  ],
  both({ proposals: [proposal('ESP', `${V1_ESP} MODP_1024`)] }),
  both({ ah: [proposal('AH', 'AUTH_HMAC_SHA1_96')], compress: true }),
  [{}, { commitBit: true }],
  [{ encapsulation: 'force' }, {}],
  [
    { xauth: user, request: { ipv4: true, ipv6: false, dns: true, subnets: true } },
    { xauthUsers: [user], pool: { pools: [{ first: '10.9.0.1', count: 20 }], dns: [], subnets: ['10.2.0.0/16'] } },
  ],
];

class Run {
  readonly pair: Ikev1Pair;
  readonly #random: () => number;
  /** Until then the network is bad. */
  #bad = Number.POSITIVE_INFINITY;
  readonly #badness: number;

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.#badness = this.#random() * 0.35;
    const [i, r] = kinds[Math.floor(this.#random() * kinds.length)] ?? [{}, {}];
    this.pair = new Ikev1Pair({
      initiator: { ...common, ...i },
      responder: { ...common, ...r },
      seed,
      network: (message, _, now) => (now < this.#bad ? this.#network(message) : [{ message, delay: 1 }]),
    });
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** Lost, doubled, late, changed. */
  #network(message: Message): readonly { readonly message: Message; readonly delay: number }[] {
    const copies = this.#random() < this.#badness ? this.below(3) : 1;
    return Array.from({ length: copies }, () => {
      const delay = this.#random() < this.#badness ? this.below(2000) : 1 + this.below(20);
      if (this.#random() >= this.#badness / 3) return { message, delay };
      const bytes = message.bytes.slice();
      const at = this.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << this.below(8));
      return { message: { ...message, bytes }, delay };
    });
  }

  heal(): void {
    this.#bad = this.pair.now;
  }

  /** One end does something. */
  act(): void {
    const side: Side = this.#random() < 0.5 ? 'i' : 'r';
    const { pair } = this;
    const standing = [...pair.ends[side].table.values()].find(({ kind }) => kind === 'established');
    if (standing?.kind !== 'established') return;
    const children = [...standing.children.keys()];
    const spiIn = children[this.below(children.length)] ?? 0;
    switch (this.below(7)) {
      case 0:
      case 1:
        // Who takes no strangers cannot be rekeyed by the other end.
        if (side === 'i') pair.command(side, { kind: 'rekey-ike' });
        break;
      case 2:
      case 3:
        pair.command(side, { kind: 'rekey-child', spiIn });
        break;
      case 4:
        pair.command(side, { kind: 'create-child', child: standing.settings.child as ChildSettings });
        break;
      case 5:
        pair.command(side, { kind: 'delete-child', spiIn });
        break;
      default:
        pair.command(side, { kind: 'liveness' });
        break;
    }
  }
}

/** Children of one end. */
function children(pair: Ikev1Pair, side: Side, inbound: boolean): readonly string[] {
  const standing = [...pair.ends[side].table.values()].flatMap((sa) => (sa.kind === 'established' ? [...sa.children.values()] : []));
  return standing.map(({ sa }) => childText(sa, inbound)).sort();
}

const same = (pair: Ikev1Pair) =>
  [true, false].every((inbound) => children(pair, 'i', inbound).join() === children(pair, 'r', !inbound).join());

function oneRun(seed: number): 'up' | 'refused' {
  const run = new Run(seed);
  const { pair } = run;
  const why = (text: string) => `seed ${seed}: ${text}\n${pair.trace()}`;
  pair.command('i', { kind: 'initiate' });
  pair.run(3000);
  for (let n = 2 + run.below(5); n > 0; n--) {
    run.act();
    pair.run(run.below(1500));
  }
  run.heal();
  pair.run(150_000);
  const came = pair.all('i', 'ike-up').length > 0;
  const end = pair.last('i', 'ike-down');
  if (!came && end?.refusal === undefined) throw new TypeError(why('neither up nor a reason'));
  for (const side of sides) {
    const [first, ...more] = pair.ends[side].table.values();
    if (more.length > 0 || (first !== undefined && first.kind !== 'established'))
      throw new TypeError(why(`${side} has more than one phase 1: ${first?.kind} ${more.map(({ kind }) => kind)}`));
  }
  // After so long with a good network both ends have the same, but while they rekey.
  for (let n = 0; n < 20 && !same(pair); n++) pair.run(50);
  expect(same(pair), why(`children: ${children(pair, 'i', true)} and ${children(pair, 'r', false)}`)).toBe(true);
  for (const side of sides)
    for (const down of pair.all(side, 'ike-down'))
      if (down.by !== 'peer' && down.refusal?.text === '') throw new TypeError(why('no words'));
  if (pair.ends.i.table.size > 0) pair.command('i', { kind: 'delete-ike' });
  pair.run(60_000);
  expect([pair.ends.i.table.size, pair.ends.r.table.size], why('phase 1 left')).toEqual([0, 0]);
  for (const side of sides)
    expect(pair.ends[side].registry.size, why(`${side} keeps something`)).toEqual({ timers: 0, childSpis: 0, leases: 0 });
  expect(pair.timers, why('timers left')).toEqual([]);
  return came ? 'up' : 'refused';
}

describe(`two IKEv1 endpoints in a network that loses, doubles, delays and changes (${RUNS} runs)`, () => {
  it('always end with the same SAs at both ends, or a reason, and leave nothing behind', () => {
    const ends = { up: 0, refused: 0 };
    for (let n = 0; n < RUNS; n++) ends[oneRun(SEED + n)] += 1;
    process.stdout.write(`IKEv1 in a bad network: ${ends.up} up, ${ends.refused} refused\n`);
    expect(ends.up).toBeGreaterThan(RUNS / 2);
  }, 3_600_000);
});
