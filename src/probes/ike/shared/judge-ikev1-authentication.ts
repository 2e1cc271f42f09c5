import { swanctlSecret } from '../../../config/swanctl/written.js';
import { needsPresharedKey } from './authenticates.js';
import { fixes, inDialect, productOf } from './dialect.js';
import { ipsecId, ourIdentity, swanctlId, swanctlPsk } from './identity-lines.js';
import { acceptsIkev1 } from './ikev1-question.js';
import { type Judge, peerOf } from './judge.js';
import { authenticationFailed } from './judge-authentication.js';

export const pskMismatch: Judge = (refusal, target, facts) => {
  const us = facts.source ?? 'our address';
  const proved = refusal.text.includes('HASH');
  const byName = refusal.exchange === 'Aggressive';
  const key = byName ? ourIdentity(target, refusal, us) : us;
  const psk = target.tunnel.settings.localAuth.method === 'psk';
  return {
    slug: 'psk-mismatch',
    severity: 'error',
    confidence: proved ? 0.98 : 0.93,
    title: `${peerOf(target, facts)} has another pre-shared key than ours`,
    cause: `${refusal.text}. ${
      proved
        ? 'The hash covers the key exchange, both cookies and the identity, all of which both ends have seen alike: the secret alone is left.'
        : 'In main mode the keys of the first encrypted messages are made of the secret, which the peer looks up by the address it sees: what it sends cannot be opened with ours.'
    }`,
    fix: [
      ...(psk ? [{ end: 'ours' as const, text: 'the very same secret: --psk-file (no quotes; 0x… is hex, 0s… base64)' }] : []),
      ...fixes(
        'theirs',
        inDialect(
          [
            swanctlPsk(key),
            `ipsec.secrets: ${peerOf(target, facts)} ${ipsecId(key)} : PSK "…", then ipsec secrets${byName ? '' : '; in main mode it is found by address, not by name'}`,
            `Cisco ASA: tunnel-group ${key} ipsec-attributes / ikev1 pre-shared-key …`,
          ],
          productOf(facts.vendorIds),
        ),
      ),
    ],
    refs: ['RFC 2409 §5.4'],
  };
};

export const unanswered: Judge = (refusal, target, facts) => {
  const us = facts.source ?? 'our address';
  if (!needsPresharedKey(target.tunnel)) return unansweredProof(refusal, target, facts);
  return {
    slug: 'authentication-unanswered',
    severity: 'error',
    confidence: 0.75,
    title: `${peerOf(target, facts)} says nothing to message 5 of main mode, the first encrypted one`,
    cause: `${refusal.text}. IKEv1 peers drop what they cannot open. In order of likelihood: the pre-shared keys differ; the peer has another secret for ${us}, the address by which main mode looks it up (a NAT changes it); it does not accept our identity; UDP ${target.ports.natt} is blocked, where that message goes when there is a NAT. Aggressive mode would tell the first of these: --aggressive, where the peer allows it.`,
    fix: [
      {
        end: 'theirs',
        text: `its log at that moment; the secret for ${us}: ipsec.secrets, swanctl.conf secrets, id = ${us}; ASA tunnel-group ${us}`,
      },
      { end: 'ours', text: '--psk-file with the very same secret; --id as it is configured there' },
      { end: 'path', text: `permit UDP ${target.ports.natt} both ways` },
    ],
    refs: ['RFC 2409 §5.4', 'RFC 3947 §4'],
  };
};

/** The same where the keys hang on no secret: who gets the message can read it. */
const unansweredProof: Judge = (refusal, target, facts) => ({
  slug: 'authentication-unanswered',
  severity: 'error',
  confidence: 0.75,
  title: `${peerOf(target, facts)} says nothing to message 5 of main mode, which shows who we are`,
  cause: `${refusal.text}. In order of likelihood: the peer does not accept our identity or certificate, and drops the message; it travels in IP fragments, which a firewall on the way drops; UDP ${target.ports.natt} is blocked, where it goes when there is a NAT.`,
  fix: [
    {
      end: 'theirs',
      text: 'its log at that moment; the authority of our certificate, and the identity: swanctl.conf remote { id, cacerts }; ipsec.conf rightid=, rightca=',
    },
    { end: 'either', text: 'IKE fragmentation at both ends: swanctl.conf fragmentation = yes; ipsec.conf fragmentation=yes' },
    { end: 'path', text: `permit UDP ${target.ports.natt} and IP fragments both ways` },
  ],
  refs: ['RFC 2409 §5.1', 'RFC 3947 §4'],
});

export const wrongName: Judge = (refusal, target, facts) => ({
  slug: 'peer-identity-mismatch',
  severity: 'error',
  confidence: 0.95,
  title: `${peerOf(target, facts)} is not called as we expect: ${refusal.text}`,
  cause: `Its hash proves the pre-shared key, and its name is another one: ${refusal.text}. A gateway with the same settings would end phase 1 here.`,
  fix: [
    {
      end: 'ours',
      text: `--peer-id ${refusal.theirs ?? '…'}, if that is whom you mean; swanctl.conf remote { id = … }; ipsec.conf rightid=…`,
    },
    { end: 'theirs', text: 'or its own identity changed: swanctl.conf local { id = … }; ipsec.conf leftid=…' },
  ],
  refs: ['RFC 2407 §4.6.2'],
});

