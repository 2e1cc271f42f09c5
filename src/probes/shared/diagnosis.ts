import type { Refusal } from '../../engine/refusal.js';
import type { Finding, Fix } from '../../model/finding.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import { selectorFacts } from '../../wire/ike/selector-facts.js';
import type { ProbeTarget } from '../target.js';
import { chosenText } from './algorithms.js';
import { fixes, inDialect, productOf, proposalLines } from './dialect.js';
import { acceptsIkev1 } from './ikev1-question.js';
import type { ProbeFacts } from './probe-facts.js';

/** What a refusal means: likely causes in their order, what cannot be told from here, and what mends it at each end. */
export type Diagnosis = Pick<Finding, 'severity' | 'confidence' | 'title' | 'cause' | 'fix' | 'refs'> & { readonly slug: string };

type Judge = (refusal: Refusal, target: ProbeTarget, facts: ProbeFacts) => Diagnosis;

/** The diagnosis of a refusal; of codes that nobody foresaw, the refusal itself in words. */
export function diagnosisOf(refusal: Refusal, target: ProbeTarget, facts: ProbeFacts): Diagnosis {
  const judge =
    judges[refusal.code] ??
    (refusal.exchange === 'IKE_AUTH' && refusal.by === 'us' && facts.peerAuth?.verdict === 'invalid' ? peerNotBelieved : unforeseen);
  return judge(refusal, target, facts);
}

const peerOf = (target: ProbeTarget, facts: ProbeFacts): string => facts.address ?? target.host;

const noProposal: Judge = (refusal, target, facts) => {
  if (refusal.exchange !== 'IKE_SA_INIT') return noChildProposal(refusal, target, facts);
  const offered = target.tunnel.settings.ikeProposals;
  const product = productOf(facts.vendorIds);
  const v1 = acceptsIkev1(facts.side.get('v1'));
  const peer = peerOf(target, facts);
  return {
    slug: v1 ? 'ikev1-only' : 'no-ike-proposal',
    severity: 'error',
    confidence: v1 ? 0.85 : 0.9,
    title: v1 ? `${peer} refuses IKEv2 and answers IKEv1` : `${peer} accepts none of our IKE proposals`,
    cause: v1
      ? 'IKE_SA_INIT was refused, and the first message of IKEv1 main mode from the same address was answered: the configuration there for this address is most likely for IKEv1 only (strongSwan refuses IKEv2 then as if it were the algorithms). That an IKEv1 configuration for others stands beside one that refuses our algorithms cannot be excluded from here.'
      : `Most likely first: no common combination of encryption, integrity, PRF and group; then: no configuration at all for a peer at ${facts.source ?? 'our address'}, which many daemons (strongSwan among them) refuse with the same notify. The two cannot be told apart from one answer; "vpndoctor probe scan ${target.host}" asks for each algorithm: if nothing at all is accepted, it is the address.`,
    fix: v1
      ? [
          ...fixes(
            'theirs',
            inDialect(
              [
                'swanctl.conf: version = 2 (or 0 for both)',
                'ipsec.conf: ikev2=insist (libreswan 4 and later: ikev2=yes)',
                'Cisco ASA: crypto ikev2 enable outside',
              ],
              product,
            ),
          ),
          { end: 'ours', text: 'or IKEv1 there too: swanctl.conf version = 1; ipsec.conf ikev2=no' },
        ]
      : [
          ...fixes('theirs', proposalLines(offered, 'ike', product), 'accept what was offered, '),
          {
            end: 'theirs',
            text: `a connection for ${facts.source ?? 'our address'}: swanctl.conf remote_addrs = ${facts.source ?? '…'}; ipsec.conf right=${facts.source ?? '…'}; Cisco ASA: tunnel-group ${facts.source ?? '…'} type ipsec-l2l`,
          },
          { end: 'ours', text: `offer what it has: --ike WORDS, as vpndoctor probe scan ${target.host} finds them` },
        ],
    refs: ['RFC 7296 §2.7', 'RFC 7296 §2.21.1'],
  };
};

