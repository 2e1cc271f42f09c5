import { swanctlSecret } from '../../../config/swanctl/written.js';
import { offersEapOnly } from '../../../engine/ikev2/auth-initiator.js';
import type { Refusal } from '../../../engine/refusal.js';
import type { Fix } from '../../../model/finding.js';
import { fixes, inDialect, productOf } from './dialect.js';
import { identityFlag, ipsecId, ourIdentity, swanctlId, swanctlPsk } from './identity-lines.js';
import { type Judge, peerOf } from './judge.js';

export const authenticationFailed: Judge = (refusal, target, facts) => {
  const peer = peerOf(target, facts);
  const us = facts.source ?? 'our address';
  const { localAuth } = target.tunnel.settings;
  const { method } = localAuth;
  const asked = target.tunnel.settings.askedId;
  const askedText = asked === undefined ? undefined : identityFlag(asked);
  const product = productOf(facts.vendorIds);
  const psk = method === 'psk';
  const v1 = target.tunnel.ikev1 !== undefined;
  const bare = localAuth.method === 'signature' && localAuth.raw === true;
  const name = ourIdentity(target, refusal, us);
  // Behind a NAT the peer sees, and most often has, another address than the one we call ourselves by.
  const hidden = facts.nat?.usBehindNat === true && name === us;
  const seenAs = hidden ? 'OUR-PUBLIC-ADDRESS' : us;
  const [suspected, ...others] = refusal.suspected ?? [];
  return {
    slug: 'authentication-refused',
    severity: 'error',
    confidence: 0.9,
    title: `${peer} does not accept our authentication (${refusal.ours ?? method})`,
    cause: `${suspected === undefined ? '' : `Most likely because of what we see ourselves: ${[suspected, ...others].join('; ')}. `}The algorithms fit and the messages can be read by both: what fails is who we say we are. ${v1 ? 'The notify says no more' : 'N(AUTHENTICATION_FAILED) never says more (RFC 7296 §2.21.2)'}, so in order of likelihood: ${hidden ? `behind a NAT we call ourselves ${us}, an address that the peer never sees: it knows us by the public one or by a name (--id); ` : ''}${(psk
      ? [
          'the pre-shared keys differ (a blank or line end too many, another encoding, 0x or 0s)',
          ...(target.tunnel.settings.ppk === undefined ? [] : ['the postquantum keys (PPK) differ, or their names (--ppk-id)']),
          'our identity (--id) is not the one configured there for the peer, so that another key or none is looked up',
          ...(askedText === undefined ? [] : [`it is not called ${askedText} (--peer-id)`]),
          'it expects another method, a certificate for one',
        ]
      : method === 'signature'
        ? [
            ...(bare
              ? [
                  'we sign with a key and show no certificate (--key without --cert), and the peer has not got this very public key for us',
                  'our identity (--id) is not the one configured there',
                ]
              : [
                  'our certificate is not trusted there: another CA, an intermediate missing, expired or revoked',
                  'our identity (--id) does not stand in the certificate, or is not the one configured there',
                ]),
            ...(askedText === undefined ? [] : [`it is not called ${askedText} (--peer-id)`]),
            'it expects another method, a pre-shared key for one',
            'it cannot prove itself: no key for its own certificate',
          ]
        : method === 'eap'
          ? facts.eap.length === 0
            ? [
                'it expects a certificate (--cert) or a pre-shared key of us and no EAP: it asked for none',
                'our identity (--id) is not one that it has a connection for',
                ...(offersEapOnly(target.tunnel.settings)
                  ? []
                  : [
                      'it wants to prove itself by EAP alone (RFC 5998; strongSwan local { auth = eap-… }), which vpndoctor takes of EAP-TLS only: --eap-method tls',
                    ]),
                ...(askedText === undefined ? [] : [`it is not called ${askedText} (--peer-id)`]),
              ]
            : ['user name or password are wrong', 'the user is not allowed in', 'it expects another EAP method']
          : ['it expects a pre-shared key or a certificate: none was given (--psk-file, --cert)']
    )
      .concat(
        facts.supports.has('MULTIPLE_AUTH_SUPPORTED')
          ? ['it wants a second authentication after the first (RFC 4739), which vpndoctor does not speak']
          : [],
      )
      .concat(v1 ? [] : ['it keeps a tunnel that it has with this identity already (strongSwan unique = keep)'])
      .join('; ')}. Its log names the one.`,
    fix: [
      ...(hidden ? [{ end: 'ours' as const, text: '--id with the name or public address that the peer has for us' }] : []),
      ...(psk
        ? [
            ...fixes(
              'theirs',
              inDialect(
                [
                  swanctlPsk(name),
                  `ipsec.secrets: ${peer} ${ipsecId(name)} : PSK "…", then ipsec secrets`,
                  `Cisco ASA: tunnel-group ${seenAs} ipsec-attributes / ${v1 ? 'ikev1' : 'ikev2 remote-authentication'} pre-shared-key …`,
                ],
                product,
              ),
            ),
            { end: 'ours' as const, text: 'the very same secret: --psk-file (no quotes; 0x… is hex, 0s… base64)' },
          ]
        : []),
      ...(bare
        ? [
            { end: 'ours' as const, text: 'show the certificate of the key too, if there is one: --cert FILE' },
            ...fixes(
              'theirs',
              inDialect(
                ['swanctl.conf: remote { pubkeys = our-key.pem }, of openssl pkey -in KEY -pubout', 'ipsec.conf: rightrsasigkey=0s…'],
                product,
              ),
            ),
          ]
        : []),
      ...fixes(
        'theirs',
        inDialect(
          [
            `swanctl.conf: remote { id = ${swanctlId(name)} }`,
            `ipsec.conf: rightid=${ipsecId(name)}`,
            `Cisco ASA: tunnel-group ${seenAs} type ipsec-l2l`,
          ],
          product,
        ),
      ),
      {
        end: 'theirs',
        text: `its log has the reason: journalctl -u strongswan, journalctl -u ipsec, Cisco ASA: debug crypto ${v1 ? 'ikev1 127' : 'ikev2 protocol 127'}`,
      },
    ],
    refs: v1 ? ['RFC 2409 §5'] : ['RFC 7296 §2.15', 'RFC 7296 §2.21.2'],
  };
};

