import type { Cipher } from '../../crypto/cipher.js';
import { cipherByIkev2 } from '../../crypto/ciphers.js';
import { type Integrity, integrityByIkev2, integrityByName } from '../../crypto/integrity.js';
import type { KeyExchange } from '../../crypto/key-exchange/key-exchange.js';
import { keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import { type Prf, prfByIkev2 } from '../../crypto/prf.js';
import type { Proposal, Transform } from '../../wire/ike/payloads/sa.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';
import { keyLengthOf, transformName } from '../../wire/ike/transform-name.js';

/** The algorithms that protect an IKE SA. */
export interface IkeSuite {
  readonly prf: Prf;
  readonly cipher: Cipher;
  /** Bytes of cipher key, salt not counted. */
  readonly keyLength: number;
  readonly integrity: Integrity;
  readonly keyExchange: KeyExchange;
  /** Additional key exchanges (RFC 9370), in the order in which they are done. */
  readonly additional: readonly KeyExchange[];
  /** The proposal they were read from. */
  readonly proposal: Proposal;
}

/** The algorithms of a pair of ESP or AH SAs. */
export interface ChildSuite {
  readonly protocol: number;
  /** Absent for AH. */
  readonly cipher?: Cipher;
  readonly keyLength: number;
  readonly integrity: Integrity;
  readonly esn: boolean;
  /** With PFS. */
  readonly keyExchange?: KeyExchange;
  readonly additional: readonly KeyExchange[];
}

export const NO_INTEGRITY = integrityByName('NONE') as Integrity;

/** Transform types of additional key exchanges, RFC 9370 §4. */
export const ADDITIONAL_TYPES: readonly number[] = [
  TRANSFORM.ADDKE1,
  TRANSFORM.ADDKE2,
  TRANSFORM.ADDKE3,
  TRANSFORM.ADDKE4,
  TRANSFORM.ADDKE5,
  TRANSFORM.ADDKE6,
  TRANSFORM.ADDKE7,
];

/** The transform of one type in a chosen proposal, which has at most one of each. */
export function transformOf(proposal: Proposal, type: number): Transform | undefined {
  return proposal.transforms.find((transform) => transform.type === type);
}

/** Whether we can run this transform. */
export function isRunnable(transform: Transform): boolean {
  switch (transform.type) {
    case TRANSFORM.ENCR: {
      const cipher = cipherByIkev2(transform.id);
      const bits = keyLengthOf(transform);
      return cipher !== undefined && (bits === undefined || cipher.keyLengths.includes(bits / 8));
    }
    case TRANSFORM.PRF:
      return prfByIkev2(transform.id) !== undefined;
    case TRANSFORM.INTEG:
      return integrityById(transform.id) !== undefined;
    case TRANSFORM.SN:
      return transform.id <= 1;
    default:
      return transform.type === TRANSFORM.KE || ADDITIONAL_TYPES.includes(transform.type)
        ? transform.id === 0 || keyExchangeByIkev2(transform.id) !== undefined
        : false;
  }
}

/** strongSwan's private number for the truncation to 96 bits (1027) has no IANA number in crypto. */
function integrityById(id: number): Integrity | undefined {
  return integrityByIkev2(id) ?? integrityByName(transformName(TRANSFORM.INTEG, id));
}

function additionalOf(proposal: Proposal): readonly KeyExchange[] {
  return ADDITIONAL_TYPES.flatMap((type) => {
    const transform = transformOf(proposal, type);
    const method = transform === undefined ? undefined : keyExchangeByIkev2(transform.id);
    return method === undefined ? [] : [method];
  });
}

/** The algorithms of a chosen proposal; undefined when it lacks one or names one that we do not have. */
export function ikeSuiteOf(proposal: Proposal): IkeSuite | undefined {
  const encryption = transformOf(proposal, TRANSFORM.ENCR);
  const cipher = encryption === undefined ? undefined : cipherByIkev2(encryption.id);
  const prf = prfByIkev2(transformOf(proposal, TRANSFORM.PRF)?.id ?? -1);
  const keyExchange = keyExchangeByIkev2(transformOf(proposal, TRANSFORM.KE)?.id ?? -1);
  const integrity = integrityById(transformOf(proposal, TRANSFORM.INTEG)?.id ?? 0);
  if (encryption === undefined || cipher === undefined || prf === undefined || keyExchange === undefined || integrity === undefined)
    return undefined;
  const keyLength = keyLengthOf(encryption);
  return {
    prf,
    cipher,
    keyLength: keyLength === undefined ? (cipher.keyLengths[0] as number) : keyLength / 8,
    integrity: cipher.icvLength > 0 ? NO_INTEGRITY : integrity,
    keyExchange,
    additional: additionalOf(proposal),
    proposal,
  };
}

/** The same for ESP and AH. */
export function childSuiteOf(proposal: Proposal): ChildSuite | undefined {
  const encryption = transformOf(proposal, TRANSFORM.ENCR);
  const cipher = encryption === undefined ? undefined : cipherByIkev2(encryption.id);
  const integrity = integrityById(transformOf(proposal, TRANSFORM.INTEG)?.id ?? 0);
  if (integrity === undefined || (encryption !== undefined && cipher === undefined)) return undefined;
  const bits = encryption === undefined ? undefined : keyLengthOf(encryption);
  const keyLength = cipher === undefined ? 0 : bits === undefined ? (cipher.keyLengths[0] as number) : bits / 8;
  const keyExchange = keyExchangeByIkev2(transformOf(proposal, TRANSFORM.KE)?.id ?? -1);
  return {
    protocol: proposal.protocol,
    ...(cipher === undefined ? {} : { cipher }),
    keyLength,
    integrity: cipher !== undefined && cipher.icvLength > 0 ? NO_INTEGRITY : integrity,
    esn: transformOf(proposal, TRANSFORM.SN)?.id === 1,
    ...(keyExchange === undefined ? {} : { keyExchange }),
    additional: additionalOf(proposal),
  };
}
