import { shellWord } from '../../bytes/shell-word.js';
import type { NewRule } from './firewall-change.js';
import { firewalldChange } from './firewalld.js';
import type { ForwardVerdict } from './forward-verdicts.js';
import { isEverything } from './tunnel-traffic.js';

/** How each tool names what leaves by a tunnel (`there`) and what came out of one (`back`). */
const WAYS = {
  there: { option: '-o', name: 'oifname', policy: '-m policy --dir out --pol ipsec', ipsec: 'rt ipsec exists' },
  back: { option: '-i', name: 'iifname', policy: '-m policy --dir in --pol ipsec', ipsec: 'meta ipsec exists' },
} as const;

/**
 * Lets pass what goes into a policy or came out of an SA, and nothing else; where an interface of its own carries the tunnel, what
 * uses that interface.
 */
export function forwardRule(verdicts: readonly ForwardVerdict[]): NewRule {
  const nft: string[] = [];
  const iptables: string[] = [];
  for (const direction of ['there', 'back'] as const) {
    const { option, name, policy, ipsec } = WAYS[direction];
    const traffics = verdicts.filter((verdict) => verdict.direction === direction).map(({ traffic }) => traffic);
    const devices = [...new Set(traffics.flatMap(({ routeBased, outside }) => (routeBased && outside !== undefined ? [outside] : [])))];
    iptables.push(...devices.map((device) => `${option} ${shellWord(device)} -j ACCEPT`));
    if (devices.length > 0) nft.push(`${name} ${setOf(devices)} accept`);
    if (traffics.some(({ routeBased }) => !routeBased)) {
      iptables.push(`${policy} -j ACCEPT`);
      nft.push(`${ipsec} accept`);
    }
  }
  const directions = new Set(verdicts.map(({ direction }) => direction));
  return {
    purpose: `tunnel traffic forwarded${directions.size === 2 ? '' : directions.has('there') ? ' out' : ' in'}`,
    nft,
    iptables,
    ...byNetworks(verdicts),
  };
}

const setOf = (devices: readonly string[]) =>
  devices.length === 1 ? `"${devices[0]}"` : `{ ${devices.map((device) => `"${device}"`).join(', ')} }`;

/** These know tunnels by their networks alone: where one is everything, a command would let in the world, and there is none. */
function byNetworks(verdicts: readonly ForwardVerdict[]): Pick<NewRule, 'firewalld' | 'ufw'> {
  const networks = [...new Set(verdicts.flatMap(({ traffic }) => [traffic.local, traffic.remote]))];
  if (networks.some(isEverything)) return {};
  const routes = verdicts
    .slice(0, 20)
    .map(({ traffic: { local, remote }, direction }) =>
      direction === 'there' ? `from ${local} to ${remote}` : `from ${remote} to ${local}`,
    );
  return {
    firewalld: firewalldChange((verb) => networks.slice(0, 20).map((network) => `--zone=trusted --${verb}-source=${network}`)),
    ufw: {
      apply: routes.map((route) => `ufw route allow ${route}`).join(' && '),
      undo: routes.map((route) => `ufw route delete allow ${route}`).join(' && '),
    },
  };
}
