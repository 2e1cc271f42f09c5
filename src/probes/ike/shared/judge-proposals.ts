import { groupWord } from '../../../config/group-words.js';
import { keyExchangeByIkev2 } from '../../../crypto/key-exchange/key-exchanges.js';
import { TRANSFORM } from '../../../wire/ike/tables/transforms.js';
import { fixes, inDialect, productOf, proposalLines } from './dialect.js';
import { acceptsIkev1 } from './ikev1-question.js';
import { type Judge, peerOf } from './judge.js';

export const noProposal: Judge = (refusal, target, facts) => {
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
      : `Most likely first: no common combination of encryption, integrity, PRF and group, additional key exchanges (ML-KEM) included; then: no configuration at all for a peer at ${facts.source ?? 'our address'}, which many daemons (strongSwan among them) refuse with the same notify. The two cannot be told apart from one answer; "vpndoctor probe scan ${target.host}" asks for each algorithm: if nothing at all is accepted, it is the address.`,
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

export const groupRefused: Judge = (refusal, target, facts) => {
  const peer = peerOf(target, facts);
  const wanted = facts.groupRetries.at(-1)?.wanted;
  const ours = `Our groups: ${refusal.ours ?? 'those of --ike'}.`;
  const offered = target.tunnel.settings.ikeProposals.some(({ transforms }) =>
    transforms.some(({ type, id }) => type === TRANSFORM.KE && id === wanted),
  );
  if (offered) {
    return {
      slug: 'group-loop',
      severity: 'error',
      confidence: 0.9,
      title: `${peer} cannot make up its mind about the group`,
      cause: `${refusal.text}. ${ours} It asked for one, got it, and asked for another: two daemons answer at this address by turns (a cluster without common state, a NAT that spreads packets), or its configuration wants one group for the address and another for the connection.`,
      fix: [
        { end: 'ours', text: `one group alone shows whether it takes it: --ike with ${groupWord(wanted ?? 0)} and no other` },
        { end: 'theirs', text: 'one machine for each initiator (source address affinity), and the same groups wherever it listens' },
      ],
      refs: ['RFC 7296 §1.2', 'RFC 7296 §2.7'],
    };
  }
  const known = wanted !== undefined && keyExchangeByIkev2(wanted) !== undefined;
  return {
    slug: 'no-common-group',
    severity: 'error',
    confidence: 0.93,
    title: `${peer} wants group ${refusal.theirs ?? 'another'}`,
    cause: `${refusal.text}. ${ours}${known ? '' : ' Nobody can offer that one here.'}`,
    fix: [
      ...(known ? [{ end: 'ours' as const, text: `offer it: --ike with ${groupWord(wanted)} in it, if it is one you want` }] : []),
      ...fixes('theirs', proposalLines(target.tunnel.settings.ikeProposals, 'ike', productOf(facts.vendorIds)), 'or accept ours, '),
    ],
    refs: ['RFC 7296 §1.2', 'RFC 7296 §3.4'],
  };
};

export const versionRefused: Judge = (_refusal, target, facts) => ({
  slug: 'ikev1-only',
  severity: 'error',
  confidence: 0.95,
  title: `${peerOf(target, facts)} does not speak IKEv2`,
  cause: `It answered INVALID_MAJOR_VERSION: its daemon, or its configuration for our address, is for IKEv1 only${acceptsIkev1(facts.side.get('v1')) ? ', and answered the first message of IKEv1' : ''}.`,
  fix: [
    { end: 'theirs', text: 'allow IKEv2: swanctl.conf version = 2; ipsec.conf ikev2=insist; Cisco ASA: crypto ikev2 enable outside' },
    { end: 'ours', text: 'or IKEv1 there too: swanctl.conf version = 1; ipsec.conf ikev2=no' },
  ],
  refs: ['RFC 7296 §2.5'],
});
