import { nameOf } from '../../bytes/registry.js';
import type { PayloadNode } from './chain.js';
import {
  FLAG_V1_AUTH_ONLY,
  FLAG_V1_COMMIT,
  FLAG_V1_ENCRYPTION,
  FLAG_V2_INITIATOR,
  FLAG_V2_RESPONSE,
  FLAG_V2_VERSION,
  type IkeHeader,
  isFromInitiator,
  isResponse,
} from './header.js';
import type { IkeMessage } from './message.js';
import { EXCHANGE, EXCHANGE_V1, exchangeTypes } from './tables/exchange-types.js';
import { type ExchangeRule, IKEV1_GRAMMAR, IKEV2_GRAMMAR, type Occurrence } from './tables/grammar.js';
import { IKEV1_PAYLOAD_TYPES, IKEV2_PAYLOAD_TYPES, V1, V2 } from './tables/payload-types.js';
import { KEY_EXCHANGE_LENGTHS, KEY_EXCHANGE_METHODS } from './tables/transforms.js';

/** Something a message should not do. It was decoded all the same: peers do such things and get away with it. */
export interface Anomaly {
  readonly text: string;
  readonly spec: string;
}

/**
 * Compares a message with what its exchange allows.
 *
 * @param opened the payloads that were inside SK, SKF or an encrypted IKEv1 message, where they could be decrypted
 */
export function checkGrammar(message: IkeMessage, opened?: readonly PayloadNode[]): readonly Anomaly[] {
  const { header, version } = message;
  if (version === 0) return [];
  const found = version === 2 ? headerAnomaliesV2(message) : headerAnomaliesV1(header);
  const types: Readonly<Record<number, string>> = version === 2 ? IKEV2_PAYLOAD_TYPES : IKEV1_PAYLOAD_TYPES;
  const rule = ruleFor(header, version);
  if (rule === undefined) {
    return [
      ...found,
      {
        text: `exchange ${nameOf(exchangeTypes(version), header.exchangeType)} is not known`,
        spec: version === 2 ? 'RFC 7296 §3.1' : 'RFC 2408 §3.1',
      },
    ];
  }
  const isSealed = message.encrypted !== undefined || message.payloads.some((payload) => isSealing(version, payload.type));
  const inside = isSealed ? opened : message.payloads;
  return [
    ...found,
    ...sealAnomalies(message, rule, isSealed),
    ...trailingAnomalies(message),
    ...(inside === undefined || inside.some((payload) => version === 1 && payload.type === V1.FRAG)
      ? []
      : shapeAnomalies(inside, rule, types)),
    ...(inside ?? []).flatMap((payload) => payloadAnomalies(version, payload)),
  ];
}

/**
 * Only what its payloads lack, have too often or should not have at all: what the engine refuses with INVALID_SYNTAX.
 * @param opened the payloads inside SK
 */
export function shapeOf(message: IkeMessage, opened?: readonly PayloadNode[]): readonly Anomaly[] {
  if (message.version !== 2) return [];
  const rule = ruleFor(message.header, 2);
  return rule === undefined ? [] : shapeAnomalies(opened ?? message.payloads, rule, IKEV2_PAYLOAD_TYPES);
}

type AnyRule = ExchangeRule<Partial<Record<string, Occurrence>>>;

function ruleFor(header: IkeHeader, version: 1 | 2): AnyRule | undefined {
  const direction = isResponse(header) ? 'response' : 'request';
  const rules: readonly AnyRule[] = version === 2 ? IKEV2_GRAMMAR : IKEV1_GRAMMAR;
  return rules.find((rule) => rule.exchange === header.exchangeType && (rule.direction === 'both' || rule.direction === direction));
}

function isSealing(version: 1 | 2, type: number): boolean {
  return version === 2 && (type === V2.SK || type === V2.SKF);
}

function sealAnomalies(message: IkeMessage, rule: AnyRule, isSealed: boolean): readonly Anomaly[] {
  const exchange = nameOf(exchangeTypes(message.header.major), rule.exchange);
  if (rule.sealed === 'never' && isSealed) return [{ text: `${exchange} is encrypted`, spec: rule.spec }];
  const fragment = message.version === 1 && message.payloads.some((payload) => payload.type === V1.FRAG);
  if (rule.sealed === 'must' && !isSealed && !fragment) return [{ text: `${exchange} is not encrypted`, spec: rule.spec }];
  const outside = message.version === 2 && isSealed ? message.payloads.filter((payload) => !isSealing(2, payload.type)) : [];
  return outside.map((payload) => ({ text: `${payload.name} stands in clear before the encrypted payload`, spec: 'RFC 7296 §3.14' }));
}

