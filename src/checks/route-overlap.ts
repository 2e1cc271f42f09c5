import { count } from '../bytes/count.js';
import { type Answer, answered } from '../host/host.js';
import type { Interface } from '../host/linux/interfaces.js';
import type { XfrmPolicy } from '../host/linux/xfrm-policies.js';
import type { Connection, Sourced } from '../model/connection.js';
import { covers, overlaps, parseAddressRange } from '../wire/ip/address-range.js';
import { formatNetwork, parseNetwork } from '../wire/ip/network.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, unseen } from './shared/lines.js';
import { isEverything } from './shared/tunnel-traffic.js';
import { neitherIsOurs, placeOf, readTunnels, TUNNEL_KINDS, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly interfaces: Answer<readonly Interface[]>;
  readonly policies: readonly XfrmPolicy[];
  /** Connections of mode `pass`: local traffic that is to stay out of tunnels. */
  readonly bypasses: readonly Connection[];
}

const LABEL = 'local and remote networks apart';

interface Network {
  readonly cidr: string;
  readonly device: string;
}

export const check: Check<Facts> = {
  id: 'route-overlap',
  group: 'routing',
  title: 'no network of this host overlaps a remote selector',
  reads: ['ip -d -j addr', 'ip xfrm policy', 'configuration files'],
  refs: ['RFC 4301 §4.4.1', 'strongSwan documentation: bypass-lan plugin'],
  async facts(host) {
    const [tunnels, interfaces, policies, { connections }] = await Promise.all([
      readTunnels(host),
      host.interfaces(),
      host.xfrmPolicies(),
      host.configurations(),
    ]);
    return { tunnels, interfaces, policies: answered(policies) ?? [], bypasses: connections.filter(({ mode }) => mode.value === 'pass') };
  },
  judge({ tunnels, interfaces, policies, bypasses }) {
    if (tunnels.ipsec.length === 0) return [unneeded(LABEL, tunnels, 'no IPsec connection')];
    if (!interfaces.ok) return [unseen(LABEL, interfaces)];
    const networks = networksOf(interfaces.value);
    const lines: CheckLine[] = [];
    for (const connection of tunnels.ipsec) {
      for (const remote of connection.remote.subnets) {
        const copied = selectorLines(connection, remote);
        lines.push(...copied);
        // A copied selector is the cause; that it then is a local network as well follows. Nor is a network remote where no end is ours.
        if (copied.length > 0 || neitherIsOurs(connection, interfaces.value)) continue;
        for (const network of networks) {
          const line =
            overlapLine(connection, remote, network, policies, bypasses) ??
            betweenLine(connection, remote, network, networks, policies, bypasses);
          if (line !== undefined) lines.push(line);
        }
      }
    }
    return lines.length > 0 ? lines : [pass(LABEL, count(networks.length, 'local network'))];
  },
};

function networksOf(interfaces: readonly Interface[]): readonly Network[] {
  return interfaces
    .filter(({ loopback, up, kind }) => !loopback && up && !TUNNEL_KINDS.has(kind ?? '') && kind !== 'wireguard')
    .flatMap(({ name, addresses }) =>
      addresses
        .filter(({ scope, prefix, family }) => scope === 'global' && prefix < (family === 'ipv4' ? 31 : 127))
        .map(({ address, prefix }) => ({ cidr: `${address}/${prefix}`, device: name })),
    );
}

