import type { SelectorPair, Sourced } from '../../model/connection.js';
import type { RemarkList } from '../source.js';
import type { CiscoParts } from './cisco-parts.js';
import { transformNames } from './entry-commands.js';
import { ANY4, ANY6 } from './objects.js';
import { remarkOnTransforms, remarksOn } from './remark-on-entry.js';
import { begins, type CiscoStatement, rest } from './statement.js';
import type { TunnelEntry } from './tunnel-entry.js';

/**
 * Tunnels that are interfaces of their own (`tunnel protection ipsec profile`), of routers and of an ASA since 9.7: everything that is
 * routed into them, GRE between the two addresses, or with many peers (DMVPN) GRE with the hub that NHRP is told of, else with anyone.
 */
export function interfaceTunnels(parts: CiscoParts, list: RemarkList): readonly TunnelEntry[] {
  return parts.interfaces.all.flatMap((statement): readonly TunnelEntry[] => {
    const protection = statement.sub.find((sub) => begins(sub, 'tunnel', 'protection', 'ipsec'));
    if (protection === undefined) return [];
    const name = statement.words
      .slice(1)
      .join('')
      .replace(/type.*$/i, '');
    const { words, file, line } = protection;
    const [kind, profileName = ''] = words.slice(3);
    const profile = parts.ipsecProfiles.get(profileName);
    const commands = (profile?.sub ?? []).map((sub) => ({ value: sub.words, file: sub.file, line: sub.line }));
    const remarks = remarksOn(list, name);
    const wrong = (code: string, text: string) => remarks.add({ file, line, severity: 'error', code, text });
    if (kind === 'profile' && profile === undefined) wrong('unknown-reference', `there is no crypto ipsec profile ${profileName}`);
    else if (transformNames({ commands }).length === 0 && parts.defaults.transformSets.length === 0)
      wrong(
        'no-transform-set',
        `crypto ipsec profile ${profileName} has no transform set and no ipsec-proposal: the tunnel is not in force`,
      );
    remarkOnTransforms({ commands }, parts.transformSets, parts.ipsecProposals, remarks);
    const unsaid = { file: statement.file, line: 0 };
    const source = sourceOf(statement, parts);
    const peer = peerOf(statement, parts) ?? { ...unsaid, value: '%any' };
    return [
      {
        name,
        file: statement.file,
        line: statement.line,
        commands,
        peer,
        interfaces: source.interface === undefined ? [] : [source.interface],
        addresses: source.address === undefined ? [] : [source.address],
        other: statement.sub
          .filter((sub) => begins(sub, 'tunnel') && !/^(source|destination|protection)$/.test(sub.words[1] ?? ''))
          .map((sub) => ({ key: sub.words.slice(0, 2).join(' '), value: { value: rest(sub, 2), file: sub.file, line: sub.line } })),
        pairs: pairsOf(statement, source.address ?? { ...unsaid, value: '%any' }, peer, parts),
      },
    ];
  });
}

/** `tunnel source GigabitEthernet0/1`, `tunnel source interface outside`, `tunnel source 192.0.2.1`. */
function sourceOf(
  statement: CiscoStatement,
  { platform, interfaces }: CiscoParts,
): { readonly interface?: Sourced<string>; readonly address?: Sourced<string> } {
  const found = statement.sub.find((sub) => begins(sub, 'tunnel', 'source'));
  if (found === undefined) return {};
  const { file, line } = found;
  const written = found.words.slice(found.words[2] === 'interface' ? 3 : 2);
  const value = written.join('');
  if (/^[\d.]+$|:/.test(value)) return { address: { value, file, line } };
  const address = platform === 'asa' ? interfaces.addressOfNamed(written[0] ?? '') : interfaces.addressOfInterface(value);
  return { interface: { value: platform === 'asa' ? (written[0] ?? '') : value, file, line }, ...(address !== undefined && { address }) };
}

/** `tunnel destination 192.0.2.1`; of a hub the address beside its own in `ip nhrp map` and `ip nhrp nhs … nbma`. */
function peerOf(statement: CiscoStatement, { objects }: CiscoParts): Sourced<string> | undefined {
  for (const { words, file, line } of statement.sub) {
    const [first, second, third, fourth, fifth, sixth] = words;
    const hub =
      first === 'tunnel' && second === 'destination' && third !== 'dynamic'
        ? third
        : first === 'ip' && second === 'nhrp' && third === 'nhs' && fifth === 'nbma'
          ? sixth
          : first === 'ip' && second === 'nhrp' && third === 'map' && fourth !== 'multicast' && fourth !== 'group'
            ? fifth
            : undefined;
    if (hub !== undefined) return { value: objects.address(hub), file, line };
  }
  return undefined;
}

function pairsOf(
  statement: CiscoStatement,
  local: Sourced<string>,
  remote: Sourced<string>,
  { lists }: CiscoParts,
): readonly SelectorPair[] {
  const mode = statement.sub.find((sub) => begins(sub, 'tunnel', 'mode'));
  const policy = statement.sub.find((sub) => begins(sub, 'tunnel', 'protection', 'ipsec', 'policy'));
  const place = { file: statement.file, line: mode?.line ?? 0 };
  if (policy !== undefined) return lists.permitted(policy.words[5] ?? '');
  if (mode?.words[2] === 'ipsec') {
    const any = { ...place, value: mode.words[3] === 'ipv6' ? ANY6 : ANY4 };
    return [{ local: any, remote: any }];
  }
  // What is protected is the outer header: GRE from one address to the other.
  const protocol = { ...place, value: mode?.words[2] === 'ipip' ? '4' : 'gre' };
  return [{ local, remote, localPort: protocol, remotePort: protocol }];
}
