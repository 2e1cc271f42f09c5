import { nameOf } from '../bytes/registry.js';
import type { ObservedUnit } from '../dissect/analyser.js';
import type { OpenvpnUnit } from '../dissect/packet.js';
import { openvpnOpcodes, STATIC_KEY_OPCODE } from '../wire/openvpn/opcodes.js';

/** What an OpenVPN packet is, in the words of a line: `OpenVPN P_CONTROL_V1 key 0: message 1, ack 0, ClientHello`. */
export function openvpnWords(unit: OpenvpnUnit, { openvpn, inner }: ObservedUnit): string {
  const head =
    unit.opcode === STATIC_KEY_OPCODE
      ? 'OpenVPN static key'
      : `OpenVPN ${nameOf(openvpnOpcodes, unit.opcode)} key ${unit.keyId}${unit.peerId === undefined ? '' : ` peer ${unit.peerId}`}`;
  const parts: string[] = [];
  const { message, data } = openvpn ?? {};
  if (message !== undefined) {
    if (message.packetId !== undefined) parts.push(`message ${message.packetId}`);
    if (message.acks !== undefined) parts.push(`ack ${message.acks.join(' ')}`);
    parts.push(...message.content);
    if (message.retransmissionOf !== undefined) parts.push(`again, as packet ${message.retransmissionOf}`);
  }
  if (data !== undefined) {
    if (data.packetId !== undefined) parts.push(`id ${data.packetId}`);
    if (data.authentic === false) parts.push('HMAC or tag wrong for the keys given');
    if (data.message !== undefined) parts.push(data.message);
    const ip = inner?.layers.find((layer) => layer.kind === 'ipv4' || layer.kind === 'ipv6');
    if (ip?.kind === 'ipv4' || ip?.kind === 'ipv6') parts.push(`${ip.src} > ${ip.dst}`);
  }
  return parts.length === 0 ? head : `${head}: ${parts.join(', ')}`;
}
