import { EnvironmentError } from '../../bytes/errors.js';
import type { ChildSa } from '../../engine/child-sa.js';
import { innerMtu } from '../../engine/esp/inner-mtu.js';
import { innerAddresses } from '../../probes/ike/shared/inner-addresses.js';
import type { ProbeFacts } from '../../probes/ike/shared/probe-facts.js';
import type { TunnelLink } from '../../probes/ike/shared/tunnel-link.js';
import type { ProbeTarget } from '../../probes/ike/target.js';
import { selectorFacts } from '../../wire/ike/selector-facts.js';
import { LEAST_MTU, USUAL_MTU } from '../../wire/ip/sizes.js';
import type { HeldTunnel } from './tun.js';

/** RFC 3948 §4: a NAT forgets in no less time. */
const KEEPALIVE = 20_000;

/** A CHILD_SA for the host. @throws EnvironmentError when there is none */
export async function heldChild(target: ProbeTarget, facts: ProbeFacts, link: TunnelLink): Promise<HeldTunnel> {
  const { child, address } = facts;
  const from = innerAddresses(target, facts)?.from;
  if (child === undefined || from === undefined || address === undefined)
    throw new EnvironmentError('there is no tunnel to give to the host');
  const { mtu: linkMtu } = await link.route(address);
  return {
    ...interfaceOf(child, { from, outside: address, linkMtu, found: facts.innerMtu }),
    send: (packet) => link.sendInner(packet),
    isUp: () => facts.down === undefined && facts.child !== undefined,
    whyDown: () => (facts.down === undefined ? 'the peer deleted the CHILD_SA' : (facts.refusal?.text ?? 'the peer deleted the IKE SA')),
    counts: () => {
      const { sent, received, dropped } = link.counters;
      return { sent, received, drops: [...dropped].map(([text, count]) => `${count} dropped: ${text}`) };
    },
    ...(facts.nat?.usBehindNat === true ? { keepalive: { interval: KEEPALIVE, send: () => link.sendKeepalive() } } : {}),
  };
}

/** Where a CHILD_SA goes on the outside. */
interface Surroundings {
  /** Our address inside. */
  readonly from: string;
  /** The peer's outside. */
  readonly outside: string;
  /** Bytes of a packet on the link to it, where the kernel says so; Ethernet's otherwise. */
  readonly linkMtu: number | undefined;
  /** Bytes of a packet inside that were seen to pass. */
  readonly found?: number | undefined;
}

/** What the interface of a CHILD_SA has. */
export function interfaceOf(
  child: ChildSa,
  { from, outside, linkMtu = USUAL_MTU, found }: Surroundings,
): Pick<HeldTunnel, 'addresses' | 'mtu' | 'routes' | 'outside'> {
  const v6 = from.includes(':');
  const fits = innerMtu(child, linkMtu, outside.includes(':') ? 6 : 4);
  return {
    addresses: [`${from}/${v6 ? 128 : 32}`],
    mtu: Math.max(Math.min(fits, found ?? fits), LEAST_MTU[v6 ? 6 : 4]),
    routes: networksOf(child.remoteSelectors).filter((network) => network.includes(':') === v6),
    outside,
  };
}

/** Networks as routes have them; ranges that are none are left out. */
function networksOf(selectors: Parameters<typeof selectorFacts>[0]['selectors']): readonly string[] {
  const texts = selectorFacts({ selectors }).map(({ text }) => text.replace(/\[.*\]$/, ''));
  return [...new Set(texts.filter((text) => /^[0-9a-f.:]+\/\d+$/i.test(text)))];
}
