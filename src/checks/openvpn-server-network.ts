import type { OpenvpnConfig } from '../config/openvpn/openvpn-config.js';
import { type Answer, answered } from '../host/host.js';
import type { Interface } from '../host/linux/interfaces.js';
import type { Route } from '../host/linux/routes.js';
import type { Sourced } from '../model/connection.js';
import { overlaps, parseAddressRange } from '../wire/ip/address-range.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, unseen } from './shared/lines.js';
import { placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly interfaces: Answer<readonly Interface[]>;
  readonly routes: readonly Route[];
}

const LABEL = 'network of the server';

export const check: Check<Facts> = {
  id: 'openvpn-server-network',
  group: 'openvpn',
  title: LABEL,
  reads: ['server, push "route" of each configuration', 'ip -d -j addr', 'ip -j route'],
  refs: ['openvpn(8): --server', 'RFC 1918'],
  async facts(host) {
    const [tunnels, interfaces, routes] = await Promise.all([readTunnels(host), host.interfaces(), host.routes()]);
    return { tunnels, interfaces, routes: answered(routes) ?? [] };
  },
  judge({ tunnels, interfaces, routes }) {
    const servers = tunnels.openvpn.flatMap((config) => networksOf(config).map((network) => ({ config, network })));
    if (servers.length === 0) return [unneeded(LABEL, tunnels, 'no server of OpenVPN is configured', 'openvpn')];
    if (!interfaces.ok) return [unseen(LABEL, interfaces)];
    const devices = new Set(tunnels.openvpn.flatMap(({ dev }) => dev?.value ?? []));
    const here = ownNetworks(interfaces.value, routes, devices);
    return servers.map(({ config, network }, index) => {
      const twin = servers.slice(0, index).find((other) => other.config !== config && meet(other.network.value, network.value));
      const clash = here.find(({ cidr }) => meet(cidr, network.value));
      const label = `${LABEL} ${config.connection.name}`;
      if (clash !== undefined) return clashLine(label, config, network, clash);
      if (twin !== undefined) return twinLine(label, config, network, twin);
      const common = config.pushedRoutes.find(({ value }) => COMMON.some((cidr) => meet(cidr, value)));
      return pass(
        label,
        common === undefined
          ? network.value
          : `${network.value}; it pushes ${common.value}, which half of all homes use as well: from there it cannot be reached`,
      );
    });
  },
};

/** What home routers come with. */
const COMMON = ['192.168.0.0/24', '192.168.1.0/24', '192.168.2.0/24', '192.168.178.0/24'];

/** A bridged server gives addresses from the network it is bridged to. */
function networksOf({ networks, directives }: OpenvpnConfig): readonly Sourced<string>[] {
  return networks.filter(
    ({ file, line }) => !directives.some((each) => each.name === 'server-bridge' && each.file === file && each.line === line),
  );
}

interface Local {
  readonly cidr: string;
  readonly text: string;
}

/** Networks that are somewhere else than in a tunnel of OpenVPN: those of interfaces and those with a route. */
function ownNetworks(interfaces: readonly Interface[], routes: readonly Route[], devices: ReadonlySet<string>): readonly Local[] {
  const tunnels = new Set(
    interfaces
      .filter(({ kind, name }) => ['tun', 'ovpn', 'ovpn-dco'].includes(kind ?? '') || devices.has(name) || /^(tun|tap)\d/.test(name))
      .map(({ name }) => name),
  );
  const addresses = interfaces
    .filter(({ name, loopback, up }) => up && !loopback && !tunnels.has(name))
    .flatMap(({ name, addresses: list }) =>
      list
        .filter(({ scope }) => scope === 'global')
        .map(({ address, prefix }) => ({ cidr: `${address}/${prefix}`, text: `${name} has ${address}/${prefix}` })),
    );
  const further = routes
    .filter(
      ({ table, type, destination, device, gateway }) =>
        table === 'main' && type === 'unicast' && gateway !== undefined && !/\/0$/.test(destination) && !tunnels.has(device ?? ''),
    )
    .map(({ destination, gateway, device }) => ({
      cidr: destination,
      text: `${destination} is routed via ${gateway}${device === undefined ? '' : ` on ${device}`}`,
    }));
  return [...addresses, ...further];
}

function meet(a: string, b: string): boolean {
  const [left, right] = [parseAddressRange(a), parseAddressRange(b)];
  return left !== undefined && right !== undefined && overlaps(left, right);
}

function clashLine(label: string, { connection }: OpenvpnConfig, network: Sourced<string>, { cidr, text }: Local): CheckLine {
  return {
    status: 'fail',
    label,
    detail: `${network.value} overlaps ${cidr}`,
    finding: hostFinding(check.id, {
      what: 'overlap',
      subject: connection.name,
      severity: 'error',
      confidence: 0.85,
      title: `the network ${network.value} that ${connection.name} gives to clients overlaps ${cidr} of this host`,
      cause:
        'One address would be in two places: answers to clients go to the local network, or local hosts are looked for in the tunnel, whichever route is more specific.',
      evidence: [{ ...placeOf(network), text: `${optionFor(network)} ${network.value}` }, { text }],
      fix: [{ end: 'ours', text: `${network.file}:${network.line}: a network that nobody uses, such as\n${freeLine(network)}` }],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['openvpn(8): --server', 'RFC 1918'],
    }),
  };
}

const optionFor = ({ value }: Sourced<string>) => (value.includes(':') ? 'server-ipv6' : 'server');

/** From the middle of 10/8, where few go, and of fd00::/8. */
const freeLine = (network: Sourced<string>) =>
  `${optionFor(network)} ${network.value.includes(':') ? 'fd5e:d3b7:91a2::/64' : '10.213.87.0 255.255.255.0'}`;

function twinLine(
  label: string,
  config: OpenvpnConfig,
  network: Sourced<string>,
  twin: { readonly config: OpenvpnConfig; readonly network: Sourced<string> },
): CheckLine {
  const names = `${twin.config.connection.name} and ${config.connection.name}`;
  return {
    status: 'warn',
    label,
    detail: `${network.value} is given to clients by ${twin.config.connection.name} as well`,
    finding: hostFinding(check.id, {
      what: 'twice',
      subject: names,
      severity: 'warning',
      confidence: 0.7,
      title: `${names} give the same addresses to their clients (${network.value})`,
      cause: 'When both run, there are two routes to one network: answers to the clients of one go into the tunnel of the other.',
      evidence: [
        { ...placeOf(twin.network), text: `${optionFor(twin.network)} ${twin.network.value}` },
        { ...placeOf(network), text: `${optionFor(network)} ${network.value}` },
      ],
      fix: [{ end: 'ours', text: `another network for one of them, such as\n${freeLine(network)}` }],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['openvpn(8): --server'],
    }),
  };
}
