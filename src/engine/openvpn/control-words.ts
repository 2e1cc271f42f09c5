import { toHex } from '../../bytes/hex.js';
import { nameOf } from '../../bytes/registry.js';
import { ByteWriter } from '../../bytes/writer.js';
import { openvpnOpcodes } from '../../wire/openvpn/opcodes.js';
import type { Refusal } from '../refusal.js';
import type { TlsOutput } from '../step.js';
import type { ControlPacket } from './control-packet.js';
import { withoutSecrets } from './push-options.js';
import { refusal } from './refusals.js';

const LONGEST_LINE = 4096;

/** What happenings say of a packet. */
export function describe({ opcode, keyId, packetId, acks, payload }: ControlPacket) {
  return { opcode: nameOf(openvpnOpcodes, opcode), keyId, ...(packetId !== undefined && { packetId }), acks, payload: payload.length };
}

/** A session id in hex. */
export function idText(id: bigint): string {
  return toHex(new ByteWriter(8).u64(id).finish());
}

/** A line of the control channel without what must not be shown. */
export function hideSecrets(line: string): string {
  const shown = line.slice(0, LONGEST_LINE).replace(/[^\x20-\x7e]/g, '.');
  if (shown.startsWith('PUSH_REPLY')) return shown.split(',').map(withoutSecrets).join(',');
  return shown.replace(/^(CR_RESPONSE,).*/, '$1[secret]');
}

/** Why TLS came to nothing; `TLS alert "unknown ca"` is `tls-alert-unknown-ca`. */
export function tlsRefusal({ reason = 'no reason given', refusedBy = 'us' }: TlsOutput): Refusal {
  const alert = /^TLS alert "(.+)"$/.exec(reason)?.[1];
  const code = alert === undefined ? 'tls-failed' : `tls-alert-${alert.replaceAll(' ', '-')}`;
  const values = refusedBy === 'peer' ? { theirs: reason } : { ours: reason };
  return refusal(code, refusedBy, 'TLS', `${refusedBy === 'peer' ? 'the peer' : 'we'} broke off the TLS handshake: ${reason}`, values);
}
