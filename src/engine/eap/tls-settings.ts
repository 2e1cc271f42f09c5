import { Secret } from '../../bytes/secret.js';
import type { TlsOutput, TlsStart } from '../step.js';
import type { EapReason } from './contract.js';
import type { EapClient } from './settings.js';

const MSK_LENGTH = 64;
/** Type of EAP-TLS, the context of its exporter (RFC 9190 §2.3). */
const CONTEXT = Uint8Array.of(13);

/** How the TLS stack begins for EAP-TLS: MSK is the first half of what its exporters give (RFC 5216 §2.3, RFC 9190 §2.3). */
export function tlsStart(role: 'client' | 'server', credentials: NonNullable<EapClient['tls']>): TlsStart {
  return {
    role,
    ...credentials,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    exporters: [
      { label: 'client EAP encryption', length: 2 * MSK_LENGTH },
      { label: 'EXPORTER_EAP_TLS_Key_Material', context: CONTEXT, length: 2 * MSK_LENGTH },
    ],
  };
}

/**
 * MSK of a handshake that is through.
 * @param asRfc9190 with TLS 1.3: the other end follows RFC 9190; who came before it took the key of older versions (strongSwan 5.9.8)
 */
export function tlsMsk({ exported, version }: TlsOutput, asRfc9190: boolean): { readonly msk?: Secret } {
  const material = (asRfc9190 && version === 'TLSv1.3' ? exported?.[1] : undefined) ?? exported?.[0];
  return material === undefined ? {} : { msk: new Secret(material.slice(0, MSK_LENGTH)) };
}

export function tlsRefusal(output: TlsOutput): EapReason {
  const reason = output.reason ?? 'no reason given';
  const by = output.refusedBy ?? 'us';
  return {
    code: 'eap-tls-failed',
    by,
    text: by === 'peer' ? `EAP-TLS: the peer broke off the TLS handshake: ${reason}` : `EAP-TLS: we broke off the TLS handshake: ${reason}`,
    ...(by === 'peer' ? { theirs: reason } : { ours: reason }),
  };
}
