import { shellWord } from '../../bytes/shell-word.js';
import type { OpenvpnConfig } from '../../config/openvpn/openvpn-config.js';
import type { Firewall } from '../../host/linux/firewall/firewall.js';
import { simulate } from '../../host/linux/firewall/simulate.js';
import type { CheckLine, Mend } from '../check.js';
import { asRoot, hostFinding } from './finding.js';
import { defaultDevice, type FirewallFacts, isPrivate } from './firewall-facts.js';
import { pass } from './lines.js';

/**
 * Clients that are told to send everything through the server (`redirect-gateway`) leave it by the default route: their private addresses
 * have to be translated there, or no answer comes back. IPv4 alone; nobody but a router further out could do it instead.
 * @param id of the check
 * @param tun interface of the server, where it is known
 */
export function wayOutLines(
  id: string,
  label: string,
  config: OpenvpnConfig,
  tun: string | undefined,
  firewall: Firewall,
  { routes }: Pick<FirewallFacts, 'routes'>,
): readonly CheckLine[] {
  const pushed = config.directives.find(
    ({ name, args: [option = ''] }) => name === 'push' && /^redirect-gateway\b(?!.*!ipv4)/.test(option),
  );
  const network = config.networks.map(({ value }) => value).find((value) => !value.includes(':') && isPrivate(value));
  const device = defaultDevice('ip', routes);
  if (config.role !== 'server' || pushed === undefined || network === undefined || device === undefined) return [];
  const { nat } = simulate(firewall, {
    family: 'ip',
    path: 'forward',
    source: network,
    oif: device,
    ...(tun !== undefined && { iif: tun }),
  });
  if (nat.some(({ hook }) => hook === 'postrouting')) return [pass(label, `${network} is translated on ${device}`)];
  const mend = masquerade(network, device, firewall);
  return [
    {
      status: 'warn',
      label,
      detail: `clients send everything here, and ${network} leaves by ${device} as it is`,
      mend: [mend],
      finding: hostFinding(id, {
        what: 'not-translated',
        severity: 'warning',
        confidence: 0.7,
        title: `Clients of ${config.connection.name} are told to send everything through this host, and nothing translates ${network} on ${device}`,
        cause:
          'They connect, reach the networks here, and nothing else: what they send to the Internet leaves with a private address, to which no answer finds back. Right only where a router further out knows the network and translates it.',
        evidence: [
          { file: pushed.file, line: pushed.line, text: `push "${pushed.args[0]}"` },
          { text: `no rule of postrouting takes ${network} out by ${device}` },
        ],
        fix: [asRoot(mend.apply)],
        retest: `vpndoctor verify --only ${id}`,
        refs: ['openvpn(8): --redirect-gateway'],
        subject: config.connection.name,
      }),
    },
  ];
}

/** In the dialect that is there already. */
function masquerade(network: string, device: string, { tables }: Firewall): Mend {
  const comment = `clients of OpenVPN leave by ${device} with its address`;
  const iptables = tables.find(({ source, family }) => source !== 'nft' && family === 'ip');
  if (iptables !== undefined) {
    const rule = `POSTROUTING -s ${network} -o ${shellWord(device)} -j MASQUERADE`;
    return { comment, apply: `${iptables.command} -t nat -A ${rule}`, undo: `${iptables.command} -t nat -D ${rule}` };
  }
  const rule = shellWord(`ip saddr ${network} oifname "${device}" masquerade`);
  return {
    comment,
    apply: `nft add table ip vpndoctor && nft 'add chain ip vpndoctor clients { type nat hook postrouting priority srcnat; }' && nft add rule ip vpndoctor clients ${rule}`,
    undo: 'nft delete table ip vpndoctor',
  };
}