export const peerNotBelieved: Judge = (refusal, _target, facts) => {
  const id = facts.identity === undefined ? 'the peer' : identityFlag(facts.identity);
  return {
    slug: `peer-${refusal.code}`,
    severity: 'error',
    confidence: 0.95,
    title: `We do not believe the peer: ${refusal.text}`,
    cause: `It calls itself ${id}${facts.ourAuth === undefined ? ', and' : ' and accepted us, but'} what it shows does not hold here: ${refusal.text}. A gateway with the same settings would end the IKE SA at this point.`,
    fix: (peerFixes[refusal.code] ?? (refusal.code.startsWith('certificate-') ? newCertificate : pairOfThem))(id, refusal),
    refs: ['RFC 7296 §2.15'],
  };
};

type PeerFixes = (id: string, refusal: Refusal) => readonly Fix[];

const newCertificate: PeerFixes = () => [
  {
    end: 'theirs',
    text: 'a certificate, or an intermediate one, in which that is put right: pki --issue … (or its CA), then swanctl --load-creds; ipsec.conf leftcert=',
  },
];

const pairOfThem: PeerFixes = () => [
  { end: 'either', text: 'the secret or key that the peer shows, and what --psk-file, --peer-key and --peer-id expect, must be a pair' },
];

/** `refusal.ours` of a certificate that is for somebody else; of another identity than --peer-id it is that. */
const OF_ANOTHER = /^certificate for /;

const peerFixes: Readonly<Record<string, PeerFixes>> = {
  'psk-mismatch': () => [
    {
      end: 'either',
      text: 'the same secret at both ends: the peer signs with another one than it checks with (two entries for us, or one for each direction)',
    },
    { end: 'theirs', text: 'Cisco ASA: ikev2 local-authentication and remote-authentication pre-shared-key are two settings' },
  ],
  'identity-mismatch': (id, { ours = '' }) =>
    OF_ANOTHER.test(ours)
      ? [
          {
            end: 'theirs',
            text: `a certificate with ${id} as it stands among its subjectAltNames (a wildcard is none, nor does the CN count): pki --issue --san ${id} …`,
          },
          {
            end: 'theirs',
            text: 'or call itself by the subject of the one that it has: swanctl.conf local { } without id; ipsec.conf leftid=%fromcert; and here that subject as --peer-id',
          },
        ]
      : [
          {
            end: 'ours',
            text: `--peer-id "${id}", if that is whom you mean; swanctl.conf remote { id = ${swanctlId(id)} }; ipsec.conf rightid=${ipsecId(id)}`,
          },
          { end: 'theirs', text: 'or its own identity changed: swanctl.conf local { id = … }; ipsec.conf leftid=…' },
        ],
  'certificate-untrusted': () => [
    { end: 'ours', text: "--ca with the certificate of the authority that issued the peer's (named above), if it is one to trust" },
    { end: 'theirs', text: 'or intermediates are missing there: swanctl.conf certs, x509ca; ipsec.conf leftsendcert=always' },
  ],
  'certificate-not-yet-valid': () => [
    { end: 'either', text: 'are the clocks right, here and where it was issued? timedatectl' },
    { end: 'theirs', text: 'or a new certificate: pki --issue … (or its CA), then swanctl --load-creds; ipsec.conf leftcert=' },
  ],
  'certificate-expired': () => [
    { end: 'theirs', text: 'a new certificate: pki --issue … (or its CA), then swanctl --load-creds; ipsec.conf leftcert=' },
    { end: 'ours', text: 'check that our own clock is right: timedatectl' },
  ],
  'method-not-allowed': () => [
    { end: 'ours', text: 'give what it shows something to be checked with: --ca FILE for a certificate, --psk-file for a pre-shared key' },
  ],
};

/** RFC 8784: a key beside the others that quantum computers do not break. */
export const postquantumKey: Judge = (refusal, target, facts) => ({
  slug: 'ppk-mismatch',
  severity: 'error',
  confidence: 0.95,
  title: `The postquantum pre-shared key: ${refusal.text}`,
  cause: `${peerOf(target, facts)} has no PPK for us, another one, or under another name; one of the two ends insists on it.`,
  fix: [
    {
      end: 'theirs',
      text: `ipsec.conf ppk=yes; swanctl.conf ppk_id = NAME and ppk_required = no in the connection, and below secrets:\n${swanctlSecret('ppk-1', ['NAME'], '…')}`,
    },
    { end: 'ours', text: '--ppk-id and --ppk-file as there, or --ppk-optional to go on without' },
  ],
  refs: ['RFC 8784 §3'],
});
