import { toHex } from '../../bytes/hex.js';
import { printableText } from '../../bytes/printable.js';
import { nameOf } from '../../bytes/registry.js';
import type { SelectorFacts } from '../../model/ike-session.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from '../ip/protocols.js';
import { rangeText } from './address-text.js';
import { identityText } from './identity-facts.js';
import type { IdV1 } from './payloads/id-v1.js';
import { isAddressSelector, type Selector, type Ts } from './payloads/ts.js';
import { ID_TYPE_V1, TS_TYPE, TS_TYPES } from './tables/identities.js';
import { IP_PROTOCOLS } from './tables/protocols.js';

const ANY = 0;
const LAST_PORT = 65535;

/** The plain facts of a traffic selector payload. */
export function selectorFacts(ts: Ts): readonly SelectorFacts[] {
  return ts.selectors.map((selector) => ({ text: selectorText(selector) }));
}

/** A quick mode identity as the selector it is: RFC 2407 §4.6.2, RFC 2409 §5.5. A bare address is a host. */
export function selectorFactsV1(id: IdV1): SelectorFacts {
  const host = id.type === ID_TYPE_V1.ID_IPV4_ADDR || id.type === ID_TYPE_V1.ID_IPV6_ADDR;
  const address = host ? rangeText(id.data, id.data) : identityText(id.type, id.data);
  const ports = id.port === 0 ? '' : `/${id.port}`;
  if (id.protocol === ANY && ports === '') return { text: address };
  return { text: `${address}[${protocolText(id.protocol)}${ports}]` };
}

function selectorText(selector: Selector): string {
  if (!isAddressSelector(selector)) {
    const value = selector.type === TS_TYPE.TS_SECLABEL ? printableText(selector.data) : `0x${toHex(selector.data)}`;
    return `${nameOf(TS_TYPES, selector.type)} ${value}`;
  }
  const ports = portText(selector.protocol, selector.startPort, selector.endPort);
  const narrowed = selector.protocol === ANY && ports === '' ? '' : `[${protocolText(selector.protocol)}${ports}]`;
  return `${rangeText(selector.start, selector.end)}${narrowed}`;
}

function protocolText(protocol: number): string {
  if (protocol === ANY) return 'any';
  return (IP_PROTOCOLS as Readonly<Record<number, string>>)[protocol] ?? String(protocol);
}

/** RFC 7296 §3.13.1: 65535 down to 0 is OPAQUE; ICMP has its type in the upper and its code in the lower byte. */
function portText(protocol: number, start: number, end: number): string {
  if (start === 0 && end === LAST_PORT) return '';
  if (start === LAST_PORT && end === 0) return '/opaque';
  const text = protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6 ? (port: number) => `${port >> 8}(${port & 0xff})` : String;
  return start === end ? `/${text(start)}` : `/${text(start)}-${text(end)}`;
}
