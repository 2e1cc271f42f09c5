import type { NewRule } from './firewall-change.js';
import type { ForwardVerdict } from './forward-verdicts.js';

/**
 * Lets pass what goes into a policy or came out of an SA, and nothing else; where an interface of its own carries the tunnel, what
 * uses that interface.
 */
export function forwardRule(verdicts: readonly ForwardVerdict[]): NewRule {
  const directions = new Set(verdicts.map(({ direction }) => direction));
  const devices = [
    ...new Set(verdicts.flatMap(({ traffic }) => (traffic.routeBased && traffic.outside !== undefined ? [traffic.outside] : []))),
  ];
  const nft: string[] = [];
  const iptables: string[] = [];
  for (const device of devices) {
    if (directions.has('there')) iptables.push(`-o ${device} -j ACCEPT`);
    if (directions.has('back')) iptables.push(`-i ${device} -j ACCEPT`);
  }
  const names = devices.length === 1 ? `"${devices[0]}"` : `{ ${devices.map((device) => `"${device}"`).join(', ')} }`;
  const routed = devices.length > 0;
  if (!routed && directions.has('there')) iptables.push('-m policy --dir out --pol ipsec -j ACCEPT');
  if (!routed && directions.has('back')) iptables.push('-m policy --dir in --pol ipsec -j ACCEPT');
  if (directions.has('there')) nft.push(routed ? `oifname ${names} accept` : 'rt ipsec exists accept');
  if (directions.has('back')) nft.push(routed ? `iifname ${names} accept` : 'meta ipsec exists accept');
  const networks = [...new Set(verdicts.flatMap(({ traffic }) => [traffic.local, traffic.remote]))].slice(0, 20);
  const zone = (verb: 'add' | 'remove') =>
    `${networks.map((network) => `firewall-cmd --permanent --zone=trusted --${verb}-source=${network}`).join(' && ')} && firewall-cmd --reload`;
  const routes = verdicts
    .slice(0, 20)
    .map(({ traffic: { local, remote }, direction }) =>
      direction === 'there' ? `from ${local} to ${remote}` : `from ${remote} to ${local}`,
    );
  return {
    purpose: `tunnel traffic forwarded${directions.size === 2 ? '' : directions.has('there') ? ' out' : ' in'}`,
    nft,
    iptables,
    firewalld: { apply: zone('add'), undo: zone('remove') },
    ufw: {
      apply: routes.map((route) => `ufw route allow ${route}`).join(' && '),
      undo: routes.map((route) => `ufw route delete allow ${route}`).join(' && '),
    },
  };
}
