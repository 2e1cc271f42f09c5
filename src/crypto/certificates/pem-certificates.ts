const PEM_CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** More in one file is a bundle of all authorities of the world, which says nothing about a tunnel. */
const MAX_CERTIFICATES = 300;

/** The blocks of a PEM text that say they are certificates, in their order; the first 300. */
export function pemCertificates(text: string): readonly string[] {
  return [...text.matchAll(PEM_CERTIFICATE)].slice(0, MAX_CERTIFICATES).map(([pem]) => pem);
}
