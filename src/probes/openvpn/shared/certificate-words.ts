import type { Refusal } from '../../../engine/refusal.js';
import type { Fix } from '../../../model/finding.js';

/** Faults of the server's certificate that captures show too. */
export const certificateWords: Readonly<Record<string, { readonly code: string; readonly cause: string; readonly fix: readonly Fix[] }>> = {
  'certificate-expired': {
    code: 'openvpn/certificate-expired',
    cause: 'A client refuses it with "VERIFY ERROR: certificate has expired".',
    fix: [
      { end: 'theirs', text: 'issue the certificate anew, and restart OpenVPN there' },
      { end: 'either', text: 'date -u at both ends; set up NTP where it is wrong' },
    ],
  },
  'certificate-not-yet-valid': {
    code: 'openvpn/certificate-expired',
    cause: 'Its time has not come: the clock of this host, or of whoever issued it, is wrong (devices without a battery begin in 1970).',
    fix: [{ end: 'either', text: 'date -u at both ends; set up NTP where it is wrong' }],
  },
  'certificate-extended-key-usage': {
    code: 'openvpn/certificate-usage',
    cause:
      'remote-cert-tls asks for a certificate that is made for servers; a client refuses another with "VERIFY EKU ERROR", because any client could pass itself off as the server.',
    fix: [{ end: 'theirs', text: 'issue it anew with extendedKeyUsage=serverAuth (easyrsa build-server-full)' }],
  },
  'certificate-key-usage': {
    code: 'openvpn/certificate-usage',
    cause: 'remote-cert-tls asks for key usage in the certificate; a client refuses one without with "VERIFY KU ERROR".',
    fix: [{ end: 'theirs', text: 'issue it anew with keyUsage=digitalSignature,keyEncipherment and extendedKeyUsage=serverAuth' }],
  },
  'certificate-name': {
    code: 'probe/openvpn-certificate-name',
    cause: 'verify-x509-name asks for another name: either this is another server, or its certificate was made anew under another name.',
    fix: [],
  },
  'certificate-fingerprint': {
    code: 'probe/openvpn-certificate-fingerprint',
    cause: 'peer-fingerprint names one certificate, and the server has another: it was made anew, or this is another server.',
    fix: [{ end: 'theirs', text: 'openssl x509 -in server.crt -noout -fingerprint -sha256 shows it; put it into peer-fingerprint here' }],
  },
};

/** What mends a chain that does not end at our authority, or that our lists are against. */
export function unacceptedFixes({ code, theirs }: Refusal): readonly Fix[] {
  if (code === 'certificate-revocation-list')
    return [
      {
        end: 'ours',
        text: 'a new list for crl-verify: easyrsa gen-crl where the authority is (with EASYRSA_CRL_DAYS, and again before it ends), its pki/crl.pem copied here',
      },
      { end: 'ours', text: 'without crl-verify until then, to get in' },
    ];
  if (code === 'certificate-revoked')
    return [{ end: 'theirs', text: 'a new certificate for the server (easyrsa build-server-full): this one was taken back for good' }];
  const renewed: Fix = {
    end: 'theirs',
    text: 'openssl verify -CAfile ca.crt server.crt says the same; a new certificate, or the missing intermediate into its cert file',
  };
  if (code !== 'certificate-issuer-unknown') return [renewed];
  const text = `the ca that this server has: ca.crt of its administrator, with ${theirs ?? 'its issuer'} in it; a PKI made anew wants a new file at every client`;
  return [{ end: 'ours', text }, renewed];
}

interface Words {
  /** Absent: that of `certificateWords`. */
  readonly cause?: string;
  readonly fix: readonly Fix[];
}

/** Words where our own line is the more likely to be wrong than the server; undefined: those of `certificateWords` are right. */
export function ownLineWords(refusal: Refusal): Words | undefined {
  const { code, ours = '', theirs = '' } = refusal;
  if (code === 'certificate-name') return nameWords(refusal);
  const bits = code === 'certificate-key-usage' && ours.startsWith('remote-cert-ku');
  if (!bits && (code !== 'certificate-extended-key-usage' || ours.includes('serverAuth'))) return undefined;
  const [line, log] = bits ? [ours, 'KU'] : [`remote-cert-eku ${ours}`, 'EKU'];
  return {
    cause: `${line} in our configuration asks for what this certificate has not (${theirs}); a client refuses it with "VERIFY ${log} ERROR".`,
    fix: [
      { end: 'ours', text: `remote-cert-tls server in place of ${bits ? 'remote-cert-ku' : 'remote-cert-eku'}` },
      { end: 'theirs', text: 'issue it anew with these usages, if it is without (easyrsa build-server-full)' },
    ],
  };
}

/** The line as it would have to be. */
function nameWords({ ours = '', theirs = '' }: Refusal): Words {
  const [type = 'name', ...rest] = ours.split(' ');
  const wanted = rest.join(' ');
  if (type === 'subject' && theirs.split(', ').includes(`CN=${wanted}`))
    return {
      cause: 'It is the common name that verify-x509-name names, and without a word behind it it is compared with the whole subject.',
      fix: [{ end: 'ours', text: `verify-x509-name ${wanted} name` }],
    };
  const line = `verify-x509-name ${/[\s"'\\]/.test(theirs) ? `'${theirs}'` : theirs} ${type}`;
  return { fix: [{ end: 'ours', text: `${line}, if that is the server you mean` }] };
}
