import { EXCHANGE, EXCHANGE_V1 } from './exchange-types.js';
import type { V1, V2 } from './payload-types.js';

/** How often a payload occurs: once, at most once, any number, at least once. */
export type Occurrence = '1' | '?' | '*' | '+';

/** Payloads by their short names, as the RFCs draw their exchanges. What is not listed does not belong there. */
export type ShapeV1 = Partial<Record<keyof typeof V1, Occurrence>>;
export type ShapeV2 = Partial<Record<keyof typeof V2, Occurrence>>;

export interface ExchangeRule<Shape> {
  readonly exchange: number;
  /** IKEv1 has no flag for it, so its rules are for `both`. */
  readonly direction: 'request' | 'response' | 'both';
  /** Whether the payloads travel encrypted. */
  readonly sealed: 'never' | 'must' | 'may';
  /** Alternatives: a message is in order when it has one of these shapes. The first one is the usual one. */
  readonly shapes: readonly Shape[];
  readonly spec: string;
}

/** A refusal, a cookie or another answer without the payloads of success. */
const NOTIFIES_ONLY: ShapeV2 = { N: '+', V: '*' };

export const IKEV2_GRAMMAR: readonly ExchangeRule<ShapeV2>[] = [
  {
    exchange: EXCHANGE.IKE_SA_INIT,
    direction: 'request',
    sealed: 'never',
    shapes: [{ N: '*', PS: '?', SA: '1', KE: '1', Nonce: '1', V: '*' }],
    spec: 'RFC 7296 §1.2, §2.6, Appendix C.1; RFC 8019 §7.1',
  },
  {
    exchange: EXCHANGE.IKE_SA_INIT,
    direction: 'response',
    sealed: 'never',
    shapes: [{ SA: '1', KE: '1', Nonce: '1', CERTREQ: '*', N: '*', V: '*' }, NOTIFIES_ONLY],
    spec: 'RFC 7296 §1.2, §2.6, Appendix C.1',
  },
  {
    exchange: EXCHANGE.IKE_AUTH,
    direction: 'request',
    sealed: 'must',
    shapes: [
      { IDi: '1', CERT: '*', CERTREQ: '*', IDr: '?', AUTH: '?', CP: '?', SA: '?', TSi: '?', TSr: '?', N: '*', V: '*', PS: '?' },
      { EAP: '1', N: '*', V: '*' },
      { GSPM: '1', N: '*', V: '*' },
      { AUTH: '1', N: '*', V: '*' },
    ],
    spec: 'RFC 7296 §1.2, §2.16, Appendix C.2, C.3; RFC 6023; RFC 6467; RFC 8019',
  },
  {
    exchange: EXCHANGE.IKE_AUTH,
    direction: 'response',
    sealed: 'must',
    shapes: [
      { IDr: '1', CERT: '*', AUTH: '1', EAP: '?', CP: '?', SA: '?', TSi: '?', TSr: '?', N: '*', V: '*' },
      { AUTH: '1', CP: '?', SA: '?', TSi: '?', TSr: '?', N: '*', V: '*' },
      { IDr: '1', CERT: '*', EAP: '1', N: '*', V: '*' },
      { EAP: '1', N: '*', V: '*' },
      { IDr: '?', GSPM: '1', N: '*', V: '*' },
      NOTIFIES_ONLY,
    ],
    spec: 'RFC 7296 §1.2, §2.16, §2.21.2, Appendix C.2, C.3; RFC 5998',
  },
  {
    exchange: EXCHANGE.CREATE_CHILD_SA,
    direction: 'request',
    sealed: 'must',
    shapes: [{ N: '*', CP: '?', SA: '1', Nonce: '1', KE: '?', TSi: '?', TSr: '?', V: '*' }],
    spec: 'RFC 7296 §1.3, Appendix C.4, C.5',
  },
  {
    exchange: EXCHANGE.CREATE_CHILD_SA,
    direction: 'response',
    sealed: 'must',
    shapes: [{ N: '*', CP: '?', SA: '1', Nonce: '1', KE: '?', TSi: '?', TSr: '?', V: '*' }, NOTIFIES_ONLY],
    spec: 'RFC 7296 §1.3, Appendix C.4, C.5',
  },
  {
    // Outside an IKE SA an error notify travels in clear, RFC 7296 §1.5.
    exchange: EXCHANGE.INFORMATIONAL,
    direction: 'both',
    sealed: 'may',
    shapes: [{ N: '*', D: '*', CP: '?', V: '*' }],
    spec: 'RFC 7296 §1.4, §1.5, Appendix C.6',
  },
  {
    exchange: EXCHANGE.IKE_SESSION_RESUME,
    direction: 'request',
    sealed: 'never',
    shapes: [{ N: '+', Nonce: '1', V: '*' }],
    spec: 'RFC 5723 §4.3.1',
  },
  {
    exchange: EXCHANGE.IKE_SESSION_RESUME,
    direction: 'response',
    sealed: 'never',
    shapes: [{ Nonce: '1', N: '*', V: '*' }, NOTIFIES_ONLY],
    spec: 'RFC 5723 §4.3.2',
  },
  {
    exchange: EXCHANGE.IKE_INTERMEDIATE,
    direction: 'both',
    sealed: 'must',
    shapes: [{ KE: '?', N: '*', V: '*' }],
    spec: 'RFC 9242 §3.2; RFC 9370 §2.2.2; RFC 9867',
  },
  {
    exchange: EXCHANGE.IKE_FOLLOWUP_KE,
    direction: 'both',
    sealed: 'must',
    shapes: [{ KE: '1', N: '*', V: '*' }, NOTIFIES_ONLY],
    spec: 'RFC 9370 §2.2.4',
  },
  {
    exchange: EXCHANGE.GSA_AUTH,
    direction: 'request',
    sealed: 'must',
    shapes: [
      { IDi: '1', CERT: '*', CERTREQ: '*', IDr: '?', AUTH: '?', IDg: '1', SA: '?', N: '*', V: '*' },
      { EAP: '1', N: '*', V: '*' },
      { AUTH: '1', N: '*', V: '*' },
    ],
    spec: 'RFC 9838 §2.3.1',
  },
  {
    exchange: EXCHANGE.GSA_AUTH,
    direction: 'response',
    sealed: 'must',
    shapes: [
      { IDr: '1', CERT: '*', AUTH: '1', GSA: '?', KD: '?', N: '*', V: '*' },
      { IDr: '?', CERT: '*', AUTH: '?', EAP: '1', N: '*', V: '*' },
      NOTIFIES_ONLY,
    ],
    spec: 'RFC 9838 §2.3.1',
  },
  {
    exchange: EXCHANGE.GSA_REGISTRATION,
    direction: 'request',
    sealed: 'must',
    shapes: [{ IDg: '1', SA: '?', N: '*', V: '*' }, NOTIFIES_ONLY],
    spec: 'RFC 9838 §2.3.2',
  },
  {
    exchange: EXCHANGE.GSA_REGISTRATION,
    direction: 'response',
    sealed: 'must',
    shapes: [{ GSA: '?', KD: '?', N: '*', D: '*', V: '*' }],
    spec: 'RFC 9838 §2.3.2',
  },
  {
    exchange: EXCHANGE.GSA_REKEY,
    direction: 'both',
    sealed: 'must',
    shapes: [{ GSA: '?', KD: '?', N: '*', D: '*', AUTH: '?' }],
    spec: 'RFC 9838 §2.4.1',
  },
  {
    exchange: EXCHANGE.GSA_INBAND_REKEY,
    direction: 'both',
    sealed: 'must',
    shapes: [{ GSA: '?', KD: '?', N: '*', D: '*' }],
    spec: 'RFC 9838 §2.4.2',
  },
];