const noChildProposal: Judge = (refusal, target, facts) => {
  const child = target.tunnel.settings.child;
  const pfs = refusal.exchange === 'CREATE_CHILD_SA';
  return {
    slug: pfs ? 'rekey-refused' : 'no-esp-proposal',
    severity: 'error',
    confidence: 0.93,
    title: pfs
      ? `${peerOf(target, facts)} refuses the rekeying of the CHILD_SA`
      : `${peerOf(target, facts)} accepts none of our ESP proposals`,
    cause: pfs
      ? 'The tunnel comes up, because IKE_AUTH makes keys without a group of its own; at the first rekeying, hours later, the groups for PFS are compared and do not fit.'
      : 'Authentication succeeded; of ESP no combination of encryption, integrity, key length and ESN is common. Groups play no part yet: in IKE_AUTH there are none.',
    fix: [
      ...(child === undefined
        ? []
        : fixes('theirs', proposalLines(child.proposals, 'child', productOf(facts.vendorIds)), 'accept what was offered, ')),
      { end: 'ours', text: 'offer what it has: --esp WORDS (its log: "received proposals", "configured proposals")' },
    ],
    refs: ['RFC 7296 §1.2', 'RFC 7296 §3.3'],
  };
};

const authenticationFailed: Judge = (refusal, target, facts) => {
  const peer = peerOf(target, facts);
  const us = facts.source ?? 'our address';
  const method = target.tunnel.settings.localAuth.method;
  const asked = target.tunnel.settings.askedId;
  const askedText = asked === undefined ? undefined : identityText(asked.type, asked.data);
  const product = productOf(facts.vendorIds);
  const psk = method === 'psk';
  const [suspected, ...others] = refusal.suspected ?? [];
  return {
    slug: 'authentication-refused',
    severity: 'error',
    confidence: 0.9,
    title: `${peer} does not accept our authentication (${refusal.ours ?? method})`,
    cause: `${suspected === undefined ? '' : `Most likely because of what we see ourselves: ${[suspected, ...others].join('; ')}. `}The algorithms fit and the messages can be read by both: what fails is who we say we are. N(AUTHENTICATION_FAILED) never says more (RFC 7296 §2.21.2), so in order of likelihood: ${(
      psk
        ? [
            'the pre-shared keys differ (a blank or line end too many, another encoding, 0x or 0s)',
            ...(target.tunnel.settings.ppk === undefined ? [] : ['the postquantum keys (PPK) differ']),
            'our identity (--id) is not the one configured there for the peer, so that another key or none is looked up',
            ...(askedText === undefined ? [] : [`it is not called ${askedText} (--peer-id)`]),
            'it expects another method, a certificate for one',
          ]
        : method === 'signature'
          ? [
              'our certificate is not trusted there: another CA, an intermediate missing, expired or revoked',
              'our identity (--id) does not stand in the certificate, or is not the one configured there',
              ...(askedText === undefined ? [] : [`it is not called ${askedText} (--peer-id)`]),
              'it expects another method, a pre-shared key for one',
              'it cannot prove itself: no key for its own certificate',
            ]
          : method === 'eap'
            ? ['user name or password are wrong', 'the user is not allowed in', 'it expects another EAP method']
            : ['it expects a pre-shared key or a certificate: none was given (--psk-file, --cert)']
    ).join('; ')}. Its log names the one.`,
    fix: [
      ...(psk
        ? [
            ...fixes(
              'theirs',
              inDialect(
                [
                  `swanctl.conf: secrets { ike-probe { id = ${claimed(refusal, us)} secret = "…" } }, then swanctl --load-creds`,
                  `ipsec.secrets: ${peer} ${claimed(refusal, us)} : PSK "…", then ipsec secrets`,
                  `Cisco ASA: tunnel-group ${us} ipsec-attributes / ikev2 remote-authentication pre-shared-key …`,
                ],
                product,
              ),
            ),
            { end: 'ours' as const, text: 'the very same secret: --psk-file (no quotes; 0x… is hex, 0s… base64)' },
          ]
        : []),
      ...fixes(
        'theirs',
        inDialect(
          [
            `swanctl.conf: remote { id = ${claimed(refusal, us)} }`,
            `ipsec.conf: rightid=${claimed(refusal, us)}`,
            `Cisco ASA: tunnel-group ${us}`,
          ],
          product,
        ),
      ),
      {
        end: 'theirs',
        text: 'its log has the reason: journalctl -u strongswan, journalctl -u ipsec, Cisco ASA: debug crypto ikev2 protocol 127',
      },
    ],
    refs: ['RFC 7296 §2.15', 'RFC 7296 §2.21.2'],
  };
};

