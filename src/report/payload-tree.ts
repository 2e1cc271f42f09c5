import { X509Certificate } from 'node:crypto';
import { toHex } from '../bytes/hex.js';
import { nameOf } from '../bytes/registry.js';
import type { ProposalFacts } from '../model/ike-session.js';
import type { Attribute } from '../wire/ike/attribute.js';
import { authText } from '../wire/ike/auth-text.js';
import type { PayloadNode } from '../wire/ike/chain.js';
import { configurationText } from '../wire/ike/configuration-text.js';
import { identityFacts, identityFactsV1 } from '../wire/ike/identity-facts.js';
import { notifyFacts, notifyFactsV1 } from '../wire/ike/notify-facts.js';
import { describeEap } from '../wire/ike/payloads/eap.js';
import { proposalFacts, proposalFactsV1, spiText } from '../wire/ike/proposal-facts.js';
import { selectorFacts } from '../wire/ike/selector-facts.js';
import { IKEV1_CERT_ENCODINGS, IKEV2_CERT_ENCODINGS } from '../wire/ike/tables/authentication.js';
import { CFG_TYPES } from '../wire/ike/tables/configuration.js';
import { IKEV1_PROTOCOLS, IKEV2_PROTOCOLS } from '../wire/ike/tables/protocols.js';
import { KEY_EXCHANGE_METHODS } from '../wire/ike/tables/transforms.js';
import { describeVendorId } from '../wire/ike/vendor-ids.js';
import { proposalText } from './session-text.js';

/** Bytes shown of what has no better form. */
const SHOWN = 32;

/** One payload as lines: the first names it, the indented rest says what is in it. */
export function payloadTree(node: PayloadNode, version: 1 | 2): string[] {
  const head = `${node.name}, ${node.length} bytes${node.critical ? ', critical' : ''}`;
  if (node.kind === 'malformed') return [`${head}: MALFORMED, ${node.malformed.message}`, `  ${bytesText(node.body)}`];
  return [head, ...details(node, version).map((line) => `  ${line}`)];
}

/** Hex of the first bytes, and how many there are. */
export function bytesText(bytes: Uint8Array): string {
  if (bytes.length === 0) return '(empty)';
  return bytes.length <= SHOWN ? toHex(bytes) : `${toHex(bytes.subarray(0, SHOWN))}… (${bytes.length} bytes)`;
}

function details(node: Exclude<PayloadNode, { kind: 'malformed' }>, version: 1 | 2): string[] {
  switch (node.kind) {
    case 'sa':
      return proposals(proposalFacts(node.value, node.body));
    case 'sa-v1':
      return proposals(proposalFactsV1(node.value, node.body));
    case 'ke':
      return [`${nameOf(KEY_EXCHANGE_METHODS, node.value.group)}: ${bytesText(node.value.data)}`];
    case 'ke-v1':
      return [bytesText(node.value.data)];
    case 'nonce':
      return [bytesText(node.value.nonce)];
    case 'id': {
      const { type, value } = identityFacts(node.value);
      return [`${type} ${value}`];
    }
    case 'id-v1': {
      const { type, value } = identityFactsV1(node.value);
      return [`${type} ${value}${node.value.protocol === 0 ? '' : `, protocol ${node.value.protocol} port ${node.value.port}`}`];
    }
    case 'notify':
      return notify(notifyFacts(node.value), node.value.data);
    case 'notify-v1':
      return notify(notifyFactsV1(node.value), node.value.data);
    case 'delete-sa':
      return [`${nameOf(IKEV2_PROTOCOLS, node.value.protocol)} ${node.value.spis.map(spiText).join(' ')}`.trimEnd()];
    case 'delete-sa-v1':
      return [`${nameOf(IKEV1_PROTOCOLS, node.value.protocol)} ${node.value.spis.map(spiText).join(' ')}`.trimEnd()];
    case 'vendor-id': {
      const { name, detail } = describeVendorId(node.value.id);
      return [`${name}${detail === undefined ? '' : ` (${detail})`}`];
    }
    case 'ts':
      return selectorFacts(node.value).map(({ text }) => text);
    case 'auth':
      return [`${authText(node.value)}: ${bytesText(node.value.data)}`];
    case 'cert':
      return certificate(node.value.data, nameOf(version === 1 ? IKEV1_CERT_ENCODINGS : IKEV2_CERT_ENCODINGS, node.value.encoding));
    case 'certreq':
      return [
        `${nameOf(version === 1 ? IKEV1_CERT_ENCODINGS : IKEV2_CERT_ENCODINGS, node.value.encoding)}: ${bytesText(node.value.authority)}`,
      ];
    case 'cp':
    case 'attributes-v1':
      return [nameOf(CFG_TYPES, node.value.type), ...node.value.attributes.map((attribute) => attributeText(attribute, version))];
    case 'eap':
      return [describeEap(node.value)];
    case 'sk':
      return [`encrypted: ${node.value.content.length} bytes`];
    case 'skf':
      return [`fragment ${node.value.fragment}/${node.value.total}, encrypted: ${node.value.content.length} bytes`];
    case 'fragment-v1':
      return [
        `fragment ${node.value.number}${node.value.last ? ', the last' : ''} of message ${node.value.id}: ${node.value.data.length} bytes`,
      ];
    default:
      return [bytesText(node.body)];
  }
}

function proposals(all: readonly ProposalFacts[]): string[] {
  return all.map((proposal) => `proposal ${proposal.number} ${proposalText(proposal)}`);
}

function notify(facts: ReturnType<typeof notifyFacts>, data: Uint8Array): string[] {
  const parts = [facts.spi === undefined ? '' : `SPI ${facts.spi}`, facts.detail ?? (data.length === 0 ? '' : bytesText(data))];
  const text = parts.filter((part) => part !== '').join(', ');
  return text === '' ? [] : [text];
}

function certificate(data: Uint8Array, encoding: string): string[] {
  try {
    const { subject, issuer, validFrom, validTo } = new X509Certificate(data);
    const oneLine = (name: string): string => name.replaceAll('\n', ', ');
    return [`${encoding}: ${oneLine(subject)}`, `issued by ${oneLine(issuer)}`, `valid ${validFrom} to ${validTo}`];
  } catch {
    // Any encoding other than DER of one certificate; what OpenSSL refuses is still shown.
    return [`${encoding}: ${bytesText(data)}`];
  }
}

function attributeText(attribute: Attribute, version: 1 | 2): string {
  const { name, value } = configurationText(attribute, version);
  return value === '' ? name : `${name}: ${value}`;
}
