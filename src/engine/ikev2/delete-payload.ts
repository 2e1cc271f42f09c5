import { ByteWriter } from '../../bytes/writer.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { ChildSa } from '../child-sa.js';
import { out } from './payloads.js';

/** Delete payload for CHILD_SAs of one protocol: the SPIs are those that we receive with (RFC 7296 §3.11). */
export function deletePayload(children: readonly Pick<ChildSa, 'protocol' | 'spiIn'>[]): OutgoingPayload {
  const protocol = children[0]?.protocol === 'ah' ? PROTOCOL.AH : PROTOCOL.ESP;
  return out.deletion({ protocol, spiSize: 4, spis: children.map(({ spiIn }) => new ByteWriter(4).u32(spiIn).finish()) });
}