/** The identity that we sent, as the engine tells it. */
function claimed({ ours }: Refusal, otherwise: string): string {
  return /IDi "([^"]*)"/.exec(ours ?? '')?.[1] ?? otherwise;
}

const peerNotBelieved: Judge = (refusal, target, facts) => {
  const id = facts.identity === undefined ? 'the peer' : identityText(facts.identity.type, facts.identity.data);
  return {
    slug: `peer-${refusal.code}`,
    severity: 'error',
    confidence: 0.95,
    title: `We do not believe the peer: ${refusal.text}`,
    cause: `It calls itself ${id} and accepted us, but what it shows does not hold here: ${refusal.text}. A gateway with the same settings would end the IKE SA at this point.`,
    fix: peerFixes[refusal.code]?.(id, target) ?? [
      {
        end: 'either',
        text: 'the secret or certificate that the peer shows, and what --psk-file, --ca and --peer-id expect, must be a pair',
      },
    ],
    refs: ['RFC 7296 §2.15'],
  };
};

const peerFixes: Readonly<Record<string, (id: string, target: ProbeTarget) => readonly Fix[]>> = {
  'psk-mismatch': () => [
    {
      end: 'either',
      text: 'the same secret at both ends: the peer signs with another one than it checks with (two entries for us, or one for each direction)',
    },
    { end: 'theirs', text: 'Cisco ASA: ikev2 local-authentication and remote-authentication pre-shared-key are two settings' },
  ],
  'identity-mismatch': (id) => [
    { end: 'ours', text: `--peer-id "${id}", if that is whom you mean; swanctl.conf remote { id = ${id} }; ipsec.conf rightid=${id}` },
    { end: 'theirs', text: 'or its own identity changed: swanctl.conf local { id = … }; ipsec.conf leftid=…' },
  ],
  'certificate-expired': () => [
    { end: 'theirs', text: 'a new certificate: pki --issue … (or its CA), then swanctl --load-creds; ipsec.conf leftcert=' },
    { end: 'ours', text: 'check that our own clock is right: timedatectl' },
  ],
  'method-not-allowed': () => [
    { end: 'ours', text: 'give what it shows something to be checked with: --ca FILE for a certificate, --psk-file for a pre-shared key' },
  ],
};

const selectorsRefused: Judge = (refusal, target, facts) => {
  const child = target.tunnel.settings.child;
  const local = child === undefined ? '…' : textOf(child.localSelectors);
  const remote = child === undefined ? '…' : textOf(child.remoteSelectors);
  return {
    slug: 'selectors-refused',
    severity: 'error',
    confidence: 0.95,
    title: `${peerOf(target, facts)} accepts none of our traffic selectors`,
    cause: `${refusal.text}. We asked for ${local} here and ${remote} there. ${
      target.tunnel.selectorsGiven
        ? 'The subnets must be the same crosswise, or ours within theirs.'
        : 'These are the widest there are, for the peer to narrow; peers with fixed policies (libreswan without narrowing=yes, Cisco ASA crypto maps) want their own subnets exactly.'
    } Which it has, it does not say.`,
    fix: [
      { end: 'ours', text: '--local-ts and --remote-ts with the subnets that are configured there, crosswise' },
      ...fixes(
        'theirs',
        inDialect(
          [
            `swanctl.conf: local_ts = ${remote}, remote_ts = ${local}`,
            `ipsec.conf: leftsubnet=${remote} rightsubnet=${local}`,
            'Cisco ASA: the access list of the crypto map, the mirror of ours',
          ],
          productOf(facts.vendorIds),
        ),
      ),
    ],
    refs: ['RFC 7296 §2.9'],
  };
};

const textOf = (selectors: Parameters<typeof selectorFacts>[0]['selectors']): string =>
  selectorFacts({ selectors })
    .map(({ text }) => text)
    .join(', ');

