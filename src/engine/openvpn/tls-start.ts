import type { X509Certificate } from 'node:crypto';
import { DATA_KEYS_LABEL, DYNAMIC_TLS_CRYPT_LABEL } from '../../keymat/openvpn-prf.js';
import { STATIC_KEY_LENGTH } from '../../keymat/openvpn-static-key.js';
import type { TlsStart } from '../step.js';
import { canVerify } from './peer-certificate.js';
import type { TlsSettings } from './settings.js';

/** Our own certificates, as far as the peer is to see them: a client shows what it is only where it can tell whom it shows it to. */
export function shownCertificates({ role, tls: { certificates, peer } }: TlsSettings): readonly X509Certificate[] {
  return role === 'server' || canVerify(peer) ? certificates : [];
}

/**
 * How TLS begins inside the control channel. Every certificate is let through: we judge it, to name what is wrong with it. So a client's TLS
 * needs no authorities; a server's tells the client which they are.
 */
export function tlsStart(settings: TlsSettings): TlsStart {
  const { role, tls } = settings;
  const { key, minVersion, maxVersion, ciphers, groups, peer } = tls;
  const isClient = role === 'client';
  const own = shownCertificates(settings);
  const shown = isClient ? withIssuers(own, peer.authorities) : own;
  return {
    role,
    ...(key !== undefined && shown.length > 0 && { key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }),
    ...(shown.length > 0 && { certificates: pem(shown) }),
    ...(!isClient && peer.authorities.length > 0 && { authorities: pem(peer.authorities) }),
    minVersion,
    maxVersion,
    ...(ciphers !== undefined && { ciphers }),
    ...(groups !== undefined && { groups }),
    peerCertificates: role === 'server' && peer.required === 'none' ? 'unasked' : 'asked',
    stream: true,
    exporters: [
      { label: DATA_KEYS_LABEL, length: STATIC_KEY_LENGTH },
      { label: DYNAMIC_TLS_CRYPT_LABEL, length: STATIC_KEY_LENGTH },
    ],
  };
}

/**
 * What we show, with those of the authorities that stand between it and a root: OpenVPN's `ca` may hold them, and OpenSSL, which looks for
 * them by itself, is not told of authorities here.
 */
function withIssuers(certificates: readonly X509Certificate[], authorities: readonly X509Certificate[]): readonly X509Certificate[] {
  const between = authorities.filter(({ subject, issuer }) => subject !== issuer);
  const shown = [...certificates];
  for (let last = shown.at(-1); last !== undefined; ) {
    const certificate = last;
    last = between.find((one) => !shown.includes(one) && certificate.checkIssued(one));
    if (last !== undefined) shown.push(last);
  }
  return shown;
}

function pem(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => certificate.toString()).join('');
}
