import type { Answer } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { XfrmPolicy } from '../../host/linux/xfrm-policies.js';
import type { XfrmState } from '../../host/linux/xfrm-states.js';
import { readTunnels, type Tunnels } from './tunnels.js';

/** What the checks of policies look at. */
export interface PolicyFacts {
  readonly policies: Answer<readonly XfrmPolicy[]>;
  readonly states: Answer<readonly XfrmState[]>;
  readonly tunnels: Tunnels;
  /** An IKE daemon runs here. */
  readonly daemon: boolean;
}

/** What such a check reads, for `verify --list`. */
export const policyReads: readonly string[] = ['ip xfrm policy', 'ip -s xfrm state', 'configuration files'];

export async function readPolicyFacts(host: HostFacts): Promise<PolicyFacts> {
  const [policies, states, tunnels, stacks] = await Promise.all([
    host.xfrmPolicies(),
    host.xfrmStates(),
    readTunnels(host),
    host.runningStacks(),
  ]);
  return { policies, states, tunnels, daemon: stacks.some(({ id }) => id !== 'openvpn') };
}
