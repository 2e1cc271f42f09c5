import type { IkeSession, ProposalFacts, TransformFacts } from '../model/ike-session.js';
import {
  ESP_AUTH,
  ESP_ENCRYPTION,
  type Token,
  V1_AUTH,
  V1_ENCRYPTION,
  V1_HASH,
  V2_ENCRYPTION,
  V2_GROUP,
  V2_INTEGRITY,
  V2_PRF,
} from './algorithm-words.js';

/** One acceptable combination out of an offer. */
export interface Suite {
  readonly encryption?: TransformFacts;
  readonly integrity?: TransformFacts;
  readonly prf?: TransformFacts;
  readonly hash?: TransformFacts;
  readonly auth?: TransformFacts;
  readonly group?: TransformFacts;
  /** Additional key exchanges by their place, 1 to 7 (RFC 9370). */
  readonly additional?: Readonly<Record<number, TransformFacts>>;
}

const SUITES = 6;

/** An offer as combinations, first choice first, at most six. IKEv2 offers sets of transforms: of each set the first is taken. */
export function suitesOf(proposals: readonly ProposalFacts[]): readonly Suite[] {
  const suites: Suite[] = [];
  for (const { transforms } of proposals) {
    // IKEv1 may hold several whole transforms in one proposal: each starts with its cipher.
    let suite: { -readonly [K in keyof Suite]: Suite[K] } = {};
    let whole = false;
    for (const transform of transforms) {
      const place = Number(/^ADDKE([1-7])$/.exec(transform.type)?.[1] ?? 0);
      if (place > 0 && suite.additional?.[place] === undefined) suite.additional = { ...suite.additional, [place]: transform };
      const part = partOf(transform);
      if (part === undefined) continue;
      if (part === 'encryption' && suite.encryption !== undefined) {
        if (transforms.some(({ type }) => type === 'GROUP' || type === 'HASH')) {
          suites.push(suite);
          suite = {};
        } else whole = true;
      }
      if (!whole && suite[part] === undefined) suite[part] = transform;
      whole = false;
    }
    if (suite.encryption !== undefined || suite.integrity !== undefined) suites.push(suite);
    if (suites.length >= SUITES) break;
  }
  return suites.slice(0, SUITES);
}

function partOf({ type }: TransformFacts): Exclude<keyof Suite, 'additional'> | undefined {
  switch (type) {
    case 'ENCR':
      return 'encryption';
    case 'INTEG':
      return 'integrity';
    case 'PRF':
      return 'prf';
    case 'HASH':
      return 'hash';
    case 'AUTH':
      return 'auth';
    case 'GROUP':
    case 'KE':
      return 'group';
    default:
      return undefined;
  }
}