function overlapLine(
  connection: Connection,
  remote: Sourced<string>,
  network: Network,
  policies: readonly XfrmPolicy[],
  bypasses: readonly Connection[],
): CheckLine | undefined {
  const far = parseAddressRange(remote.value);
  const near = parseAddressRange(network.cidr);
  if (far === undefined || near === undefined || !overlaps(far, near)) return undefined;
  const label = `${connection.name}: ${remote.value}`;
  const shared = { file: remote.file, place: placeOf(remote) };
  if (covers(near, far)) {
    return {
      status: 'fail',
      label,
      detail: `lies in ${network.cidr} on ${network.device}`,
      finding: hostFinding(check.id, {
        severity: 'error',
        title: `The remote network ${remote.value} of ${connection.name} is at the same time a local one: ${network.cidr} on ${network.device}`,
        cause:
          'Hosts of the local network take those of the remote one for neighbours and ask for them by ARP: nothing of theirs ever comes to this gateway. And what the gateway itself sends to its neighbours goes into the tunnel.',
        evidence: [{ ...shared.place, text: `remote ${remote.value}` }, { text: `ip addr: ${network.device} ${network.cidr}` }],
        fix: [
          { end: 'either', text: 'renumber one of the two networks' },
          {
            end: 'either',
            text: 'or translate inside the tunnel: each side shows the other a network that is free (nft dnat/snat prefix to, iptables NETMAP), and the selectors name those',
          },
        ],
        retest: `vpndoctor verify --only ${check.id}`,
        refs: ['RFC 4301 §4.4.1'],
        subject: connection.name,
      }),
    };
  }
  // A remote selector wider than the local network is usual in a star; it takes local traffic only where that is a selector of ours, too.
  const taken = connection.local.subnets.some(({ value }) => {
    const local = parseAddressRange(value);
    return local !== undefined && overlaps(local, near) && !(isEverything(value) && isEverything(remote.value));
  });
  if (!taken || isBypassed(near, policies, bypasses)) return undefined;
  return {
    status: 'warn',
    label,
    detail: `covers ${network.cidr} on ${network.device}, which is a selector of ours, too`,
    finding: hostFinding(check.id, {
      what: 'covers-local',
      severity: 'warning',
      confidence: 0.7,
      title: `Traffic between this gateway and its own network ${network.cidr} matches the selectors of ${connection.name}`,
      cause: `The remote selector ${remote.value} contains the local network. What the gateway sends to its neighbours (answers to SSH, DHCP, DNS) goes into the tunnel, and the neighbours wait in vain.`,
      evidence: [{ ...shared.place, text: `remote ${remote.value}` }, { text: `ip addr: ${network.device} ${network.cidr}` }],
      fix: [
        {
          end: 'ours',
          text: `keep it out; ${bypass(network.cidr, network.cidr)}`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: check.refs,
      subject: connection.name,
    }),
  };
}

/** A part of what we take for the far network is here, and another network of ours, which the selectors name, sends to it. */
function betweenLine(
  connection: Connection,
  remote: Sourced<string>,
  network: Network,
  networks: readonly Network[],
  policies: readonly XfrmPolicy[],
  bypasses: readonly Connection[],
): CheckLine | undefined {
  const far = parseAddressRange(remote.value);
  const near = parseAddressRange(network.cidr);
  // Everything through the tunnel is meant so.
  if (far === undefined || near === undefined || isEverything(remote.value) || !overlaps(far, near)) return undefined;
  const touches = (text: string, range: typeof near) => {
    const other = parseAddressRange(text);
    return other !== undefined && overlaps(other, range);
  };
  // The network by which the peer is reached is the outer one, and a selector of ours was judged before.
  if ([...connection.local.addresses, ...connection.local.subnets].some(({ value }) => touches(value, near))) return undefined;
  const behind = connection.local.subnets.find(({ value }) => networks.some(({ cidr }) => touches(value, parseAddressRange(cidr) ?? near)));
  if (behind === undefined || isBypassed(near, policies, bypasses)) return undefined;
  return {
    status: 'warn',
    label: `${connection.name}: ${remote.value}`,
    detail: `covers ${network.cidr} on ${network.device}`,
    finding: hostFinding(check.id, {
      what: 'between',
      severity: 'warning',
      confidence: 0.7,
      title: `What ${behind.value} sends to our own network ${network.cidr} on ${network.device} goes into the tunnel of ${connection.name}`,
      cause: `The remote selector ${remote.value} contains that network, and policies are asked after routes: hosts on ${network.device} cannot be reached from ${behind.value}, and those of the same addresses behind the peer not from ${network.device}.`,
      evidence: [
        { ...placeOf(remote), text: `remote ${remote.value}` },
        { ...placeOf(behind), text: `local ${behind.value}` },
        { text: `ip addr: ${network.device} ${network.cidr}` },
      ],
      fix: [
        { end: 'either', text: 'a remote selector without the addresses that are here, or renumber one of the two' },
        {
          end: 'ours',
          text: `or keep it out; ${bypass(behind.value, network.cidr)}`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: check.refs,
      subject: connection.name,
    }),
  };
}

/** What takes traffic between two networks of ours out of every tunnel. */
function bypass(from: string, to: string): string {
  const ends = ['left=%defaultroute', 'right=0.0.0.0', `leftsubnet=${formatted(from)}`, `rightsubnet=${formatted(to)}`];
  const conn = ['conn local-bypass', ...ends, 'authby=never', 'type=passthrough', 'auto=route'].join('\n\t');
  return `with strongSwan the bypass-lan plugin does it, with an ipsec.conf:\n${conn}`;
}

/** Without the address of the interface. */
function formatted(cidr: string): string {
  const network = parseNetwork(cidr);
  return network === undefined ? cidr : formatNetwork(network);
}

function isBypassed(
  near: NonNullable<ReturnType<typeof parseAddressRange>>,
  policies: readonly XfrmPolicy[],
  bypasses: readonly Connection[],
): boolean {
  const inside = (text: string) => {
    const range = parseAddressRange(text);
    return range !== undefined && covers(range, near);
  };
  return (
    policies.some(
      ({ direction, templates, action, destination }) =>
        direction === 'out' && templates.length === 0 && action === 'allow' && inside(destination),
    ) || bypasses.some(({ remote }) => remote.subnets.some(({ value }) => inside(value)))
  );
}

/** The same network at both ends of one connection. */
function selectorLines(connection: Connection, remote: Sourced<string>): readonly CheckLine[] {
  const far = parseAddressRange(remote.value);
  if (far === undefined || isEverything(remote.value)) return [];
  const same = connection.local.subnets.find(({ value }) => {
    const near = parseAddressRange(value);
    return near !== undefined && near.low === far.low && near.high === far.high && near.version === far.version;
  });
  if (same === undefined) return [];
  return [
    {
      status: 'fail',
      label: `${connection.name}: ${remote.value}`,
      detail: 'stands at both ends',
      finding: hostFinding(check.id, {
        what: 'same-selectors',
        severity: 'error',
        title: `${connection.name} has the network ${remote.value} at both ends`,
        cause:
          'A packet between two addresses of one network never leaves it: hosts do not send it to a gateway, so nothing reaches the tunnel.',
        evidence: [
          { ...placeOf(same), text: `local ${same.value}` },
          { ...placeOf(remote), text: `remote ${remote.value}` },
        ],
        fix: [{ end: 'either', text: 'correct the selector that is a copy of the other, or renumber or translate one of the networks' }],
        retest: `vpndoctor verify --only ${check.id}`,
        refs: ['RFC 4301 §4.4.1'],
        subject: connection.name,
      }),
    },
  ];
}
