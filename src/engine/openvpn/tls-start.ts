import { DATA_KEYS_LABEL, DYNAMIC_TLS_CRYPT_LABEL } from '../../keymat/openvpn-prf.js';
import { STATIC_KEY_LENGTH } from '../../keymat/openvpn-static-key.js';
import type { TlsStart } from '../step.js';
import type { TlsSettings } from './settings.js';

/** How TLS begins inside the control channel. Every certificate is let through: we judge it, to name what is wrong with it. */
export function tlsStart({ role, tls }: TlsSettings): TlsStart {
  const { key, certificates, minVersion, maxVersion, ciphers, peer } = tls;
  const pem = (list: typeof certificates) => list.map((certificate) => certificate.toString()).join('');
  return {
    role,
    ...(key !== undefined && { key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }),
    ...(certificates.length > 0 && { certificates: pem(certificates) }),
    ...(peer.authorities.length > 0 && { authorities: pem(peer.authorities) }),
    minVersion,
    maxVersion,
    ...(ciphers !== undefined && { ciphers }),
    peerCertificates: role === 'server' && peer.required === 'none' ? 'unasked' : 'asked',
    // As long as its key: what the peer says an hour later must still be understood.
    longLived: true,
    exporters: [
      { label: DATA_KEYS_LABEL, length: STATIC_KEY_LENGTH },
      { label: DYNAMIC_TLS_CRYPT_LABEL, length: STATIC_KEY_LENGTH },
    ],
  };
}
