import type { Authorities, Credential } from '../../src/checks/shared/credentials.js';
import { parseCertificates } from '../../src/host/certificates.js';
import { answer } from '../../src/host/host.js';
import { certificateFile } from './certificates.js';
import { connection, sourced } from './configured-facts.js';

/** Certificates of these files of test/vectors/certificates. */
export const certificates = (...names: readonly string[]) => names.flatMap((name) => parseCertificates(certificateFile(name), name));

type Changes = Omit<Partial<Credential>, 'authorities'> & { readonly authorities?: Partial<Authorities> };

/** The gateway's certificate in swanctl.conf with its authority, changed as given; no keys, no lists. */
export function credential({ authorities, ...changes }: Changes = {}): Credential {
  return {
    subject: 'gw',
    connection: connection(),
    end: 'local',
    product: 'strongswan',
    source: sourced('gw.pem', 8),
    path: '/etc/swanctl/x509/gw.pem',
    certificates: answer(certificates('gw.pem')),
    keys: [],
    onToken: false,
    authorities: {
      places: ['/etc/swanctl/x509ca'],
      certificates: certificates('ca.pem'),
      unread: [],
      hidden: false,
      lists: [],
      ...authorities,
    },
    ...changes,
  };
}
