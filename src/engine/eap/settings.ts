import type { Secret } from '../../bytes/secret.js';

export type EapMethodName = 'md5' | 'mschapv2' | 'gtc' | 'tls';

/** EAP as the initiator: answers whatever method the peer asks for, of those allowed. */
export interface EapClient {
  /** EAP identity when it is not the IKE identity. */
  readonly identity?: string;
  readonly methods: readonly EapMethodName[];
  readonly username?: string;
  readonly password?: Secret;
  /** EAP-TLS: PEM. */
  readonly tls?: { readonly key: string; readonly certificates: string; readonly authorities: string };
}

/** EAP as the responder. */
export interface EapServer {
  readonly methods: readonly EapMethodName[];
  readonly users: readonly { readonly name: string; readonly password: Secret }[];
  readonly tls?: { readonly key: string; readonly certificates: string; readonly authorities: string };
}