/** The complaints of the alternative that fits best. */
function shapeAnomalies(payloads: readonly PayloadNode[], rule: AnyRule, types: Readonly<Record<number, string>>): readonly Anomaly[] {
  const counts = new Map<string, number>();
  for (const { type } of payloads) {
    const name = nameOf(types, type);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  let best: readonly string[] | undefined;
  for (const shape of rule.shapes) {
    const complaints = complaintsAbout(counts, shape);
    if (best === undefined || complaints.length < best.length) best = complaints;
  }
  return (best ?? []).map((text) => ({ text, spec: rule.spec }));
}

function complaintsAbout(counts: ReadonlyMap<string, number>, shape: Partial<Record<string, Occurrence>>): readonly string[] {
  const missing = Object.entries(shape).flatMap(([name, occurrence]) =>
    (occurrence === '1' || occurrence === '+') && !counts.has(name) ? [`${name} is missing`] : [],
  );
  const wrong = [...counts].flatMap(([name, count]) => {
    const occurrence = shape[name];
    // Payloads of no known type are skipped unless critical (RFC 7296 §2.5), so they fit everywhere.
    if (occurrence === undefined) return name.startsWith('unknown') ? [] : [`${name} does not belong here`];
    return count > 1 && (occurrence === '1' || occurrence === '?') ? [`${name} occurs ${count} times`] : [];
  });
  return [...missing, ...wrong];
}

/** Messages of IKEv1 are a multiple of four bytes long. */
function trailingAnomalies({ version, trailing: { length } }: IkeMessage): readonly Anomaly[] {
  if (length <= (version === 1 ? 3 : 0)) return [];
  return [
    { text: `${length} byte${length === 1 ? '' : 's'} behind the last payload`, spec: version === 1 ? 'RFC 2408 §3' : 'RFC 7296 §3.1' },
  ];
}

/** RFC 7296 §2.5, §3.4, §3.9; RFC 2409 §5. */
function payloadAnomalies(version: 1 | 2, payload: PayloadNode): readonly Anomaly[] {
  const found: Anomaly[] = [];
  if (version === 2 && payload.kind === 'raw' && payload.critical)
    found.push({ text: `${payload.name} is critical and not known`, spec: 'RFC 7296 §2.5' });
  if (payload.kind === 'ke') {
    const { group, data } = payload.value;
    const lengths = KEY_EXCHANGE_LENGTHS[group];
    if (lengths !== undefined && !lengths.includes(data.length)) {
      const name = nameOf(KEY_EXCHANGE_METHODS, group);
      found.push({ text: `KE data of ${data.length} bytes, ${name} has ${lengths.join(' or ')}`, spec: 'RFC 7296 §3.4' });
    }
  }
  if (payload.kind === 'nonce') {
    const { length } = payload.value.nonce;
    const least = version === 2 ? 16 : 8;
    if (length < least || length > 256)
      found.push({ text: `nonce of ${length} bytes, ${least} to 256 are allowed`, spec: version === 2 ? 'RFC 7296 §3.9' : 'RFC 2409 §5' });
  }
  return found;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Bits of the flags that mean nothing must be zero. */
function flagAnomalies({ flags }: IkeHeader, known: number, spec: string): Anomaly[] {
  const strange = flags & ~known;
  return strange === 0 ? [] : [{ text: `reserved flag bits 0x${strange.toString(16).padStart(2, '0')} are set`, spec }];
}

/** RFC 7296 §2.2, §2.6, §3.1. */
function headerAnomaliesV2({ header, payloads }: IkeMessage): Anomaly[] {
  const found = flagAnomalies(header, FLAG_V2_INITIATOR | FLAG_V2_VERSION | FLAG_V2_RESPONSE, 'RFC 7296 §3.1');
  const first = header.exchangeType === EXCHANGE.IKE_SA_INIT || header.exchangeType === EXCHANGE.IKE_SESSION_RESUME;
  if (isZero(header.spiI)) found.push({ text: 'initiator SPI is zero', spec: 'RFC 7296 §3.1' });
  if (first && header.messageId !== 0) found.push({ text: `message ID ${header.messageId} in the first exchange`, spec: 'RFC 7296 §2.2' });
  if (first && isFromInitiator(header) === isResponse(header)) {
    found.push({
      text:
        (header.flags & FLAG_V2_INITIATOR) !== 0
          ? 'initiator flag in a response of the first exchange'
          : 'no initiator flag in the first request',
      spec: 'RFC 7296 §3.1',
    });
  }
  if (first && !isResponse(header) && !isZero(header.spiR))
    found.push({ text: 'responder SPI in the first request', spec: 'RFC 7296 §3.1' });
  const refusal = payloads.length > 0 && payloads.every((payload) => payload.type === V2.N);
  if (isZero(header.spiR) && (first ? isResponse(header) : header.exchangeType !== EXCHANGE.INFORMATIONAL) && !refusal) {
    found.push({ text: 'responder SPI is zero', spec: 'RFC 7296 §3.1' });
  }
  return found;
}

/** RFC 2408 §3.1, RFC 2409 §5. */
function headerAnomaliesV1(header: IkeHeader): Anomaly[] {
  const found = flagAnomalies(header, FLAG_V1_ENCRYPTION | FLAG_V1_COMMIT | FLAG_V1_AUTH_ONLY, 'RFC 2408 §3.1');
  if (isZero(header.spiI)) found.push({ text: 'initiator cookie is zero', spec: 'RFC 2408 §3.1' });
  const phase1 =
    header.exchangeType === EXCHANGE_V1['Identity Protection (Main Mode)'] ||
    header.exchangeType === EXCHANGE_V1.Aggressive ||
    header.exchangeType === EXCHANGE_V1.Base;
  const phase2 = header.exchangeType === EXCHANGE_V1['Quick Mode'] || header.exchangeType === EXCHANGE_V1['New Group Mode'];
  if (phase1 && header.messageId !== 0) found.push({ text: `message ID ${header.messageId} in phase 1`, spec: 'RFC 2408 §3.1' });
  if (phase2 && header.messageId === 0) found.push({ text: 'message ID 0 in phase 2', spec: 'RFC 2409 §5.5' });
  return found;
}
