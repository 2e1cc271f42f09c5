import { swanctlSecret } from '../../../config/swanctl/written.js';
import { METHOD_TYPES, methodName } from '../../../engine/eap/methods.js';
import { type Judge, peerOf } from './judge.js';
import type { ProbeFacts } from './probe-facts.js';

/** No password goes to whoever answers. */
export const eapWithoutTrust: Judge = (refusal, target, facts) => ({
  slug: 'eap-needs-authority',
  severity: 'error',
  confidence: 0.97,
  title: `${peerOf(target, facts)} gets no password from us: nothing vouches for it`,
  cause: `${refusal.text}. ${facts.peerAuth === undefined ? 'It showed nothing of itself before it asked' : `What it showed: ${facts.peerAuth.text}`}. Whoever stands on the path could ask like that: GTC would tell the password, MSCHAPv2 and MD5 enough to guess it at leisure. Clients stop here too.`,
  fix: [{ end: 'ours', text: '--ca FILE with the authority that issued its certificate, or --peer-key with its public key' }],
  refs: ['RFC 7296 §2.16', 'RFC 5998 §4'],
});

/** EAP-TLS has no password: what either end has against the other stands in the alert. */
const eapTlsFailed: Judge = (refusal, _target, facts) => ({
  slug: 'eap-refused',
  severity: 'error',
  confidence: 0.93,
  title: `EAP failed: ${refusal.text}`,
  cause: `The TLS handshake inside EAP failed. ${
    refusal.by === 'peer'
      ? 'The server broke it off: it does not trust our certificate (another authority, expired, revoked), or knows no user by its name.'
      : 'We broke it off: what the server shows does not hold here.'
  } ${conversation(facts)}`,
  fix: [
    {
      end: 'ours',
      text: '--cert and --key of an authority that the server trusts, --ca with the one that issued the certificate of the server',
    },
    { end: 'theirs', text: 'swanctl.conf: x509ca has our authority, remote { auth = eap-tls }; or the log of the RADIUS server' },
  ],
  refs: ['RFC 7296 §2.16', 'RFC 5216 §2.1'],
});

const eapPasswordRefused: Judge = (refusal, _target, facts) => ({
  slug: 'eap-refused',
  severity: 'error',
  confidence: 0.93,
  title: `EAP failed: ${refusal.text}`,
  cause: `User name or password are wrong, the user is not allowed in, or the EAP server (RADIUS) behind the peer is not to be reached. ${conversation(facts)}`,
  fix: [
    { end: 'ours', text: '--eap-user and --eap-password-file as the server has them; --eap-method where it asks for another' },
    { end: 'theirs', text: `the log of the RADIUS server; or swanctl.conf, below secrets:\n${swanctlSecret('eap-user', ['USER'], '…')}` },
  ],
  refs: ['RFC 7296 §2.16', 'RFC 3748 §4.2'],
});

/** It came to no method: no password was looked at. */
const eapMethodRefused: Judge = (refusal, _target, facts) => {
  const word = WORDS.find((method) => methodName(METHOD_TYPES[method]) === refusal.theirs);
  return {
    slug: 'eap-refused',
    severity: 'error',
    confidence: 0.95,
    title: `EAP failed: ${refusal.text}`,
    cause: `The two ends have no EAP method in common: no password was looked at.${word === undefined && refusal.theirs !== undefined ? ` vpndoctor has no ${refusal.theirs}: of all methods it speaks MD5, MSCHAPv2, GTC and TLS.` : ''} ${conversation(facts)}`,
    fix: [
      ...(word === undefined
        ? []
        : [
            {
              end: 'ours' as const,
              text: `--eap-method ${word}${word === 'tls' ? ' with --cert FILE and --key FILE' : ' with --eap-password-file FILE'}`,
            },
          ]),
      {
        end: 'theirs',
        text: 'a method that both have: swanctl.conf remote { auth = eap-mschapv2 }; ipsec.conf rightauth=eap-mschapv2; or that of the user at the RADIUS server',
      },
    ],
    refs: ['RFC 7296 §2.16', 'RFC 3748 §5.3'],
  };
};

/** Ended by the server behind the name. */
const eapIdentityRefused: Judge = (refusal, _target, facts) => ({
  slug: 'eap-refused',
  severity: 'error',
  confidence: 0.9,
  title: `EAP failed: ${refusal.text}`,
  cause: `No password was looked at: the server does not know that name, has no method for it (a plugin that is not loaded), or the EAP server (RADIUS) behind the peer is not to be reached. ${conversation(facts)}`,
  fix: [
    { end: 'ours', text: '--eap-user as the server has it' },
    { end: 'theirs', text: `the log of the RADIUS server; or swanctl.conf, below secrets:\n${swanctlSecret('eap-user', ['USER'], '…')}` },
  ],
  refs: ['RFC 7296 §2.16', 'RFC 3748 §4.2'],
});

const WORDS = ['md5', 'mschapv2', 'gtc', 'tls'] as const;

function conversation({ eap }: ProbeFacts): string {
  return eap.length === 0 ? '' : `The conversation: ${eap.join('; ')}.`;
}

const JUDGES: Readonly<Record<string, Judge>> = {
  'eap-tls-failed': eapTlsFailed,
  'eap-method-not-allowed': eapMethodRefused,
  'eap-identity-refused': eapIdentityRefused,
};

/** EAP that came to nothing, by what the engine saw of it. */
export const eapRefused: Judge = (refusal, target, facts) => (JUDGES[refusal.code] ?? eapPasswordRefused)(refusal, target, facts);
