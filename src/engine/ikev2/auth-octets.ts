import { ByteWriter } from '../../bytes/writer.js';
import type { Ikev2Keys } from '../../keymat/ikev2.js';
import { type Id, payload as idPayload } from '../../wire/ike/payloads/id.js';
import type { Role } from '../ike/role.js';
import type { AuthOctets } from './authentication/contract.js';
import type { SecuredSa, Transcript } from './state.js';

/** Body of an ID payload, as it stands in the message. */
export function idBody(id: Id): Uint8Array {
  const w = new ByteWriter(32);
  idPayload.encode(id, w);
  return w.finish();
}

/**
 * What the AUTH of one end is computed over (RFC 7296 §2.15).
 * @param whose the original initiator's or the responder's AUTH
 * @param authId message id of the first IKE_AUTH, which closes IntAuth (RFC 9242 §3.3.2)
 */
export function authOctets(sa: SecuredSa, transcript: Transcript, keys: Ikev2Keys, whose: Role, body: Uint8Array): AuthOctets {
  const { intermediate } = transcript;
  const authId = 1 + (intermediate?.rounds ?? 0);
  return {
    prf: sa.suite.prf,
    skP: (whose === 'initiator' ? keys.skPi : keys.skPr).reveal(),
    realMessage: whose === 'initiator' ? transcript.messageI : transcript.messageR,
    nonce: whose === 'initiator' ? transcript.nonceR : transcript.nonceI,
    idBody: body,
    ...(intermediate === undefined
      ? {}
      : { intermediate: Buffer.concat([intermediate.i, intermediate.r, new ByteWriter(4).u32(authId).finish()]) }),
  };
}
