import { describe, expect, it } from 'vitest';
import { Tunnel } from '../../../src/engine/esp/tunnel.js';
import type { ChildSettings } from '../../../src/engine/ike/settings.js';
import { encodeIpPacket } from '../../../src/wire/ip/ip-packet.js';
import { proposal, selector } from '../../support/ike-settings.js';
import { Ikev1Pair, V1_ESP } from '../../support/ikev1-pair.js';
import { seededBytes } from '../../support/seeded-random.js';

const AH = [proposal('AH', 'AUTH_HMAC_SHA1_96')];
const ESP = [proposal('ESP', V1_ESP)];
const hosts = { i: selector('192.0.2.1/32'), r: selector('198.51.100.2/32') };
const nets = { i: selector('10.1.0.0/16'), r: selector('10.2.0.0/16') };

function childOf(side: 'i' | 'r', change: Partial<ChildSettings>): ChildSettings {
  const { i, r } = change.mode === 'transport' ? hosts : nets;
  return {
    proposals: ESP,
    mode: 'tunnel',
    compress: false,
    localSelectors: [side === 'i' ? i : r],
    remoteSelectors: [side === 'i' ? r : i],
    ...change,
  };
}

function pairOf(i: Partial<ChildSettings>, r: Partial<ChildSettings> = i): Ikev1Pair {
  return new Ikev1Pair({ initiator: { child: childOf('i', i) }, responder: { child: childOf('r', r) } }).up();
}

/** Both ends of a tunnel made of what the two machines agreed on. */
function tunnelsOf(pair: Ikev1Pair, onWorn?: (spiIn: number) => void): { readonly i: Tunnel; readonly r: Tunnel } {
  const make = (side: 'i' | 'r') => {
    const child = pair.last(side, 'child-up')?.child;
    if (child === undefined) throw new TypeError(pair.trace());
    const [local, remote] = side === 'i' ? ['192.0.2.1', '198.51.100.2'] : ['198.51.100.2', '192.0.2.1'];
    const tunnel = new Tunnel({ random: seededBytes(7), addresses: { local, remote }, ...(onWorn === undefined ? {} : { onWorn }) });
    tunnel.add(child);
    return tunnel;
  };
  return { i: make('i'), r: make('r') };
}

const echo = (src: string, dst: string, length = 400): Uint8Array =>
  encodeIpPacket({ src, dst, protocol: 1, payload: Uint8Array.from({ length }, (_, at) => (at === 0 ? 8 : 0)) });

interface Row {
  readonly name: string;
  readonly child: Partial<ChildSettings>;
  /** IP protocols from the outside in. */
  readonly layers: readonly string[];
}

const rows: readonly Row[] = [
  { name: 'AH around ESP', child: { ah: AH }, layers: ['ah', 'esp'] },
  { name: 'IPComp in ESP', child: { compress: true }, layers: ['esp', 'ipcomp'] },
  { name: 'IPComp in AH', child: { proposals: AH, compress: true }, layers: ['ah', 'ipcomp'] },
  { name: 'AH around ESP with IPComp', child: { ah: AH, compress: true }, layers: ['ah', 'esp', 'ipcomp'] },
];
const modes = ['tunnel', 'transport'] as const;

describe.each(modes)('bundles of IKEv1 in %s mode', (mode) => {
  it.each(rows)('$name: agreed on, and packets pass both ways', ({ child, layers }) => {
    const pair = pairOf({ ...child, mode });
    for (const side of ['i', 'r'] as const) {
      const up = pair.last(side, 'child-up')?.child;
      expect(up?.protocol, pair.trace()).toBe(layers.includes('esp') ? 'esp' : 'ah');
      expect(up?.ah !== undefined).toBe(layers.join(' ').startsWith('ah esp'));
      expect(up?.compression !== undefined).toBe(layers.includes('ipcomp'));
    }
    const { i, r } = tunnelsOf(pair);
    const [here, there] = mode === 'tunnel' ? ['10.1.0.1', '10.2.0.1'] : ['192.0.2.1', '198.51.100.2'];
    for (const [from, to, packet] of [
      [i, r, echo(here, there)],
      [r, i, echo(there, here)],
    ] as const) {
      const sealed = from.protect(packet);
      if (sealed.kind !== 'protected') throw new TypeError(sealed.refusal.text);
      expect(sealed.protocol).toBe(layers[0]);
      // 400 zeroes shrink.
      if (layers.includes('ipcomp')) expect(sealed.bytes.length).toBeLessThan(200);
      const opened = to.unprotect(sealed.protocol, sealed.bytes);
      expect(opened).toMatchObject({ kind: 'packet' });
      if (opened.kind === 'packet') expect(Buffer.from(opened.packet).subarray(20)).toEqual(Buffer.from(packet).subarray(20));
      expect(to.unprotect(sealed.protocol, sealed.bytes)).toMatchObject({ kind: 'drop', reason: 'replayed' });
    }
  });

  it.each(rows)('$name: rekeyed and deleted as one', ({ child }) => {
    const pair = pairOf({ ...child, mode });
    const old = pair.last('r', 'child-up')?.child.spiIn ?? 0;
    pair.command('r', { kind: 'rekey-child', spiIn: old }).run();
    for (const side of ['i', 'r'] as const) {
      expect(pair.all(side, 'child-up').length, pair.trace()).toBe(2);
      expect(pair.all(side, 'child-down').length).toBe(1);
      expect(pair.ends[side].registry.size.childSpis).toBe(1);
    }
    pair.command('i', { kind: 'delete-ike' }).run();
    expect(pair.ends.r.registry.size.childSpis).toBe(0);
    expect(pair.timers).toEqual([]);
  });
});

