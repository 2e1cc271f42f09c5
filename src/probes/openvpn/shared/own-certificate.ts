import { judgePeerCertificate } from '../../../engine/openvpn/peer-certificate.js';
import type { Refusal } from '../../../engine/refusal.js';
import type { ProbeContext } from '../probe.js';

/** What a server with our authority would have against the certificate that we show; undefined: nothing, or it cannot be told. */
export function ownCertificateFault({ target, link }: ProbeContext): Refusal | undefined {
  const settings = target.settings.udp;
  if (settings.mode !== 'tls' || settings.tls.certificates.length === 0 || settings.tls.peer.authorities.length === 0) return undefined;
  const { authorities, revocationLists } = settings.tls.peer;
  const wanted = {
    authorities,
    revocationLists,
    fingerprints: [],
    extendedKeyUsage: 'clientAuth',
    keyUsage: false,
    required: 'require',
  } as const;
  return judgePeerCertificate(settings.tls.certificates, wanted, 'client', link.date()).refusal;
}
