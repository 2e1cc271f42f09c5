import type { X509Certificate } from 'node:crypto';
import { DecodeError } from '../../bytes/errors.js';
import type { CertificateFault, CertificateFaultCode } from './certificate-fault.js';
import { certificateFields } from './certificate-fields.js';
import { dateText, extendedKeyUsageNames, nameText } from './certificate-text.js';

/** What the certificate of an end shall be good for: IKE, or one end of TLS. */
export type CertificatePurpose = 'ike' | 'tls-server' | 'tls-client';

interface PurposeRule {
  /** In words. */
  readonly name: string;
  /** Extended key usages that will do; without the extension a certificate is good for everything. */
  readonly usages: readonly string[];
  /** Key usages of which one must be there, where there is a key usage at all. */
  readonly keyUsages: readonly string[];
  readonly fault: string;
}

const MAY_NOT_SIGN = 'may not sign';
const PURPOSES: Readonly<Record<CertificatePurpose, PurposeRule>> = {
  // RFC 4945 §5.1.3.2, §5.1.3.12, and what today's gateways take.
  ike: {
    name: 'IKE',
    usages: ['ipsecIKE', 'iKEIntermediate', 'serverAuth', 'clientAuth', 'anyExtendedKeyUsage'],
    keyUsages: ['digitalSignature', 'nonRepudiation'],
    fault: MAY_NOT_SIGN,
  },
  // As OpenSSL judges (`check_purpose_ssl_server` and `_client`, `crypto/x509/v3_purp.c`).
  'tls-server': {
    name: 'TLS servers',
    usages: ['serverAuth', 'anyExtendedKeyUsage'],
    keyUsages: ['digitalSignature', 'keyEncipherment', 'keyAgreement'],
    fault: 'is not for TLS',
  },
  'tls-client': {
    name: 'TLS clients',
    usages: ['clientAuth', 'anyExtendedKeyUsage'],
    keyUsages: ['digitalSignature', 'keyAgreement'],
    fault: MAY_NOT_SIGN,
  },
};

/** Faults of the certificate of an end of a tunnel, apart from who issued it; undefined when there is none. */
export function judgeEnd(certificate: X509Certificate, date: number, purpose: CertificatePurpose = 'ike'): CertificateFault | undefined {
  const rule = PURPOSES[purpose];
  return guarded(certificate, () => {
    const { keyUsage, unknownCritical } = certificateFields(certificate);
    const name = nameText(certificate.subject);
    const usages = extendedKeyUsageNames(certificate);
    const dates = judgeDates(certificate, date);
    if (dates !== undefined) return dates;
    if (usages.length > 0 && !usages.some((usage) => rule.usages.includes(usage))) {
      return fault('extended-key-usage', certificate, {
        text: `the certificate of ${name} is not for ${rule.name}: its extended key usage is ${usages.join(', ')}`,
        ours: rule.usages.join(' or '),
        theirs: usages.join(', '),
      });
    }
    if (keyUsage !== undefined && !keyUsage.some((usage) => rule.keyUsages.includes(usage))) {
      return fault('key-usage', certificate, {
        text: `the key of ${name} ${rule.fault}: its key usage is ${keyUsage.join(', ') || 'empty'}`,
        ours: rule.keyUsages.join(' or '),
        theirs: keyUsage.join(', ') || 'none',
      });
    }
    return judgeCritical(certificate, unknownCritical);
  });
}

/**
 * Faults of a certificate as an authority over others; undefined when there is none.
 * @param below how many authorities stand between it and the end
 * @param isAnchor given by the user, who vouches for it: version 1 and a missing flag are no fault then (RFC 5280 §6.1.1)
 */
export function judgeAuthority(certificate: X509Certificate, date: number, below: number, isAnchor: boolean): CertificateFault | undefined {
  return guarded(certificate, () => {
    const { basicConstraints, keyUsage, unknownCritical } = certificateFields(certificate);
    const name = nameText(certificate.subject);
    if (basicConstraints?.isAuthority !== true && !(isAnchor && basicConstraints === undefined)) {
      return fault('not-an-authority', certificate, {
        text: `${name} issued a certificate and is no authority itself: ${basicConstraints === undefined ? 'it has no basicConstraints' : 'its basicConstraints say CA:FALSE'}`,
        ours: 'CA:TRUE',
        theirs: basicConstraints === undefined ? 'no basicConstraints' : 'CA:FALSE',
      });
    }
    if (basicConstraints?.pathLength !== undefined && below > basicConstraints.pathLength) {
      return fault('path-too-long', certificate, {
        text: `${name} allows ${basicConstraints.pathLength} authorities below itself, there are ${below}`,
        ours: `${below} authorities`,
        theirs: `pathLenConstraint ${basicConstraints.pathLength}`,
      });
    }
    if (keyUsage !== undefined && !keyUsage.includes('keyCertSign')) {
      return fault('key-usage', certificate, {
        text: `the key of ${name} may not sign certificates: its key usage is ${keyUsage.join(', ') || 'empty'}`,
        ours: 'keyCertSign',
        theirs: keyUsage.join(', ') || 'none',
      });
    }
    return judgeDates(certificate, date) ?? judgeCritical(certificate, unknownCritical);
  });
}

function judgeDates(certificate: X509Certificate, date: number): CertificateFault | undefined {
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  const name = nameText(certificate.subject);
  const ours = `now ${dateText(date)}`;
  if (Number.isNaN(from) || Number.isNaN(to)) {
    const theirs = `${certificate.validFrom} to ${certificate.validTo}`;
    return fault('malformed', certificate, { text: `the certificate of ${name} has dates that are none: ${theirs}`, ours, theirs });
  }
  if (date < from) {
    const theirs = `not before ${dateText(from)}`;
    return fault('not-yet-valid', certificate, { text: `the certificate of ${name} is not valid yet: ${theirs}`, ours, theirs });
  }
  if (date > to) {
    const theirs = `not after ${dateText(to)}`;
    return fault('expired', certificate, { text: `the certificate of ${name} has expired: ${theirs}`, ours, theirs });
  }
  return undefined;
}

function judgeCritical(certificate: X509Certificate, oids: readonly string[]): CertificateFault | undefined {
  if (oids.length === 0) return undefined;
  return fault('critical-extension', certificate, {
    text: `the certificate of ${nameText(certificate.subject)} has critical extensions that we do not know: ${oids.join(', ')}`,
    ours: 'basicConstraints, keyUsage, extKeyUsage, subjectAltName',
    theirs: oids.join(', '),
  });
}

/** What is no certificate of RFC 5280 is a fault like the others. */
function guarded(certificate: X509Certificate, judge: () => CertificateFault | undefined): CertificateFault | undefined {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const text = `the certificate of ${nameText(certificate.subject)} cannot be read: ${error.message}`;
    return fault('malformed', certificate, { text, ours: 'RFC 5280', theirs: error.message });
  }
}

export function fault(
  code: CertificateFaultCode,
  certificate: X509Certificate,
  words: Pick<CertificateFault, 'text' | 'ours' | 'theirs'>,
): CertificateFault {
  return { code, ...words, certificate };
}
