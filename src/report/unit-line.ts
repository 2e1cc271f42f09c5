import type { ObservedUnit } from '../dissect/analyser.js';
import type { Packet } from '../dissect/packet.js';
import type { PacketEnd } from '../model/endpoint.js';
import { EXCHANGE } from '../wire/ike/tables/exchange-types.js';
import { openvpnWords } from './openvpn-line.js';
import { tcpdumpTime } from './tcpdump-line.js';

/** A line for the units that tcpdump has no good one for: IKE, OpenVPN, ICMP errors about VPN traffic. */
export function unitLine(packet: Packet, observed: ObservedUnit): string {
  const { unit } = observed;
  const family = unit.src.address.includes(':') ? 'IP6' : 'IP';
  return `${tcpdumpTime(packet)} ${family} ${dotted(unit.src)} > ${dotted(unit.dst)}: ${words(observed)}, length ${unit.length}`;
}

/** As tcpdump writes addresses: the port behind a dot. */
function dotted({ address, port }: PacketEnd): string {
  return port === undefined ? address : `${address}.${port}`;
}

function words(observed: ObservedUnit): string {
  const { unit, ike } = observed;
  switch (unit.kind) {
    case 'ike':
      return ike === undefined ? 'IKE' : ikeWords(ike);
    case 'openvpn':
      return openvpnWords(unit, observed);
    case 'icmp-error': {
      const { quoted } = unit;
      const about = quoted === undefined ? '' : ` about ${quoted.src}${suffix(quoted.srcPort)} > ${quoted.dst}${suffix(quoted.dstPort)}`;
      return `ICMP ${unit.text}${unit.mtu === undefined ? '' : `, MTU ${unit.mtu}`}${about}`;
    }
    case 'ip-fragment':
      return `IP fragment at ${unit.offset}${unit.moreFragments ? ', more to come' : ''}`;
    default:
      return unit.kind;
  }
}

function suffix(port: number | undefined): string {
  return port === undefined ? '' : `.${port}`;
}

function ikeWords({ message, facts, inside }: NonNullable<ObservedUnit['ike']>): string {
  const malformed = facts?.malformed ?? message.malformed;
  const fault = malformed === undefined ? '' : ` [malformed: ${malformed.message}]`;
  const { header, version, payloads, encrypted } = message;
  if (version === 0) return `IKE version ${header.major}.${header.minor}${fault}`;
  const id = messageId(header.messageId, version, header.exchangeType);
  const direction = version === 2 ? (facts?.response === true ? ' response' : ' request') : '';
  const names = payloads.map(({ name }) => name);
  const opened = inside === undefined ? '' : `{${inside.payloads.map(({ name }) => name).join(' ')}}`;
  const sealed = encrypted !== undefined && inside === undefined ? 'encrypted' : '';
  const content = `${names.join(' ')}${sealed}${opened}`;
  const copy = facts?.retransmissionOf === undefined ? '' : ` (again, as packet ${facts.retransmissionOf})`;
  return `IKEv${version} ${facts?.exchange ?? `exchange ${header.exchangeType}`}${direction}${id}: ${content}${copy}${fault}`;
}

/** v2: a count that begins with IKE_SA_INIT, where it is always 0. v1: random, and 0 in phase 1. */
function messageId(id: number, version: 1 | 2, exchangeType: number): string {
  if (id === 0 && (version === 1 || exchangeType === EXCHANGE.IKE_SA_INIT)) return '';
  return ` ${version === 2 ? id : `0x${id.toString(16).padStart(8, '0')}`}`;
}
