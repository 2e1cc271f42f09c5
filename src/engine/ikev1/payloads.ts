import { ByteWriter } from '../../bytes/writer.js';
import { encodeChain, type OutgoingPayload, type PayloadNode, type PayloadOf } from '../../wire/ike/chain.js';
import type { AttributesV1 } from '../../wire/ike/payloads/attributes-v1.js';
import type { Cert } from '../../wire/ike/payloads/cert.js';
import type { CertReq } from '../../wire/ike/payloads/certreq.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import type { IdV1 } from '../../wire/ike/payloads/id-v1.js';
import type { NatOa } from '../../wire/ike/payloads/nat-oa.js';
import type { NotifyV1 } from '../../wire/ike/payloads/notify-v1.js';
import type { SaV1 } from '../../wire/ike/payloads/sa-v1.js';
import { V1 } from '../../wire/ike/tables/payload-types.js';
import { DOI } from '../../wire/ike/tables/protocols.js';

const NOTHING = new Uint8Array(0);

/** Payloads to send, one call each. */
export const out = {
  sa: (value: SaV1): OutgoingPayload => ({ kind: 'sa-v1', type: V1.SA, value }),
  ke: (data: Uint8Array): OutgoingPayload => ({ kind: 'ke-v1', type: V1.KE, value: { data } }),
  nonce: (nonce: Uint8Array): OutgoingPayload => ({ kind: 'nonce', type: V1.NONCE, value: { nonce } }),
  /** An identity of phase 1: protocol and port are zero, as everybody takes them (RFC 2407 §4.6.2). */
  id: ({ type, data }: Id): OutgoingPayload => out.selector({ type, protocol: 0, port: 0, data }),
  selector: (value: IdV1): OutgoingPayload => ({ kind: 'id-v1', type: V1.ID, value }),
  hash: (hash: Uint8Array): OutgoingPayload => ({ kind: 'hash-v1', type: V1.HASH, value: { hash } }),
  cert: (value: Cert): OutgoingPayload => ({ kind: 'cert', type: V1.CERT, value }),
  certreq: (value: CertReq): OutgoingPayload => ({ kind: 'certreq', type: V1.CR, value }),
  signature: (signature: Uint8Array): OutgoingPayload => ({ kind: 'signature-v1', type: V1.SIG, value: { signature } }),
  /** `type`: that of the way of NAT traversal in use. */
  natD: (hash: Uint8Array, type: number): OutgoingPayload => ({ kind: 'nat-d', type, value: { hash } }),
  natOa: (value: NatOa, type: number): OutgoingPayload => ({ kind: 'nat-oa', type, value }),
  attributes: (value: AttributesV1): OutgoingPayload => ({ kind: 'attributes-v1', type: V1.ATTR, value }),
  vendorId: (id: Uint8Array): OutgoingPayload => ({ kind: 'vendor-id', type: V1.VID, value: { id } }),
  notify: (type: number, about: Pick<NotifyV1, 'protocol' | 'spi'>, data: Uint8Array = NOTHING): OutgoingPayload => ({
    kind: 'notify-v1',
    type: V1.N,
    value: { doi: DOI.IPSEC, ...about, type, data },
  }),
  deletion: (protocol: number, spis: readonly Uint8Array[]): OutgoingPayload => ({
    kind: 'delete-sa-v1',
    type: V1.D,
    value: { doi: DOI.IPSEC, protocol, spiSize: spis[0]?.length ?? 0, spis },
  }),
} as const;

/** The body of a payload as it will be sent: what hashes cover. */
export function bodyOf(payload: OutgoingPayload): Uint8Array {
  const w = new ByteWriter();
  encodeChain([payload], 1, w);
  return w.finish().slice(4);
}

type ValueOf<K extends PayloadNode['kind']> = NonNullable<PayloadOf<K>['value']>;
type Kind = Exclude<PayloadNode['kind'], 'raw' | 'malformed'>;

/** The values of all payloads of one codec that came in, in their order. */
export function allOf<K extends Kind>(payloads: readonly PayloadNode[], kind: K): readonly ValueOf<K>[] {
  return payloads.flatMap((node) => (node.kind === kind ? [node.value as ValueOf<K>] : []));
}

/** The first payload of one codec whole, for what needs its very bytes. */
export function nodeOf<K extends Kind>(payloads: readonly PayloadNode[], kind: K): PayloadOf<K> | undefined {
  return payloads.find((node) => node.kind === kind) as PayloadOf<K> | undefined;
}

/** The value of the first payload of one codec. */
export function firstOf<K extends Kind>(payloads: readonly PayloadNode[], kind: K): ValueOf<K> | undefined {
  return (nodeOf(payloads, kind) as PayloadNode | undefined)?.value as ValueOf<K> | undefined;
}
