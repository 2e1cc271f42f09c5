import { speaksXauth } from '../../../engine/ikev1/vendor-ids.js';
import type { Refusal } from '../../../engine/refusal.js';
import { probeFinding } from '../../shared/finding.js';
import type { ProbeContext } from '../probe.js';
import { exchangePatience } from './begin.js';
import { fixes, inDialect, productOf } from './dialect.js';
import { peerOf } from './judge.js';
import type { Refused } from './refused.js';
import { fewTries, tryAgain } from './second-opinion.js';

/**
 * A pre-shared key alone was refused by a peer that speaks XAuth: the same with XAuth offered (XAUTHInitPreShared) tells whether it is a
 * user that it wants. Its question is the proof, and gets no name for an answer. Undefined where it does not ask.
 */
export async function whereUserIsWanted(context: ProbeContext, refused: Refused, { by }: Refusal): Promise<Refused | undefined> {
  const { target, facts, link } = context;
  const { tunnel } = target;
  const { settings, ikev1 } = tunnel;
  const { vendorIds } = facts;
  if (ikev1 === undefined || ikev1.xauth !== undefined || by !== 'peer' || settings.localAuth.method !== 'psk') return undefined;
  if (!speaksXauth(vendorIds) || link.signal.aborted) return undefined;
  const opinion = await tryAgain(context, { ...tunnel, settings: fewTries(settings), ikev1: { ...ikev1, xauthUnnamed: true } });
  if (opinion.kind !== 'through' && opinion.kind !== 'secret-right') return undefined;
  await link.waitFor(() => facts.down !== undefined, exchangePatience(context));
  if (facts.down?.refusal?.code !== 'xauth-required') return undefined;
  const peer = peerOf(target, facts);
  const text = 'the same with XAuth offered is accepted, and the peer asks for a user';
  return {
    ...refused,
    text: `${refused.text}; ${text}`,
    findings: [
      probeFinding(target, facts, {
        slug: 'xauth-required',
        severity: 'error',
        confidence: 0.98,
        title: `${peer} wants a user and a password besides the pre-shared key (XAuth)`,
        cause: `With the pre-shared key alone it refuses us; asked once more with the same secret and name, and XAuth offered, it accepts both and asks who the user is. Secret and name are right.`,
        evidence: [...(refused.findings[0]?.evidence ?? []), { text: `step auth-ours: ${text}` }],
        fix: [
          { end: 'ours', text: '--xauth-user NAME --xauth-password-file FILE, as the gateway has them' },
          ...fixes(
            'theirs',
            inDialect(
              [
                'swanctl.conf: a connection for us without a second remote section of auth = xauth',
                'ipsec.conf: rightxauthclient=no, leftxauthserver=no',
                'Cisco ASA: a tunnel-group of type ipsec-l2l, or ikev1 user-authentication none',
              ],
              productOf(vendorIds),
            ),
            'or, where no user is meant: ',
          ),
        ],
        refs: ['draft-beaulieu-ike-xauth-02'],
      }),
    ],
  };
}
