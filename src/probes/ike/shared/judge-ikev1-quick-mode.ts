import { PROTOCOL } from '../../../wire/ike/tables/protocols.js';
import { fixes, productOf, proposalLines } from './dialect.js';
import { type Judge, peerOf } from './judge.js';

export const QUICK_MODE = 'Quick Mode';

export const quickModeRefused: Judge = (refusal, target, facts) => {
  const { child } = target.tunnel.settings;
  const product = productOf(facts.vendorIds);
  const around = child?.ah === undefined ? '' : 'without --ah, since few peers take AH around ESP; ';
  return {
    slug: 'no-esp-proposal',
    severity: 'error',
    confidence: 0.9,
    title: `${peerOf(target, facts)} refuses our quick mode`,
    cause: `Phase 1 is up; of phase 2 something does not fit: ESP or AH, encryption, hash, key length, tunnel or transport mode, or PFS, of which IKEv1 compares the group with the very first quick mode. Asked for: ${refusal.ours ?? 'the proposals of --esp'}. The notify does not say which; some peers send it for proxy identities too.`,
    fix: [
      ...(child === undefined || around !== ''
        ? []
        : fixes('theirs', proposalLines(child.proposals, 'child', product, 1), 'accept what was offered, ')),
      {
        end: 'either',
        text: 'PFS the same at both ends: swanctl.conf esp_proposals with or without a group; ipsec.conf pfs=yes|no; Cisco ASA: crypto map … set pfs group…; here --pfs',
      },
      {
        end: 'ours',
        text: `${around}offer what it has: ${child?.proposals[0]?.protocol === PROTOCOL.AH ? '--ah' : '--esp'} WORDS (its log: "received proposals", "configured proposals")`,
      },
    ],
    refs: ['RFC 2409 §5.5'],
  };
};

/** Who says nothing to which quick mode: measured with racoon 0.8.2, Openswan 2.6.52 and libreswan 4.10. */
const SILENT_SWAN = 'Openswan says nothing when it wants PFS and none is offered, libreswan when its kernel takes no such SA.';
const SILENT_RACOON =
  'racoon says nothing when no sainfo, or no policy where generate_policy is off, fits the two identities (proxy IDs), and does refuse a proposal.';
/** Measured with strongSwan 5.9.8, whose pool is to be asked first. */
const ASK_FIRST =
  'Most likely first: it gives addresses to users, and takes no quick mode of one who has not asked for his (strongSwan with pools): --virtual-ip.';

export const silentQuickMode: Judge = (refusal, target, facts) => {
  const { settings, ikev1 } = target.tunnel;
  const quick = refusal.exchange === QUICK_MODE;
  const askFirst = quick && ikev1?.xauth !== undefined && settings.request === undefined;
  const product = productOf(facts.vendorIds);
  // racoon says nothing of itself.
  const silentTo = product === 'libreswan' ? SILENT_SWAN : `${SILENT_RACOON} ${SILENT_SWAN}`;
  const pushed = refusal.exchange === 'Transaction' && ikev1?.modeConfig === 'push';
  return {
    slug: quick ? 'quick-mode-unanswered' : 'exchange-unanswered',
    severity: 'error',
    confidence: 0.7,
    title: `${peerOf(target, facts)} does not answer ${refusal.exchange}`,
    cause: `${refusal.text}. Asked for: ${refusal.ours ?? 'what the flags say'}.${askFirst ? ` ${ASK_FIRST}` : ''}${quick ? ` ${silentTo}` : ''}`,
    fix: [
      ...(askFirst ? [{ end: 'ours' as const, text: '--virtual-ip, and no --local-ts: the address that it gives is ours inside' }] : []),
      ...(pushed
        ? [
            { end: 'ours' as const, text: '--mode-config pull, which is the default: asks for the address' },
            { end: 'theirs' as const, text: 'or there: swanctl.conf pull = no; ipsec.conf modecfgpull=no (strongSwan modeconfig=push)' },
          ]
        : []),
      ...(quick
        ? [
            { end: 'ours' as const, text: '--local-ts and --remote-ts as they are there, crosswise; --pfs where it wants PFS' },
            { end: 'theirs' as const, text: 'racoon.conf: sainfo for these two networks, or generate_policy on; ipsec.conf: pfs=no' },
          ]
        : []),
      { end: 'theirs', text: 'its log at that moment: journalctl -u strongswan -u ipsec; Cisco ASA: debug crypto ikev1 127' },
    ],
    refs: ['RFC 2409 §5.5'],
  };
};

/** libreswan calls a quick mode with IPComp malformed where it has none itself. */
export const malformedProposal: Judge = (refusal, target, facts) => ({
  slug: 'refused-bad-proposal-syntax',
  severity: 'error',
  confidence: 0.8,
  title: `${refusal.exchange}: ${refusal.text}`,
  cause: `${peerOf(target, facts)} refused (${refusal.notify}): ${[refusal.text, ...(refusal.suspected ?? [])].join('. ')}.`,
  fix: [
    ...((refusal.suspected ?? []).length === 0
      ? []
      : [
          { end: 'ours' as const, text: 'without --ipcomp; swanctl.conf ipcomp = no; ipsec.conf compress=no' },
          { end: 'theirs' as const, text: 'or with it there: ipsec.conf compress=yes; swanctl.conf ipcomp = yes' },
        ]),
    { end: 'theirs', text: 'its log at that moment: journalctl -u strongswan -u ipsec' },
  ],
  refs: ['RFC 2408 §3.14.1'],
});
