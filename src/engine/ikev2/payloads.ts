import type { OutgoingPayload, PayloadNode, PayloadOf } from '../../wire/ike/chain.js';
import type { Auth } from '../../wire/ike/payloads/auth.js';
import type { Cert } from '../../wire/ike/payloads/cert.js';
import type { CertReq } from '../../wire/ike/payloads/certreq.js';
import type { Cp } from '../../wire/ike/payloads/cp.js';
import type { Delete } from '../../wire/ike/payloads/delete-sa.js';
import type { Eap } from '../../wire/ike/payloads/eap.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import type { Notify } from '../../wire/ike/payloads/notify.js';
import type { Proposal } from '../../wire/ike/payloads/sa.js';
import type { Selector } from '../../wire/ike/payloads/ts.js';
import { isErrorNotify } from '../../wire/ike/tables/notify.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';

const NOTHING = new Uint8Array(0);

/** Payloads to send, one call each. */
export const out = {
  sa: (proposals: readonly Proposal[]): OutgoingPayload => ({ kind: 'sa', type: V2.SA, value: { proposals } }),
  ke: (group: number, data: Uint8Array): OutgoingPayload => ({ kind: 'ke', type: V2.KE, value: { group, data } }),
  nonce: (nonce: Uint8Array): OutgoingPayload => ({ kind: 'nonce', type: V2.Nonce, value: { nonce } }),
  notify: (type: number, data: Uint8Array = NOTHING, about: Pick<Notify, 'protocol' | 'spi'> = NO_SPI): OutgoingPayload => ({
    kind: 'notify',
    type: V2.N,
    value: { ...about, type, data },
  }),
  idI: (value: Id): OutgoingPayload => ({ kind: 'id', type: V2.IDi, value }),
  idR: (value: Id): OutgoingPayload => ({ kind: 'id', type: V2.IDr, value }),
  auth: (value: Auth): OutgoingPayload => ({ kind: 'auth', type: V2.AUTH, value }),
  cert: (value: Cert): OutgoingPayload => ({ kind: 'cert', type: V2.CERT, value }),
  certreq: (value: CertReq): OutgoingPayload => ({ kind: 'certreq', type: V2.CERTREQ, value }),
  tsI: (selectors: readonly Selector[]): OutgoingPayload => ({ kind: 'ts', type: V2.TSi, value: { selectors } }),
  tsR: (selectors: readonly Selector[]): OutgoingPayload => ({ kind: 'ts', type: V2.TSr, value: { selectors } }),
  cp: (value: Cp): OutgoingPayload => ({ kind: 'cp', type: V2.CP, value }),
  eap: (value: Eap): OutgoingPayload => ({ kind: 'eap', type: V2.EAP, value }),
  vendorId: (id: Uint8Array): OutgoingPayload => ({ kind: 'vendor-id', type: V2.V, value: { id } }),
  deletion: (value: Delete): OutgoingPayload => ({ kind: 'delete-sa', type: V2.D, value }),
} as const;

const NO_SPI: Pick<Notify, 'protocol' | 'spi'> = { protocol: 0, spi: NOTHING };

type ValueOf<K extends PayloadNode['kind']> = PayloadOf<K>['value'];

/** The values of all payloads of one codec that came in, in their order. */
export function allOf<K extends 'cert' | 'certreq' | 'vendor-id' | 'delete-sa' | 'notify'>(
  payloads: readonly PayloadNode[],
  kind: K,
): readonly ValueOf<K>[] {
  return payloads.flatMap((node) => (node.kind === kind ? [node.value as ValueOf<K>] : []));
}

/** The value of the first payload of one codec; of IDs and TSs, which share theirs, of one type. */
export function firstOf<K extends 'sa' | 'ke' | 'nonce' | 'id' | 'auth' | 'ts' | 'cp' | 'eap'>(
  payloads: readonly PayloadNode[],
  kind: K,
  type?: number,
): ValueOf<K> | undefined {
  const found = payloads.find((node) => node.kind === kind && (type === undefined || node.type === type));
  return found?.value as ValueOf<K> | undefined;
}

/** The first notify of one type. */
export function notifyOf(payloads: readonly PayloadNode[], type: number): Notify | undefined {
  for (const node of payloads) if (node.kind === 'notify' && node.value.type === type) return node.value;
  return undefined;
}

/** Types of the error notifies of a message. */
export function errorsOf(payloads: readonly PayloadNode[]): readonly number[] {
  return allOf(payloads, 'notify').flatMap(({ type }) => (isErrorNotify(type) ? [type] : []));
}