export const userRefused: Judge = (refusal, target, facts) => ({
  slug: refusal.code,
  severity: 'error',
  confidence: 0.95,
  title: `XAuth: ${refusal.text}`,
  cause: `Phase 1 succeeded, so that secret and proposal are right; then the gateway asks for a user. ${
    refusal.code === 'xauth-refused'
      ? 'User name or password are wrong, the user is not allowed in, or the server (RADIUS) behind the gateway is not to be reached.'
      : 'That cannot be answered with what was given.'
  }`,
  fix: [
    { end: 'ours', text: '--xauth-user and --xauth-password-file as the gateway has them' },
    {
      end: 'theirs',
      text: `the log of the RADIUS server of ${peerOf(target, facts)}; Cisco ASA: username USER password …; or swanctl.conf, below secrets:\n${swanctlSecret('xauth-1', ['USER'], '…')}`,
    },
  ],
  refs: ['draft-beaulieu-ike-xauth-02'],
});

/** Without this strongSwan takes no pre-shared key in aggressive mode. */
const STRONGSWAN_AGGRESSIVE_PSK = [
  'and strongswan.conf:',
  '  charon {',
  '    i_dont_care_about_security_and_use_aggressive_mode_psk = yes',
  '  }',
];

/** The first message of aggressive mode names us in clear: the name is judged before any secret comes into it. */
const nameUnknown: Judge = (refusal, target, facts) => {
  const peer = peerOf(target, facts);
  const us = facts.source ?? 'our address';
  const { tunnel } = target;
  const id = ourIdentity(target, refusal, us);
  const main = acceptsIkev1(facts.side.get('v1')) ? ', and main mode was answered' : '';
  const user = tunnel.ikev1?.xauth === undefined ? ', a user besides for one (XAuth: --xauth-user)' : '';
  const psk =
    tunnel.settings.localAuth.method === 'psk' && refusal.notify === 'AUTHENTICATION-FAILED'
      ? '; strongSwan takes no pre-shared key in aggressive mode unless told to (its log: "Aggressive Mode PSK disabled")'
      : '';
  return {
    slug: 'authentication-refused',
    severity: 'error',
    confidence: 0.85,
    title: `${peer} does not know who we say we are (identity "${id}", aggressive mode)`,
    cause: `The first message of aggressive mode names us, and is refused before any secret comes into it (N(${refusal.notify ?? 'INVALID-ID-INFORMATION'})). In order of likelihood: ${id} (--id) is not the identity configured there for us; its connection for us is for main mode alone${main}; it wants another method${user}${psk}. The notify is the same whichever it is.`,
    fix: [
      { end: 'ours', text: '--id as it is configured there; or main mode: --ikev1 without --aggressive' },
      ...fixes(
        'theirs',
        inDialect(
          [
            [
              'swanctl.conf, in the connection:',
              '  version = 1',
              '  aggressive = yes',
              '  remote {',
              `    id = ${swanctlId(id)}`,
              '  }',
              ...(psk === '' ? [] : STRONGSWAN_AGGRESSIVE_PSK),
            ].join('\n'),
            `ipsec.conf: rightid=${ipsecId(id)}, aggrmode=yes (libreswan aggressive=yes), right=${us} or %any`,
            `Cisco ASA: tunnel-group ${id} type remote-access; no crypto ikev1 am-disable`,
          ],
          productOf(facts.vendorIds),
        ),
      ),
    ],
    refs: ['RFC 2409 §5.4'],
  };
};

/** Opened with keys that hang on the secret, so that the secret is right; in clear, or with signatures, nothing is known of it. */
export const notAccepted: Judge = (refusal, target, facts) => {
  const { localAuth } = target.tunnel.settings;
  if (refusal.exchange === 'Aggressive' && refusal.by !== 'us') return nameUnknown(refusal, target, facts);
  if (localAuth.method !== 'psk' || refusal.exchange !== 'Informational') return authenticationFailed(refusal, target, facts);
  const peer = peerOf(target, facts);
  const us = facts.source ?? 'our address';
  const id = ourIdentity(target, refusal, us);
  const user = target.tunnel.ikev1?.xauth === undefined ? '; it wants a user besides (XAuth: --xauth-user)' : '';
  return {
    slug: 'authentication-refused',
    severity: 'error',
    confidence: 0.92,
    title: `${peer} does not accept who we are (${refusal.ours ?? 'our identity'})`,
    cause: `The refusal came encrypted with keys that are made of the pre-shared key, and opened: the secret is right. In order of likelihood: ${id} (--id) is not the identity configured there for us${user}; its connection for ${us} wants another method, a certificate for one, or another mode.`,
    fix: [
      ...fixes(
        'theirs',
        inDialect(
          [
            `swanctl.conf: remote { id = ${swanctlId(id)} }`,
            `ipsec.conf: rightid=${ipsecId(id)}`,
            `Cisco ASA: tunnel-group ${us}, crypto isakmp identity`,
          ],
          productOf(facts.vendorIds),
        ),
      ),
      {
        end: 'ours',
        text: '--id as it is configured there; --xauth-user and --xauth-password-file where it wants a user; --cert and --key where it wants a certificate; --aggressive where its connection is for aggressive mode',
      },
    ],
    refs: ['RFC 2409 §5.4', 'RFC 2407 §4.6.2'],
  };
};
