import { ByteWriter } from '../../bytes/writer.js';
import { cipherByEsp, cipherByIkev2 } from '../../crypto/ciphers.js';
import { integrityByAh, integrityByIkev1, integrityByIkev2 } from '../../crypto/integrity.js';
import { keyExchangeByIkev1, keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import { type Attribute, attributeNumber } from '../../wire/ike/attribute.js';
import { type Lifetime, lifetimesOf } from '../../wire/ike/lifetime.js';
import type { Proposal, Transform } from '../../wire/ike/payloads/sa.js';
import type { ProposalV1, SaV1, TransformV1 } from '../../wire/ike/payloads/sa-v1.js';
import { LIFE_TYPE, PHASE2, SITUATION } from '../../wire/ike/tables/attributes-v1.js';
import { IPCOMP_TRANSFORM } from '../../wire/ike/tables/authentication.js';
import { DOI, PROTOCOL, PROTOCOL_V1 } from '../../wire/ike/tables/protocols.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE } from '../../wire/ike/tables/transforms.js';
import { keyLengthOf } from '../../wire/ike/transform-name.js';
import type { ChildSettings } from '../ike/settings.js';
import { NAT_METHODS, type NatMethod } from './nat-methods.js';
import { numberAttribute } from './phase1-suite.js';

/** ENCAPSULATION_MODES without UDP (RFC 2407 §4.5). */
const MODES = { tunnel: 1, transport: 2 } as const;

/** How the packets of an SA look. */
export interface PacketForm {
  readonly mode: 'tunnel' | 'transport';
  readonly udp: boolean;
}

const formOf = (mode: number): PacketForm | undefined => {
  for (const { modes, udp } of [{ modes: MODES, udp: false }, ...NAT_METHODS.map((method) => ({ modes: method.modes, udp: true }))]) {
    if (mode === modes.tunnel) return { mode: 'tunnel', udp };
    if (mode === modes.transport) return { mode: 'transport', udp };
  }
  return undefined;
};

/** Transforms of one offer at most. */
const MAX_TRANSFORMS = 60;
const ESN = 1;

/** The group of PFS that an offer is made with: all transforms of a quick mode have the same (RFC 2409 §5.5). */
export function pfsGroupOf(proposals: readonly Proposal[]): number | undefined {
  for (const { transforms } of proposals) {
    for (const { type, id } of transforms) {
      if (type === TRANSFORM.KE && keyExchangeByIkev2(id)?.ikev1 !== undefined) return id;
    }
  }
  return undefined;
}

/** Life types, each with its duration. `typeClass`: that of phase 1 or of phase 2; the duration's is the next. */
export function lifetimeAttributes(typeClass: number, { seconds, kilobytes }: Phase2Lifetime): readonly Attribute[] {
  const pair = (type: number, amount: number | undefined) =>
    amount === undefined ? [] : [{ type: typeClass, value: type }, numberAttribute(typeClass + 1, amount)];
  return [...pair(LIFE_TYPE.seconds, seconds), ...pair(LIFE_TYPE.kilobytes, kilobytes)];
}

interface Wish {
  readonly form: PacketForm;
  /** Numbers of the way of NAT traversal in use. */
  readonly udpModes?: NatMethod['modes'];
  /** IKEv2's number. */
  readonly group: number | undefined;
  readonly lifetime: Phase2Lifetime;
}

function commonAttributes({ form, udpModes = MODES, group, lifetime }: Wish): readonly Attribute[] {
  const named = group === undefined ? undefined : keyExchangeByIkev2(group)?.ikev1;
  return [
    ...lifetimeAttributes(PHASE2.SA_LIFE_TYPE, lifetime),
    ...(named === undefined ? [] : [{ type: PHASE2.GROUP_DESCRIPTION, value: named }]),
    { type: PHASE2.ENCAPSULATION_MODE, value: (form.udp ? udpModes : MODES)[form.mode] },
  ];
}

/** The transforms of IKEv1 that a proposal in the form of IKEv2 stands for: one a combination. */
function transformsOf({ protocol, transforms }: Proposal, wish: Wish): readonly Omit<TransformV1, 'number'>[] {
  const ofType = (wanted: number) => transforms.filter(({ type }) => type === wanted);
  const integrities = ofType(TRANSFORM.INTEG).flatMap(({ id }) => integrityByIkev2(id) ?? []);
  const sequence = ofType(TRANSFORM.SN);
  const esn = sequence.length > 0 && sequence.every(({ id }) => id === ESN);
  const common = [...commonAttributes(wish), ...(esn ? [{ type: PHASE2.EXTENDED_SEQUENCE_NUMBER, value: 1 }] : [])];
  const authentication = (value: number) => ({ type: PHASE2.AUTHENTICATION_ALGORITHM, value });
  if (protocol === PROTOCOL.AH) {
    return integrities.flatMap(({ ah, ikev1 }) =>
      ah === undefined || ikev1 === undefined ? [] : [{ id: ah, attributes: [...common, authentication(ikev1)] }],
    );
  }
  return ofType(TRANSFORM.ENCR).flatMap((encryption) => {
    const cipher = cipherByIkev2(encryption.id);
    const bits = keyLengthOf(encryption);
    if (cipher?.esp === undefined) return [];
    const { esp: id } = cipher;
    const length = bits === undefined ? [] : [{ type: PHASE2.KEY_LENGTH, value: bits }];
    if (cipher.icvLength > 0 || integrities.length === 0) return [{ id, attributes: [...common, ...length] }];
    return integrities.flatMap(({ ikev1 }) =>
      ikev1 === undefined ? [] : [{ id, attributes: [...common, ...length, authentication(ikev1)] }],
    );
  });
}

/** The transforms that these proposals stand for, in one proposal of IKEv1; undefined when it has none of the algorithms. */
function proposalOf(proposals: readonly Proposal[], spi: Uint8Array, wish: Wish): Omit<ProposalV1, 'number'> | undefined {
  const protocol = proposals[0]?.protocol;
  const transforms = proposals
    .filter((one) => one.protocol === protocol)
    .flatMap((proposal) => transformsOf(proposal, wish))
    .slice(0, MAX_TRANSFORMS);
  if (protocol === undefined || transforms.length === 0) return undefined;
  return { protocol, spi, transforms: transforms.map((transform, i) => ({ ...transform, number: i + 1 })) };
}

const hasGroup = ({ transforms }: Proposal, group: number): boolean =>
  transforms.some(({ type, id }) => type === TRANSFORM.KE && id === group);

/** What we receive with: AH around ESP has the same SPI. */
export interface OfferSpis {
  readonly spi: Uint8Array;
  /** With compression. */
  readonly cpi?: number;
}

/**
 * The SA payload of a quick mode; undefined when IKEv1 has none of the algorithms. What belongs together has one number (RFC 2408 §4.2):
 * AH, ESP, IPComp. Compression is asked for first, and then again without.
 */
export function offerPhase2({ proposals, ah }: ChildSettings, { spi, cpi }: OfferSpis, wish: Wish): SaV1 | undefined {
  const { group } = wish;
  const main = proposalOf(group === undefined ? proposals : proposals.filter((one) => hasGroup(one, group)), spi, wish);
  const around = ah === undefined ? undefined : proposalOf(ah, spi, wish);
  if (main === undefined || (ah !== undefined && around === undefined)) return undefined;
  const together = [...(around === undefined ? [] : [around]), main];
  const deflate = {
    protocol: PROTOCOL_V1.IPCOMP,
    spi: new ByteWriter(2).u16(cpi ?? 0).finish(),
    transforms: [{ number: 1, id: IPCOMP_TRANSFORM.DEFLATE, attributes: commonAttributes(wish) }],
  };
  const ways = cpi === undefined ? [together] : [[...together, deflate], together];
  return {
    doi: DOI.IPSEC,
    situation: SITUATION.SIT_IDENTITY_ONLY,
    proposals: ways.flatMap((way, i) => way.map((proposal) => ({ ...proposal, number: i + 1 }))),
  };
}

/** What one transform of phase 2 says. */
export interface Phase2Transform {
  /** In the form of IKEv2. */
  readonly proposal: Proposal;
  readonly form: PacketForm;
  readonly lifetime: Phase2Lifetime;
}

/** How long an SA may live; what is not said is not limited. */
export interface Phase2Lifetime {
  readonly seconds?: number;
  readonly kilobytes?: number;
}

/** Reads one transform; undefined when we cannot run it. */
export function readPhase2({ number, protocol, spi }: ProposalV1, { id, attributes }: TransformV1): Phase2Transform | undefined {
  const value = (type: number) => attributeNumber(attributes, type);
  // RFC 2407 §4.5: without the attribute it depends on the host; everybody means the tunnel.
  const form = formOf(value(PHASE2.ENCAPSULATION_MODE) ?? MODES.tunnel);
  const group = value(PHASE2.GROUP_DESCRIPTION);
  const keyExchange = group === undefined ? undefined : keyExchangeByIkev1(group);
  const authentication = value(PHASE2.AUTHENTICATION_ALGORITHM);
  const integrity =
    protocol === PROTOCOL.AH ? integrityByAh(id) : authentication === undefined ? undefined : integrityByIkev1(authentication);
  if (form === undefined || (group !== undefined && keyExchange === undefined)) return undefined;
  if (integrity?.ikev2 === undefined && (authentication !== undefined || protocol === PROTOCOL.AH)) return undefined;
  const plain = (type: number, number: number): Transform => ({ type, id: number, attributes: [] });
  const transforms: Transform[] = [];
  if (protocol === PROTOCOL.ESP) {
    const cipher = cipherByEsp(id);
    if (cipher?.ikev2 === undefined) return undefined;
    // Without a length ciphers that have several mean the first: the form of IKEv2 says so.
    const bits = value(PHASE2.KEY_LENGTH) ?? (cipher.keyLengths.length > 1 ? (cipher.keyLengths[0] as number) * 8 : undefined);
    if (bits !== undefined && !cipher.keyLengths.includes(bits / 8)) return undefined;
    transforms.push({
      type: TRANSFORM.ENCR,
      id: cipher.ikev2,
      attributes: bits === undefined || cipher.keyLengths.length === 1 ? [] : [{ type: TRANSFORM_ATTRIBUTE.KEY_LENGTH, value: bits }],
    });
  } else if (protocol !== PROTOCOL.AH) return undefined;
  if (integrity?.ikev2 !== undefined && integrity.ikev2 !== 0) transforms.push(plain(TRANSFORM.INTEG, integrity.ikev2));
  if (keyExchange !== undefined) transforms.push(plain(TRANSFORM.KE, keyExchange.ikev2));
  transforms.push(plain(TRANSFORM.SN, value(PHASE2.EXTENDED_SEQUENCE_NUMBER) === 1 ? ESN : 0));
  return { proposal: { number, protocol, spi, transforms }, form, lifetime: lifetimeOf(lifetimesOf(attributes, PHASE2.SA_LIFE_TYPE)) };
}

/** Seconds and kilobytes among lifetimes; of zero nobody could live. */
export function lifetimeOf(lifetimes: readonly Lifetime[]): Phase2Lifetime {
  const amountOf = (wanted: number) => lifetimes.find(({ type, amount }) => type === wanted && amount > 0)?.amount;
  const [seconds, kilobytes] = [amountOf(LIFE_TYPE.seconds), amountOf(LIFE_TYPE.kilobytes)];
  return { ...(seconds === undefined ? {} : { seconds }), ...(kilobytes === undefined ? {} : { kilobytes }) };
}

/** What ends first. */
export function shortest(...lifetimes: readonly Phase2Lifetime[]): Phase2Lifetime {
  const least = (amounts: readonly (number | undefined)[]) => {
    const known = amounts.filter((amount) => amount !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  };
  const seconds = least(lifetimes.map((one) => one.seconds));
  const kilobytes = least(lifetimes.map((one) => one.kilobytes));
  return { ...(seconds === undefined ? {} : { seconds }), ...(kilobytes === undefined ? {} : { kilobytes }) };
}

/** One way to protect packets that an SA payload allows: ESP or AH, AH around ESP, each with IPComp inside or not (RFC 2408 §4.2). */
export interface Phase2Way {
  /** ESP, or AH alone; its number is the place of this way, from 1 on. */
  readonly main: Phase2Transform;
  readonly ah?: Phase2Transform;
  readonly compressed: boolean;
  readonly form: PacketForm;
  readonly lifetime: Phase2Lifetime;
  /** The proposals as they came, each with the one transform of this way. */
  readonly from: readonly ProposalV1[];
}