describe('a bundle', () => {
  it('has packets that come without its AH dropped', () => {
    const pair = pairOf({ ah: AH });
    const { i, r } = tunnelsOf(pair);
    const sealed = i.protect(echo('10.1.0.1', '10.2.0.1'));
    if (sealed.kind !== 'protected') throw new TypeError('not sealed');
    // IPv4, AH with an ICV of 96 bits.
    const esp = sealed.bytes.subarray(20 + 24);
    expect(r.unprotect('esp', esp)).toMatchObject({ kind: 'drop', reason: 'unknown-spi' });
    const bent = sealed.bytes.slice();
    bent[60] = (bent[60] as number) ^ 1;
    expect(r.unprotect('ah', bent)).toMatchObject({ kind: 'drop', reason: 'icv' });
    expect(r.unprotect('ah', sealed.bytes)).toMatchObject({ kind: 'packet' });
  });

  it('leaves so much less room inside', () => {
    const plain = tunnelsOf(pairOf({})).i.innerMtu(1500) ?? 0;
    const around = tunnelsOf(pairOf({ ah: AH })).i.innerMtu(1500) ?? 0;
    expect(plain - around).toBe(24);
  });

  it('has keys of its own for AH', () => {
    const pair = pairOf({ ah: AH });
    const [i, r] = [pair.last('i', 'child-up')?.child, pair.last('r', 'child-up')?.child];
    expect(i?.ah?.keysIn.integrity.reveal()).toEqual(r?.ah?.keysOut.integrity.reveal());
    expect(i?.ah?.keysIn.integrity.reveal()).not.toEqual(i?.keysIn.integrity.reveal());
  });

  const refusals: readonly (readonly [string, Partial<ChildSettings>, Partial<ChildSettings>])[] = [
    ['AH that the responder does not want', { ah: AH }, {}],
    ['AH that the initiator does not offer', {}, { ah: AH }],
    ['another algorithm of AH', { ah: AH }, { ah: [proposal('AH', 'AUTH_HMAC_MD5_96')] }],
    ['AH alone', { proposals: AH }, { ah: AH }],
  ];
  it.each(refusals)('is refused: %s', (_, i, r) => {
    const pair = pairOf(i, r);
    expect(pair.last('r', 'child-refused')?.refusal, pair.trace()).toMatchObject({ code: 'no-proposal-chosen', by: 'us' });
    expect(pair.last('i', 'child-refused')?.refusal).toMatchObject({ code: 'no-proposal-chosen', by: 'peer' });
    expect(pair.ends.i.registry.size.childSpis).toBe(0);
  });

  it.each([
    ['asked for, not wanted', true, false],
    ['wanted, not asked for', false, true],
  ] as const)('goes without compression: %s', (_, i, r) => {
    const pair = pairOf({ compress: i }, { compress: r });
    for (const side of ['i', 'r'] as const) expect(pair.last(side, 'child-up')?.child.compression, pair.trace()).toBeUndefined();
  });

  it('comes with PFS', () => {
    const both = {
      ah: [proposal('AH', 'AUTH_HMAC_SHA1_96 MODP_1024')],
      proposals: [proposal('ESP', `${V1_ESP} MODP_1024`)],
      compress: true,
    };
    const pair = pairOf(both);
    expect(pair.last('i', 'child-up')?.child, pair.trace()).toMatchObject({ pfsGroup: 2 });
  });
});

describe('a lifetime in kilobytes', () => {
  it('is the shorter one of both ends; what went through makes it worn, and then ends it', () => {
    const pair = pairOf({ kilobytes: 20 }, { kilobytes: 10 });
    for (const side of ['i', 'r'] as const) expect(pair.last(side, 'child-up')?.child.kilobytes, pair.trace()).toBe(10);
    const worn: number[] = [];
    const { i } = tunnelsOf(pair, (spiIn) => worn.push(spiIn));
    const outcomes = Array.from({ length: 11 }, () => i.protect(echo('10.1.0.1', '10.2.0.1', 1004)));
    const sent = outcomes.filter(({ kind }) => kind === 'protected').length;
    expect(sent).toBe(10);
    expect(outcomes.at(-1)).toMatchObject({ kind: 'refused', refusal: { code: 'lifetime-exhausted' } });
    expect(worn).toEqual([pair.last('i', 'child-up')?.child.spiIn]);
  });
});
