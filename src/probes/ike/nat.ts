import { probeFinding } from '../shared/finding.js';
import { applies } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { isAuthentication } from './shared/authenticates.js';
import { exchangePatience } from './shared/begin.js';

/** What the hashes of NAT detection said (RFC 7296 §2.23), and how ESP will travel. */
export const probe: Probe = {
  id: 'nat',
  title: 'NAT',
  after: ['ike-sa-init'],
  plan: () => applies,
  async run(context) {
    const { target, facts, link } = context;
    // IKEv1 tells it one exchange behind the proposal: with the keys, before anybody shows who it is.
    const told = () => facts.nat !== undefined || facts.down !== undefined || facts.sent.some(isAuthentication);
    if (target.tunnel.ikev1 !== undefined) await link.waitFor(told, exchangePatience(context));
    const { nat } = facts;
    const forced = target.tunnel.settings.encapsulation === 'force';
    const behind = [
      ...(nat?.usBehindNat === true ? ['we are behind NAT'] : []),
      ...(nat?.peerBehindNat === true ? ['the peer is behind NAT'] : []),
    ];
    const esp =
      target.ports.tcp !== undefined ? 'ESP goes over TCP' : behind.length > 0 || forced ? 'ESP goes in UDP' : 'ESP goes as IP protocol 50';
    if (nat?.supported !== true) {
      const { ikev1 } = target.tunnel;
      // Who announces drafts alone has not asked for what everybody has.
      const drafts = ikev1?.natMethods?.includes('rfc3947') === false ? ikev1.natMethods : undefined;
      const why = `${drafts === undefined ? '' : `we announced ${drafts.join(', ')} alone (--nat-t), and it may speak none of these; or `}NAT traversal is switched off there`;
      return {
        status: 'warn',
        text: 'the peer does not take part in NAT detection',
        findings: [
          probeFinding(target, facts, {
            slug: 'no-nat-detection',
            severity: 'warning',
            confidence: 0.9,
            title: `${facts.address} does not take part in NAT detection`,
            cause: `It sent no ${ikev1 === undefined ? 'NAT_DETECTION notifies' : 'NAT-D payloads'}: ${why}. If there is a NAT on the way, ESP will not pass.`,
            evidence: [
              {
                text:
                  ikev1 === undefined
                    ? 'step nat: no NAT_DETECTION_SOURCE_IP in the reply to IKE_SA_INIT'
                    : 'step nat: no NAT-D payloads in phase 1',
              },
            ],
            fix: [
              ...(drafts === undefined ? [] : [{ end: 'ours' as const, text: 'without --nat-t, which announces all of them' }]),
              {
                end: 'theirs',
                text: 'ipsec.conf (libreswan) nat-ikev1-method=both, encapsulation=auto; Cisco ASA: crypto isakmp nat-traversal 20',
              },
            ],
            refs: [ikev1 === undefined ? 'RFC 7296 §2.23' : 'RFC 3947 §3'],
          }),
        ],
      };
    }
    const why = forced && behind.length === 0 ? ` (${link.rawEsp ? 'asked for' : 'protocol 50 needs root'})` : '';
    return { status: 'pass', text: `${behind.length === 0 ? 'none between us' : behind.join(', ')}; ${esp}${why}` };
  },
};
