import { describe, expect, it } from 'vitest';
import type { ChildSettings, IkeSettings } from '../../../src/engine/ike/settings.js';
import type { Message } from '../../../src/engine/step.js';
import { childText, IkePair } from '../../support/ike-pair.js';
import { fqdn, IKE, initiatorSettings, proposal, responderSettings, secret } from '../../support/ike-settings.js';
import { seeded } from '../../support/seeded.js';

/** `VPNDOCTOR_FUZZ=10000 npx vitest run test/engine/ikev2/network.test.ts` for the long run. */
const RUNS = Math.min(Number(process.env['VPNDOCTOR_FUZZ'] ?? 150), 10_000);
const SEED = Number(process.env['VPNDOCTOR_FUZZ_SEED'] ?? 1);

type Side = 'i' | 'r';
const sides = ['i', 'r'] as const;

const quick: Partial<IkeSettings> = { retransmit: { first: 500, factor: 1.8, tries: 5 }, dpdDelay: 20 };
const pfs = [proposal('ESP', 'AES_GCM_16_256 CURVE25519 NO_ESN')];
const eap = { methods: ['mschapv2'] as const, username: 'alice', password: secret('wonderland') };

/** Settings that a run may have at both ends. */
const kinds: readonly (readonly [Partial<IkeSettings>, Partial<IkeSettings>])[] = [
  [{}, {}],
  [
    { fragmentSize: 300, localId: fqdn('x'.repeat(500)) },
    { fragmentSize: 300, localId: fqdn('y'.repeat(500)) },
  ],
  [
    { child: { ...(initiatorSettings().child as ChildSettings), proposals: pfs } },
    { child: { ...(responderSettings().child as ChildSettings), proposals: pfs } },
  ],
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
  [{ mobike: true, encapsulation: 'force' }, { mobike: true }],
  [{ ikeProposals: [proposal('IKE', `${IKE} ADDKE1:ECP_256`)] }, { ikeProposals: [proposal('IKE', `${IKE} ADDKE1:ECP_256`)] }],
];

class Run {
  readonly pair: IkePair;
  readonly #random: () => number;
  /** Until then the network is bad. */
  #bad = Number.POSITIVE_INFINITY;
  readonly #badness: number;

  constructor(seed: number) {
    this.#random = seeded(seed);
    this.#badness = this.#random() * 0.35;
    const [i, r] = kinds[Math.floor(this.#random() * kinds.length)] ?? [{}, {}];
    this.pair = new IkePair({
      initiator: initiatorSettings({ ...quick, ...i }),
      responder: responderSettings({ ...quick, ...r }),
      seed,
      limits: { cookiesFrom: this.#random() < 0.3 ? 0 : 50 },
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
    const child = standing.settings.child as ChildSettings;
    switch (this.below(7)) {
      case 0:
      case 1:
        pair.command(side, { kind: 'rekey-ike' });
        break;
      case 2:
      case 3:
        pair.command(side, { kind: 'rekey-child', spiIn });
        break;
      case 4:
        pair.command(side, { kind: 'create-child', child });
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

/** CHILD_SAs of the IKE SAs of one end. */
function children(pair: IkePair, side: Side, inbound: boolean): readonly string[] {
  const standing = [...pair.ends[side].table.values()].flatMap((sa) => (sa.kind === 'established' ? [...sa.children.values()] : []));
  return standing.map(({ sa }) => childText(sa, inbound)).sort();
}

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
  pair.run(120_000);
  const came = pair.all('i', 'ike-up').length > 0;
  const end = pair.last('i', 'ike-down');
  if (!came && end?.refusal === undefined) throw new TypeError(why('neither up nor a reason'));
  for (const side of sides) {
    const [first, ...more] = pair.ends[side].table.values();
    if (more.length > 0 || (first !== undefined && first.kind !== 'established'))
      throw new TypeError(why(`${side} has more than one IKE SA: ${first?.kind} ${more.map(({ kind }) => kind)}`));
  }
  // After so long with a good network both ends have the same.
  for (const inbound of [true, false]) expect(children(pair, 'i', inbound), why('children')).toEqual(children(pair, 'r', !inbound));
  for (const side of sides)
    for (const down of pair.all(side, 'ike-down'))
      if (down.by !== 'peer' && down.refusal?.text === '') throw new TypeError(why('no words'));
  if (pair.ends.i.table.size > 0) pair.command('i', { kind: 'delete-ike' });
  pair.run(60_000);
  expect([pair.ends.i.table.size, pair.ends.r.table.size], why('IKE SAs left')).toEqual([0, 0]);
  for (const side of sides)
    expect(pair.ends[side].registry.size, why(`${side} keeps something`)).toEqual({ timers: 0, childSpis: 0, leases: 0 });
  expect(pair.timers, why('timers left')).toEqual([]);
  return came ? 'up' : 'refused';
}

describe(`two endpoints in a network that loses, doubles, delays and changes (${RUNS} runs)`, () => {
  it('always end with an IKE SA that is the same at both ends, or a reason, and leave nothing behind', () => {
    const ends = { up: 0, refused: 0 };
    for (let n = 0; n < RUNS; n++) ends[oneRun(SEED + n)] += 1;
    expect(ends.up).toBeGreaterThan(RUNS / 2);
  }, 3_600_000);
});
