import type { Arrival } from '../../../transport/transport.js';
import { pathErrorFinding, pathErrorText } from '../../shared/path-error.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeTarget } from '../target.js';
import type { ProbeFacts } from './probe-facts.js';

type PathError = Extract<Arrival, { kind: 'error' }>;

/** An ICMP message that says why no IKE gets there, judged. */
export function pathErrorOutcome(error: PathError, port: number, target: ProbeTarget, facts: ProbeFacts): Outcome {
  const { ike, natt } = target.ports;
  const finding = pathErrorFinding(
    error,
    {
      step: port === natt ? 'udp-4500' : 'udp-500',
      what: `UDP ${port}`,
      daemon: 'IKE daemon',
      nobody: 'Either the daemon is not running, or it listens on another address or port, or a port forwarding leads to the wrong host.',
      listen: [
        {
          end: 'theirs',
          text: `ss -lun 'sport = :${port}' shows whether anything listens; start it: systemctl start strongswan (or ipsec, libreswan); Cisco ASA: crypto ${target.tunnel.ikev1 === undefined ? 'ikev2' : 'ikev1'} enable outside`,
        },
        { end: 'ours', text: '--ike-port and --natt-port where the peer uses others than 500 and 4500' },
      ],
      permit: [`UDP ${ike} and ${natt}`, `udp dport { ${ike}, ${natt} }`],
    },
    target,
    facts,
  );
  return { status: 'fail', text: pathErrorText(error), findings: [finding] };
}
