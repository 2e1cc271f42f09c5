import { cipherByEsp, cipherByIkev2 } from '../../crypto/ciphers.js';
import { integrityByAh, integrityByIkev1, integrityByIkev2 } from '../../crypto/integrity.js';
import { keyExchangeByIkev1, keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import { type Attribute, attributeNumber } from '../../wire/ike/attribute.js';
import { type Lifetime, lifetimesOf } from '../../wire/ike/lifetime.js';
import type { Proposal, Transform } from '../../wire/ike/payloads/sa.js';
import type { ProposalV1, SaV1, TransformV1 } from '../../wire/ike/payloads/sa-v1.js';
import { LIFE_TYPE, PHASE2, SITUATION } from '../../wire/ike/tables/attributes-v1.js';
import { DOI, PROTOCOL } from '../../wire/ike/tables/protocols.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE } from '../../wire/ike/tables/transforms.js';
import { keyLengthOf } from '../../wire/ike/transform-name.js';
import { numberAttribute } from './phase1-suite.js';

/** ENCAPSULATION_MODES (RFC 2407 §4.5, RFC 3947 §5.1). */
const MODES = { tunnel: 1, transport: 2, 'tunnel/udp': 3, 'transport/udp': 4 } as const;

/** How the packets of an SA look. */
export interface PacketForm {
  readonly mode: 'tunnel' | 'transport';
  readonly udp: boolean;
}

const formOf = (mode: number): PacketForm | undefined => {
  for (const [name, number] of Object.entries(MODES)) {
    if (number === mode) return { mode: name.startsWith('tunnel') ? 'tunnel' : 'transport', udp: name.endsWith('udp') };
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

interface Wish {
  readonly form: PacketForm;
  /** IKEv2's number. */
  readonly group: number | undefined;
  /** Seconds. */
  readonly lifetime: number;
}

function commonAttributes({ form, group, lifetime }: Wish): readonly Attribute[] {
  const named = group === undefined ? undefined : keyExchangeByIkev2(group)?.ikev1;
  return [
    { type: PHASE2.SA_LIFE_TYPE, value: LIFE_TYPE.seconds },
    numberAttribute(PHASE2.SA_LIFE_DURATION, lifetime),
    ...(named === undefined ? [] : [{ type: PHASE2.GROUP_DESCRIPTION, value: named }]),
    { type: PHASE2.ENCAPSULATION_MODE, value: MODES[`${form.mode}${form.udp ? '/udp' : ''}`] },
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

/** The SA payload of a quick mode, all in proposals of one number each; undefined when IKEv1 has none of the algorithms. */
export function offerPhase2(proposals: readonly Proposal[], spi: Uint8Array, wish: Wish): SaV1 | undefined {
  const protocol = proposals[0]?.protocol;
  const wanted = proposals.filter(
    (one) =>
      one.protocol === protocol &&
      (wish.group === undefined || one.transforms.some(({ type, id }) => type === TRANSFORM.KE && id === wish.group)),
  );
  const transforms = wanted.flatMap((proposal) => transformsOf(proposal, wish)).slice(0, MAX_TRANSFORMS);
  if (protocol === undefined || transforms.length === 0) return undefined;
  return {
    doi: DOI.IPSEC,
    situation: SITUATION.SIT_IDENTITY_ONLY,
    proposals: [{ number: 1, protocol, spi, transforms: transforms.map((transform, i) => ({ ...transform, number: i + 1 })) }],
  };
}

/** What one transform of phase 2 says. */
export interface Phase2Transform {
  /** In the form of IKEv2. */
  readonly proposal: Proposal;
  readonly form: PacketForm;
  readonly lifetimes: readonly Lifetime[];
}

/** Reads one transform; undefined when we cannot run it. `number` names it in choices. */
export function readPhase2({ protocol, spi }: ProposalV1, { id, attributes }: TransformV1, number = 1): Phase2Transform | undefined {
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
  return { proposal: { number, protocol, spi, transforms }, form, lifetimes: lifetimesOf(attributes, PHASE2.SA_LIFE_TYPE) };
}

/** Seconds among lifetimes; undefined for none. */
export function secondsOf(lifetimes: readonly Lifetime[]): number | undefined {
  return lifetimes.find(({ type }) => type === LIFE_TYPE.seconds)?.amount;
}
