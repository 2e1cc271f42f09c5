import type { FakeAnswers } from '../../src/host/fake.js';
import { certificateFile } from './certificates.js';
import { healthyHost } from './healthy-host.js';
import { libreswanHost } from './libreswan-host.js';

/** Files by path: the name of a file of test/vectors/certificates, or a refusal. */
export type CertificateFiles = Readonly<Record<string, string | { readonly reason: 'missing' | 'denied' | 'binary' }>>;

function contents(files: CertificateFiles): NonNullable<FakeAnswers['files']> {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [path, typeof file === 'string' ? certificateFile(file) : file]));
}

/** strongSwan with a connection that has a certificate, and its files below /etc/swanctl. */
export function swanctlCertificateHost(
  files: CertificateFiles = {},
  { id = 'gw.example.com', remote = '198.51.100.1', extra = '', now }: { id?: string; remote?: string; extra?: string; now?: Date } = {},
  more = '',
) {
  const conf = `connections {
  gw {
    remote_addrs = ${remote}
    local {
      certs = gw.pem
      id = ${id}
    }
    remote {
      id = peer.example.com
      ${extra}
    }
    children {
      a {
      }
      b {
      }
    }
  }
}
${more}`;
  const below = Object.fromEntries(Object.entries(files).map(([path, file]) => [`/etc/swanctl/${path}`, file]));
  return healthyHost({
    files: {
      '/etc/swanctl/swanctl.conf': conf,
      ...contents({
        '/etc/swanctl/x509/gw.pem': 'gw.pem',
        '/etc/swanctl/x509ca/ca.pem': 'ca.pem',
        '/etc/swanctl/private/gw.key': 'gw.key',
        ...below,
      }),
    },
    ...(now !== undefined && { now }),
  });
}

/** libreswan with a certificate in NSS. */
export function nssCertificateHost(commands: NonNullable<FakeAnswers['commands']> = {}) {
  return libreswanHost({
    files: {
      '/etc/ipsec.conf':
        'conn gw\n\tleft=192.0.2.1\n\tleftid=@gw.example.com\n\tleftcert=gw\n\tright=198.51.100.1\n\tauthby=rsasig\n\tauto=start\n',
      '/var/lib/ipsec/nss/cert9.db': '',
    },
    commands: { 'certutil -L -d sql:/var/lib/ipsec/nss -n gw -a': certificateFile('gw.pem'), ...commands },
  });
}