const noAddress: Judge = (_refusal, target, facts) => ({
  slug: 'no-virtual-ip',
  severity: 'error',
  confidence: 0.95,
  title: `${peerOf(target, facts)} has no address for us`,
  cause:
    'We asked for a virtual address and it had none to give: the pool is empty, names no addresses of this family, or there is none in this connection.',
  fix: [
    {
      end: 'theirs',
      text: 'swanctl.conf: connections.….pools = NAME and pools { NAME { addrs = 10.3.0.0/24 } }; ipsec.conf rightaddresspool=10.3.0.2-10.3.0.254; swanctl --list-pools --leases shows who has them',
    },
    { end: 'ours', text: 'or do not ask: leave out --virtual-ip and give --local-ts' },
  ],
  refs: ['RFC 7296 §3.15.4'],
});

const addressWanted: Judge = (_refusal, target, facts) => ({
  slug: 'virtual-ip-required',
  severity: 'error',
  confidence: 0.95,
  title: `${peerOf(target, facts)} wants to give us an address, and we did not ask for one`,
  cause: 'Its configuration is for remote access: the initiator has to ask for a virtual address (configuration payload).',
  fix: [
    { end: 'ours', text: '--virtual-ip; swanctl.conf vips = 0.0.0.0; ipsec.conf leftmodecfgclient=yes' },
    { end: 'theirs', text: 'or a connection without a pool for this peer' },
  ],
  refs: ['RFC 7296 §3.15.4'],
});

const groupRefused: Judge = (refusal, target, facts) => ({
  slug: 'no-common-group',
  severity: 'error',
  confidence: 0.93,
  title: `${peerOf(target, facts)} wants group ${refusal.theirs ?? 'another'}`,
  cause: `${refusal.text}. Our groups: ${refusal.ours ?? 'those of --ike'}.`,
  fix: [
    { end: 'ours', text: `offer it: --ike with ${refusal.theirs ?? 'its group'} in it, if it is one you want` },
    ...fixes('theirs', proposalLines(target.tunnel.settings.ikeProposals, 'ike', productOf(facts.vendorIds)), 'or accept ours, '),
  ],
  refs: ['RFC 7296 §1.2', 'RFC 7296 §3.4'],
});

const versionRefused: Judge = (_refusal, target, facts) => ({
  slug: 'ikev1-only',
  severity: 'error',
  confidence: 0.95,
  title: `${peerOf(target, facts)} does not speak IKEv2`,
  cause: `It said so itself${acceptsIkev1(facts.side.get('v1')) ? ', and answered the first message of IKEv1' : ''}.`,
  fix: [
    { end: 'theirs', text: 'allow IKEv2: swanctl.conf version = 2; ipsec.conf ikev2=insist; Cisco ASA: crypto ikev2 enable outside' },
    { end: 'ours', text: 'or IKEv1 there too: swanctl.conf version = 1; ipsec.conf ikev2=no' },
  ],
  refs: ['RFC 7296 §2.5'],
});

const restarted: Judge = (refusal, target, facts) => ({
  slug: 'peer-restarted',
  severity: 'error',
  confidence: 0.85,
  title: `${peerOf(target, facts)} has forgotten the IKE SA`,
  cause: `${refusal.text}. It was restarted, failed over to another machine, or deleted the SA without telling.`,
  fix: [
    { end: 'theirs', text: 'what happened then: journalctl -u strongswan -u ipsec --since -10min' },
    {
      end: 'ours',
      text: 'dead peer detection, so that a gateway finds out by itself: swanctl.conf dpd_delay = 30s; ipsec.conf dpddelay=30 dpdaction=restart',
    },
  ],
  refs: ['RFC 7296 §1.5', 'RFC 7296 §2.4'],
});

const eapRefused: Judge = (refusal, _target, facts) => ({
  slug: 'eap-refused',
  severity: 'error',
  confidence: 0.93,
  title: `EAP failed: ${refusal.text}`,
  cause: `User name or password are wrong, the user is not allowed in, or the EAP server (RADIUS) behind the peer is not to be reached. ${facts.eap.length === 0 ? '' : `The conversation: ${facts.eap.join('; ')}.`}`,
  fix: [
    { end: 'ours', text: '--eap-user and --eap-password-file as the server has them; --eap-method where it asks for another' },
    { end: 'theirs', text: 'swanctl.conf: secrets { eap-user { id = USER secret = "…" } }; or the log of the RADIUS server' },
  ],
  refs: ['RFC 7296 §2.16', 'RFC 3748 §4.2'],
});

