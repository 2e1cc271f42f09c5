import { applies, type Probe, skips } from './probe.js';
import { exchangePatience } from './shared/begin.js';
import { probeFinding } from './shared/finding.js';

/** An empty INFORMATIONAL: dead peer detection as the peer sees it (RFC 7296 §2.4). */
export const probe: Probe = {
  id: 'liveness',
  title: 'liveness',
  after: ['auth-ours', 'auth-theirs'],
  plan: (_target, facts) => (facts.ikeUp ? applies : skips('there is no IKE SA')),
  async run(context) {
    const { target, facts, link } = context;
    facts.liveness = undefined;
    link.command({ kind: 'liveness', ...(facts.sa && { sa: facts.sa }) });
    await link.waitFor(() => facts.liveness !== undefined || facts.down !== undefined, exchangePatience(context));
    const told = facts.liveness as { readonly alive: boolean; readonly milliseconds: number } | undefined;
    if (told?.alive === true) return { status: 'pass', text: `answered in ${told.milliseconds.toFixed(1)} ms` };
    return {
      status: 'fail',
      text: 'not answered',
      findings: [
        probeFinding(target, facts, {
          slug: 'peer-went-silent',
          severity: 'error',
          confidence: 0.8,
          title: `${facts.address} fell silent after the tunnel was up`,
          cause:
            'It answered everything before and nothing now: it was restarted, the path or a NAT mapping went away, or a firewall limits how long or how much may pass.',
          evidence: [{ text: 'step liveness: an empty INFORMATIONAL was not answered' }],
          fix: [
            { end: 'theirs', text: 'its log: journalctl -u strongswan -u ipsec --since -5min' },
            {
              end: 'ours',
              text: 'dead peer detection finds this by itself: swanctl.conf dpd_delay = 30s; ipsec.conf dpddelay=30 dpdaction=restart',
            },
          ],
          refs: ['RFC 7296 §2.4'],
        }),
      ],
    };
  },
};