/** `AES_CBC_256, HMAC_SHA2_256_128, …; or …`: all that was offered, as the capture has it. */
export function offerText(proposals: readonly ProposalFacts[]): string {
  if (proposals.length === 0) return 'an offer that the capture does not show';
  const shown = proposals.slice(0, SUITES).map(({ transforms }) =>
    transforms
      .filter(({ type }) => type !== 'LIFE' && type !== 'MODE' && type !== 'SN')
      .map(({ name }) => name)
      .join(' '),
  );
  const rest = proposals.length - shown.length;
  return shown.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

/** Lines that make a gateway accept or offer a combination of phase 1, one for each kind of configuration. */
export function ikeLines(session: Pick<IkeSession, 'protocol'>, suites: readonly Suite[]): readonly string[] {
  const v1 = session.protocol === 'ikev1';
  const [first] = suites;
  if (first === undefined) return [];
  const encryption = tokenOf(v1 ? V1_ENCRYPTION : V2_ENCRYPTION, first.encryption);
  const hash = v1 ? tokenOf(V1_HASH, first.hash) : (tokenOf(V2_INTEGRITY, first.integrity) ?? undefined);
  const prf = v1 ? undefined : tokenOf(V2_PRF, first.prf);
  const group = tokenOf(V2_GROUP, first.group);
  if (encryption === undefined || group === undefined) return [];
  const mac = hash ?? prf;
  const further = additionalWords(first);
  const lines = [
    `ipsec.conf (libreswan, Openswan): ike=${[encryption.libreswan, mac?.libreswan].filter(Boolean).join('-')};${[group.libreswan, ...further.libreswan].join(';')}`,
    `swanctl.conf (strongSwan): proposals = ${[encryption.strongswan, hash?.strongswan ?? (prf === undefined ? undefined : `prf${prf.strongswan}`), group.strongswan, ...further.strongswan].filter(Boolean).join('-')}`,
  ];
  // An ASA has no SHA2 in IKEv1, and of additional key exchanges we know no words of it: then there is no line that would do.
  if (further.libreswan.length === 0 && encryption.asa !== undefined && group.asa !== undefined && (!v1 || mac?.asa !== undefined)) {
    const asaHash = v1
      ? [`hash ${mac?.asa ?? ''}`]
      : [`integrity ${hash?.asaV2 ?? 'null'}`, prf?.asaV2 === undefined ? undefined : `prf ${prf.asaV2}`];
    const auth = v1 ? tokenOf(V1_AUTH, first.auth)?.asa : undefined;
    const policy = [
      `crypto ${session.protocol} policy 10`,
      auth === undefined ? undefined : `authentication ${auth}`,
      `encryption ${encryption.asa}`,
      ...asaHash,
      `group ${group.asa}`,
    ];
    lines.push(`Cisco ASA: ${policy.filter(Boolean).join(' / ')}`);
  }
  return lines;
}

/** The same for phase 2, a CHILD_SA. */
export function espLines(session: Pick<IkeSession, 'protocol'>, suites: readonly Suite[]): readonly string[] {
  const v1 = session.protocol === 'ikev1';
  const [first] = suites;
  const encryption = tokenOf(ESP_ENCRYPTION, first?.encryption);
  const integrity = tokenOf(v1 ? ESP_AUTH : V2_INTEGRITY, first?.integrity);
  const group = tokenOf(V2_GROUP, first?.group);
  // AH, which no ASA has.
  if (first?.encryption === undefined && integrity !== undefined)
    return [
      `ipsec.conf (libreswan, Openswan): phase2=ah phase2alg=${[integrity.libreswan, group?.libreswan].filter(Boolean).join(';')}`,
      `swanctl.conf (strongSwan): ah_proposals = ${[integrity.strongswan, group?.strongswan].filter(Boolean).join('-')}`,
    ];
  if (first === undefined || encryption === undefined) return [];
  const further = additionalWords(first);
  const exchanges = group === undefined ? further.libreswan : [group.libreswan, ...further.libreswan];
  const lines = [
    `ipsec.conf (libreswan, Openswan): ${v1 ? 'phase2alg' : 'esp'}=${[[encryption.libreswan, integrity?.libreswan].filter(Boolean).join('-'), ...exchanges].join(';')}`,
    `swanctl.conf (strongSwan): esp_proposals = ${[encryption.strongswan, integrity?.strongswan, group?.strongswan, ...further.strongswan].filter(Boolean).join('-')}`,
  ];
  // The same in phase 2: an authentication that it has no word for is not left out, and combined modes are for IKEv2.
  const combined = first.encryption?.name.startsWith('AES_GCM') === true;
  if (encryption.asa !== undefined && (!v1 || (!combined && (first.integrity === undefined || integrity?.asa !== undefined)))) {
    lines.push(
      v1
        ? `Cisco ASA: crypto ipsec ikev1 transform-set VPN esp-${encryption.asa} ${integrity?.asa === undefined ? 'esp-none' : `esp-${integrity.asa}-hmac`}`
        : `Cisco ASA: crypto ipsec ikev2 ipsec-proposal VPN / protocol esp encryption ${encryption.asa} / protocol esp integrity ${integrity?.asaEsp ?? 'null'}`,
    );
  }
  return lines;
}

/** `addke1=ml_kem_768` of libreswan 5, `ke1_mlkem768` of strongSwan 6; NONE is what absence says. */
function additionalWords({ additional = {} }: Suite): Readonly<Record<'libreswan' | 'strongswan', readonly string[]>> {
  const tokens = Object.entries(additional).flatMap(([place, transform]) => {
    const token = transform.id === 0 ? undefined : tokenOf(V2_GROUP, transform);
    return token === undefined ? [] : [{ place, token }];
  });
  return {
    libreswan: tokens.map(({ place, token }) => `addke${place}=${token.libreswan}`),
    strongswan: tokens.map(({ place, token }) => `ke${place}_${token.strongswan}`),
  };
}

function tokenOf(table: Readonly<Record<number, Token>>, transform: TransformFacts | undefined): Token | undefined {
  if (transform === undefined) return undefined;
  const token = table[transform.id];
  if (token === undefined) return undefined;
  const bits = transform.keyLength;
  const fill = (text: string) => text.replace('%', bits === undefined ? '' : String(bits));
  const asa = token.asa?.replace('-%', bits === undefined || bits === 128 ? '' : `-${bits}`);
  return {
    libreswan: fill(token.libreswan),
    strongswan: fill(token.strongswan),
    ...(asa === undefined ? {} : { asa }),
    ...(token.asaV2 === undefined ? {} : { asaV2: token.asaV2 }),
    ...(token.asaEsp === undefined ? {} : { asaEsp: token.asaEsp }),
  };
}
