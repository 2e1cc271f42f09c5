import type { Refusal } from '../../../engine/refusal.js';
import { probeFinding } from '../../shared/finding.js';
import type { ProbeContext } from '../probe.js';
import { fixes, inDialect, productOf } from './dialect.js';
import { peerOf } from './judge.js';
import type { Refused } from './refused.js';
import { fewTries, tryAgain } from './second-opinion.js';

/**
 * Main mode was refused behind message 5, with a secret that is right, or aggressive mode at its first message: peers have a connection for
 * one of the two modes, and say of the other what they say of a wrong name (strongSwan: AUTHENTICATION-FAILED). The same in the other mode
 * tells. In aggressive mode the peer shows its hash to who listens, as it does to everybody who asks so (RFC 2409 §5.4).
 */
export async function inTheOtherMode(context: ProbeContext, refused: Refused, { exchange, by }: Refusal): Promise<Refused> {
  const { target, facts, link } = context;
  const { tunnel } = target;
  const { settings, ikev1 } = tunnel;
  const chosen = facts.proposal?.chosen;
  const main = ikev1?.exchange === 'main';
  if (ikev1 === undefined || by !== 'peer' || settings.localAuth.method !== 'psk' || link.signal.aborted) return refused;
  if (exchange !== (main ? 'Informational' : 'Aggressive') || (main && chosen === undefined)) return refused;
  const { vendorIds, source } = facts;
  const other = main ? 'aggressive' : 'main';
  const opinion = await tryAgain(context, {
    ...tunnel,
    settings: { ...fewTries(settings), ...(chosen === undefined ? {} : { ikeProposals: [chosen] }) },
    ikev1: { ...ikev1, exchange: other },
  });
  const asked = `${other} mode, asked with the same secret and name`;
  if (opinion.kind === 'nothing' || opinion.kind === 'secret-wrong') {
    const text = opinion.kind === 'nothing' ? opinion.text : 'another secret';
    return {
      ...refused,
      findings: refused.findings.map((finding) => ({ ...finding, evidence: [...finding.evidence, { text: `${asked}: ${text}` }] })),
    };
  }
  const peer = peerOf(target, facts);
  const text = `${asked}, is accepted`;
  return {
    ...refused,
    text: `${refused.text}; ${text}`,
    findings: [
      probeFinding(target, facts, {
        slug: 'ikev1-other-mode',
        severity: 'error',
        confidence: 0.95,
        title: `${peer} refuses ${ikev1.exchange} mode of us, and accepts the same in ${other} mode`,
        cause: `Its connection for ${source ?? 'our address'} is for ${other} mode: strongSwan has a connection for one of the two, and says of the other what it says of a name that it does not know. Secret and name are right.`,
        evidence: [...(refused.findings[0]?.evidence ?? []), { text }],
        fix: [
          {
            end: 'ours',
            text: main
              ? '--aggressive; swanctl.conf aggressive = yes; ipsec.conf aggressive=yes (Openswan, libreswan 3: aggrmode=yes)'
              : '--ikev1 without --aggressive; swanctl.conf aggressive = no; ipsec.conf aggressive=no (Openswan, libreswan 3: aggrmode=no)',
          },
          ...fixes(
            'theirs',
            inDialect(
              [
                `swanctl.conf: aggressive = ${main ? 'no' : 'yes'}`,
                `ipsec.conf: aggressive=${main ? 'no' : 'yes'} (Openswan, libreswan 3: aggrmode=${main ? 'no' : 'yes'})`,
              ],
              productOf(vendorIds),
            ),
            main ? 'or, better, as aggressive mode shows its hash to whoever asks: ' : 'or there: ',
          ),
        ],
        refs: ['RFC 2409 §5.4'],
      }),
    ],
  };
}