/** What any message of IKEv1 phase 1 may carry besides. */
const BESIDES: ShapeV1 = { VID: '*', N: '*', CR: '*', CERT: '*', 'NAT-D': '*', 'NAT-D-DRAFT': '*', 'NAT-D-DRAFT-04': '*' };

export const IKEV1_GRAMMAR: readonly ExchangeRule<ShapeV1>[] = [
  {
    // Messages 1 and 2, 3 and 4, and, encrypted, 5 and 6; the last two shapes are of authentication with encryption.
    exchange: EXCHANGE_V1['Identity Protection (Main Mode)'],
    direction: 'both',
    sealed: 'may',
    shapes: [
      { SA: '1', ...BESIDES },
      { KE: '1', NONCE: '1', ...BESIDES },
      { ID: '1', HASH: '1', ...BESIDES },
      { ID: '1', SIG: '1', ...BESIDES },
      { KE: '1', ID: '1', NONCE: '1', HASH: '?', ...BESIDES },
      { HASH: '1', ...BESIDES },
    ],
    spec: 'RFC 2409 §5; RFC 3947 §3.2',
  },
  {
    exchange: EXCHANGE_V1.Aggressive,
    direction: 'both',
    sealed: 'may',
    shapes: [
      { SA: '1', KE: '1', NONCE: '1', ID: '1', HASH: '?', SIG: '?', ...BESIDES },
      { HASH: '1', ...BESIDES },
      { SIG: '1', ...BESIDES },
    ],
    spec: 'RFC 2409 §5; RFC 3947 §3.2',
  },
  {
    exchange: EXCHANGE_V1['Quick Mode'],
    direction: 'both',
    sealed: 'must',
    shapes: [
      { HASH: '1', SA: '+', NONCE: '1', KE: '?', ID: '*', N: '*', 'NAT-OA': '*', 'NAT-OA-DRAFT': '*', 'NAT-OA-DRAFT-04': '*', VID: '*' },
      { HASH: '1', N: '*' },
    ],
    spec: 'RFC 2409 §5.5; RFC 3947 §5.2',
  },
  {
    // In clear only before there is a phase 1 SA, RFC 2409 §5.7.
    exchange: EXCHANGE_V1.Informational,
    direction: 'both',
    sealed: 'may',
    shapes: [
      { HASH: '?', N: '+', VID: '*' },
      { HASH: '?', D: '+', N: '*', VID: '*' },
    ],
    spec: 'RFC 2409 §5.7; RFC 2408 §4.8',
  },
  {
    exchange: EXCHANGE_V1.Transaction,
    direction: 'both',
    sealed: 'must',
    shapes: [{ HASH: '1', ATTR: '1', VID: '*', N: '*' }],
    spec: 'draft-dukes-ike-mode-cfg-02 §2; draft-beaulieu-ike-xauth-02',
  },
  {
    exchange: EXCHANGE_V1['New Group Mode'],
    direction: 'both',
    sealed: 'must',
    shapes: [{ HASH: '1', SA: '1' }],
    spec: 'RFC 2409 §5.6',
  },
  {
    exchange: EXCHANGE_V1.Base,
    direction: 'both',
    sealed: 'may',
    shapes: [
      { SA: '1', ID: '1', NONCE: '1', ...BESIDES },
      { SA: '1', NONCE: '1', ID: '?', ...BESIDES },
      { KE: '1', ID: '?', HASH: '?', SIG: '?', ...BESIDES },
    ],
    spec: 'RFC 2408 §4.4',
  },
];
