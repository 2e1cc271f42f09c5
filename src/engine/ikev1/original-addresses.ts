import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { ID_TYPE_V1 } from '../../wire/ike/tables/identities.js';
import { V1 } from '../../wire/ike/tables/payload-types.js';
import { addressBytes } from '../../wire/ip/address.js';
import { out } from './payloads.js';
import type { PacketForm } from './phase2-suite.js';
import type { Established } from './state.js';

/**
 * NAT-OA payloads of a quick mode: the addresses of initiator and responder as this end sees them, which transport mode in UDP has to
 * know, since the checksums inside cover them (RFC 3947 §5.2). `began`: whether we began the quick mode.
 */
export function originalAddresses({ path, peer }: Established, { mode, udp }: PacketForm, began = true): readonly OutgoingPayload[] {
  if (mode !== 'transport' || !udp) return [];
  const addresses = began ? [path.local.address, path.remote.address] : [path.remote.address, path.local.address];
  return addresses.map((text) => {
    const address = addressBytes(text);
    return out.natOa(
      { type: address.length === 4 ? ID_TYPE_V1.ID_IPV4_ADDR : ID_TYPE_V1.ID_IPV6_ADDR, address },
      peer.nat?.natOa ?? V1['NAT-OA'],
    );
  });
}
