import { dateText, extendedKeyUsageNames, nameText } from '../../crypto/certificates/certificate-text.js';
import type { Refusal } from '../refusal.js';
import type { Negotiation } from './negotiation.js';
import { namedCipher } from './options-string.js';
import { refusal, type Stage } from './refusals.js';
import type { TlsSettings } from './settings.js';
import { shownCertificates } from './tls-start.js';

/** How far a negotiation came. */
export function stageOf({ met, tls, spoken, theirs }: Negotiation): Stage | 'hello' {
  if (!met) return 'reset';
  if (tls !== 'up') return spoken ? 'TLS' : 'hello';
  return theirs === undefined ? 'key method 2' : 'push';
}

/** Milliseconds without a word of a client that has our certificate before: a repetition of what it has to say fits in. */
export const SILENCE = 3000;

/** Server: why a client goes silent that has our certificate, with what that has. */
export function refusesUs({ tls: { certificates } }: TlsSettings): string {
  const [own] = certificates;
  const log = 'its own log has VERIFY ERROR then';
  if (own === undefined) return `we have no certificate to show; ${log}`;
  const usages = extendedKeyUsageNames(own).join(', ') || 'none';
  const has = `${nameText(own.subject)}, issued by ${nameText(own.issuer)}, extended key usage ${usages}, valid until ${dateText(Date.parse(own.validTo))}`;
  return `most likely the client does not take our certificate (verify-x509-name, ca, remote-cert-tls, dates or fingerprint; ${log}): ${has}`;
}

const OWN_LOG = 'OpenVPN says why only in its own log';

/**
 * Why a handshake came to nothing in its time: servers of OpenVPN fall silent where they refuse, so what is the matter can only be guessed
 * from where they did.
 * @param hearsay why packets that seemed to come from the peer were dropped
 */
export function timeoutRefusal(stage: Stage | 'hello', settings: TlsSettings, hearsay: string | undefined): Refusal {
  const isClient = settings.role === 'client';
  const cipher = namedCipher(settings);
  const seconds = `within ${settings.handshakeWindow} s`;
  const guesses = hearsay === undefined ? [] : [`packets came that were dropped: ${hearsay}`];
  const give = (at: Stage, text: string, ...more: readonly string[]): Refusal => {
    const suspected = [...guesses, ...(isClient ? more : [])];
    return refusal('timeout', 'nobody', at, text, suspected.length === 0 ? {} : { suspected });
  };
  switch (stage) {
    case 'reset':
      return give('reset', `no answer to our reset ${seconds}`);
    case 'hello':
      return give(
        'TLS',
        isClient ? `the server answered our reset, but not our ClientHello ${seconds}` : `no ClientHello came ${seconds}`,
        `it has no TLS version or cipher suite in common with us (ours: ${settings.tls.minVersion} to ${settings.tls.maxVersion}); ${OWN_LOG}`,
      );
    case 'TLS':
      return give(
        'TLS',
        `the TLS handshake was not through ${seconds}`,
        `the server ${shownCertificates(settings).length === 0 ? 'wants a certificate, and we showed none' : 'did not accept our certificate'}; ${OWN_LOG}`,
      );
    case 'key method 2':
      return give(
        'key method 2',
        `the peer did not send key method 2 ${seconds}`,
        `the server did not accept our certificate (with TLS 1.3, which judges it last; TLS 1.2 has done so by now); ${OWN_LOG}`,
        ...(cipher === undefined
          ? []
          : [`the server does not have the cipher that our options name (${cipher.name}); SoftEther says nothing then`]),
        ...(settings.credentials === undefined ? [`the server wants a user name and a password, and we sent none; ${OWN_LOG}`] : []),
      );
    default:
      return give('push', isClient ? `no PUSH_REPLY ${seconds}` : `no PUSH_REQUEST ${seconds}`);
  }
}