const timedOut: Judge = (refusal, target, facts) => {
  const fragments = refusal.exchange === 'IKE_AUTH';
  return {
    slug: fragments ? 'ike-auth-unanswered' : 'exchange-unanswered',
    severity: 'error',
    confidence: 0.7,
    title: `${peerOf(target, facts)} does not answer ${refusal.exchange}`,
    cause: `${refusal.text}. It answered before, so that it is there; ${
      fragments
        ? 'IKE_AUTH is larger and may take another port (4500) and IP fragments: one of these is lost on the way, or the peer drops the message without a word.'
        : 'since then the path, a NAT mapping or the daemon went away.'
    }`,
    fix: [
      { end: 'path', text: `permit UDP ${target.ports.natt} and IP fragments both ways` },
      { end: 'theirs', text: 'does the message arrive? journalctl -u strongswan -u ipsec; tcpdump -ni any udp port 500 or udp port 4500' },
      ...(fragments
        ? [
            {
              end: 'either' as const,
              text: 'IKE fragmentation instead of IP fragments: swanctl.conf fragmentation = yes; ipsec.conf fragmentation=yes',
            },
          ]
        : []),
    ],
    refs: ['RFC 7296 §2.1', 'RFC 7383'],
  };
};

const malformed: Judge = (refusal, target, facts) => {
  const childless = refusal.exchange === 'IKE_AUTH' && facts.peerAuth !== undefined && facts.supports.has('CHILDLESS_IKEV2_SUPPORTED');
  if (!childless || target.tunnel.settings.child === undefined) return unforeseen(refusal, target, facts);
  return {
    slug: 'childless-required',
    severity: 'error',
    confidence: 0.8,
    title: `${peerOf(target, facts)} accepts us, and ends the IKE SA because of what else stands in IKE_AUTH`,
    cause:
      'It announces CHILDLESS_IKEV2_SUPPORTED, has shown its own proof, and calls the message malformed: strongSwan says so where it insists on an IKE SA without CHILD_SA first (childless = force), and a CHILD_SA was asked for with IKE_AUTH as usual.',
    fix: [
      { end: 'theirs', text: 'swanctl.conf: childless = allow' },
      { end: 'ours', text: '--no-child tries the IKE SA alone; a gateway: swanctl.conf childless = force' },
    ],
    refs: ['RFC 6023 §3', 'RFC 7296 §2.21.2'],
  };
};

const unforeseen: Judge = (refusal, target, facts) => ({
  slug: `refused-${refusal.code}`,
  severity: 'error',
  confidence: 0.8,
  title: `${refusal.exchange}: ${refusal.text}`,
  cause: `${refusal.by === 'peer' ? `${peerOf(target, facts)} refused` : refusal.by === 'us' ? 'We refused what the peer sent' : 'No answer came'}${refusal.notify === undefined ? '' : ` (${refusal.notify})`}.${facts.proposal === undefined ? '' : ` Chosen before: ${chosenText(facts.proposal.chosen)}.`}`,
  fix: [{ end: 'theirs', text: 'its log at that moment: journalctl -u strongswan -u ipsec' }],
  refs: ['RFC 7296 §3.10.1'],
});

const judges: Readonly<Record<string, Judge>> = {
  'no-proposal-chosen': noProposal,
  'authentication-failed': authenticationFailed,
  'authorization-failed': authenticationFailed,
  'ts-unacceptable': selectorsRefused,
  'single-pair-required': selectorsRefused,
  'internal-address-failure': noAddress,
  'failed-cp-required': addressWanted,
  'invalid-ke-payload': groupRefused,
  'invalid-major-version': versionRefused,
  'invalid-ike-spi': restarted,
  'invalid-spi': restarted,
  'eap-failure': eapRefused,
  'eap-identity-refused': eapRefused,
  'eap-refused': eapRefused,
  'eap-wrong-password': eapRefused,
  'invalid-syntax': malformed,
  timeout: timedOut,
};
