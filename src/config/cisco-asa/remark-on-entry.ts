import type { ConfigRemark, Sourced } from '../../model/connection.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import type { RemarkList } from '../source.js';
import type { PeerAuthentication } from './authentication.js';
import type { CiscoParts } from './cisco-parts.js';
import type { CryptoMapEntry } from './crypto-maps.js';
import { findCommands, placeOf, transformNames } from './entry-commands.js';
import { begins } from './statement.js';
import type { TunnelEntry } from './tunnel-entry.js';

/** Adds remarks on one connection. */
export interface Remarks {
  add(remark: ConfigRemark): void;
}

export function remarksOn(list: RemarkList, connection: string): Remarks {
  return { add: (remark) => list.add({ ...remark, connection }) };
}

/** What an entry lacks, and what it names that is not there. */
export function remarkOnEntry(
  entry: CryptoMapEntry,
  source: CryptoMapEntry,
  peers: readonly Sourced<string>[],
  parts: CiscoParts,
  remarks: Remarks,
): void {
  const { file, line, map, sequence } = entry;
  const { lists, transformSets, ipsecProposals, applied, defaults } = parts;
  const incomplete = (text: string, code = 'incomplete') =>
    remarks.add({
      file,
      line,
      severity: 'error',
      code,
      text: `crypto map ${map} ${sequence} ${text}: the entry is not in force`,
    });
  if (entry.dynamicMap === undefined && peers.length === 0) incomplete('has no "set peer"');
  const match = findCommands(source, 'match', 'address')[0];
  if (match === undefined && entry.dynamicMap === undefined) incomplete('has no "match address"');
  else if (match !== undefined && lists.find(match.value[0] ?? '') === undefined)
    remarks.add({
      ...placeOf(match),
      severity: 'error',
      code: 'unknown-reference',
      text: `there is no access-list ${match.value[0] ?? ''}`,
    });
  const sets = transformNames(source);
  if (sets.length === 0 && defaults.transformSets.length === 0)
    incomplete('has no transform set and no ipsec-proposal', 'no-transform-set');
  remarkOnTransforms(source, transformSets, ipsecProposals, remarks);
  if (!applied.some((each) => each.map === map))
    remarks.add({
      file,
      line,
      severity: 'error',
      code: 'not-applied',
      text: `crypto map ${map} is applied to no interface: nothing of it is in force`,
      ...applyingLines(entry, peers, parts),
    });
}

/** An ASA applies a map by a line of its own; at a router it stands below the interface, which has one map. */
function applyingLines(
  entry: CryptoMapEntry,
  peers: readonly Sourced<string>[],
  { platform, interfaces }: CiscoParts,
): Pick<ConfigRemark, 'fix' | 'fixLine'> {
  if (platform === 'asa') return { fix: `${firstLine(entry)}\ncrypto map ${entry.map} interface outside` };
  // Whoever comes, comes from where the default route leads.
  const at = interfaces.towards(peers[0]?.value ?? '0.0.0.0');
  if (at === undefined || at.sub.some((each) => begins(each, 'crypto', 'map'))) return {};
  return { fix: `${at.words.join(' ')}\n crypto map ${entry.map}`, fixLine: at.line };
}

/** Transform sets and proposals that are named and not there. */
export function remarkOnTransforms(
  commanded: Pick<CryptoMapEntry, 'commands'>,
  transformSets: CiscoParts['transformSets'],
  ipsecProposals: CiscoParts['ipsecProposals'],
  remarks: Remarks,
): void {
  for (const { value, words, file, line } of transformNames(commanded)) {
    const kind = words.endsWith('ipsec-proposal') ? 'ipsec-proposal' : 'transform-set';
    if (!(kind === 'ipsec-proposal' ? ipsecProposals : transformSets).has(value))
      remarks.add({ file, line, severity: 'error', code: 'unknown-reference', text: `there is no ${kind} ${value}` });
  }
}

/** What keeps a tunnel from working with its peer. */
export function remarkOnPeer(
  tunnel: TunnelEntry,
  versions: ReadonlySet<'ikev1' | 'ikev2'>,
  authentication: PeerAuthentication | undefined,
  groupPolicy: readonly Sourced<readonly string[]>[],
  { platform, oldPix, global, phase1, ikev1Word, authentication: { groups } }: CiscoParts,
  remarks: Remarks,
): void {
  const { peer, map } = tunnel;
  for (const version of versions)
    if (phase1[version].length === 0)
      remarks.add({
        ...placeOf(tunnel),
        severity: 'error',
        code: 'no-policy',
        text: `there is no crypto ${version} policy: phase 1 has nothing to offer`,
      });
  if (platform === 'ios') return;
  for (const at of tunnel.interfaces)
    for (const version of versions)
      if (!global.enabled.some((each) => each.interface.value === at.value && each.version === version))
        remarks.add({
          ...placeOf(at),
          severity: 'error',
          code: 'not-enabled',
          text: `${version === 'ikev1' ? 'IKEv1' : 'IKEv2'} is not enabled on interface ${at.value}, ${map === undefined ? 'on which the tunnel begins' : 'to which the crypto map is applied'}`,
          ...(map !== undefined && {
            fix: `crypto map ${map} interface ${at.value}\n${oldPix ? '' : 'crypto '}${version === 'ikev1' ? ikev1Word : version} enable ${at.value}`,
          }),
        });
  // Where there is no key for the peer, the comparison says so itself.
  if (peer.value !== '%any' && authentication === undefined && !oldPix)
    remarks.add({
      ...placeOf(peer),
      severity: 'error',
      code: 'no-tunnel-group',
      text: `there is no tunnel-group ${peer.value}: an ASA looks for the secret of a peer under its address${groups.size === 0 ? '' : ` (there are ${[...groups.keys()].slice(0, 5).join(', ')})`}`,
      ...(map !== undefined && { fix: tunnelGroup(tunnel, [...versions], ikev1Word) }),
    });
  const type = authentication?.other.find(({ key }) => key === 'tunnel-group type')?.value;
  if (type !== undefined && !/^ipsec-l2l$/i.test(type.value))
    remarks.add({
      ...placeOf(type),
      severity: 'error',
      code: 'bad-value',
      text: `tunnel-group ${peer.value} is of type ${type.value}: a tunnel between networks wants ipsec-l2l`,
      fix: `tunnel-group ${peer.value} type ipsec-l2l`,
    });
  const protocols = groupPolicy.find(({ value }) => value[0] === 'vpn-tunnel-protocol');
  if (protocols === undefined) return;
  for (const version of versions) {
    const wanted = version === 'ikev2' ? /^ikev2$/i : /^(ikev1|ipsec)$/i;
    if (!protocols.value.slice(1).some((word) => wanted.test(word)))
      remarks.add({
        ...placeOf(protocols),
        severity: 'error',
        code: 'not-enabled',
        text: `the group-policy of ${peer.value} allows ${protocols.value.slice(1).join(', ')}, not ${version}`,
        // Before 8.4 there is one word for it.
        fix: ` vpn-tunnel-protocol ${[...protocols.value.slice(1), ikev1Word === 'isakmp' ? 'IPSec' : version].join(' ')}`,
      });
  }
}

/** The line that an entry begins with, as it stands there. */
function firstLine({ map, sequence, commands }: CryptoMapEntry): string {
  return `crypto map ${map} ${sequence} ${(commands[0]?.value ?? []).join(' ')}`.trimEnd();
}

function tunnelGroup(
  { name, commands, peer }: TunnelEntry,
  versions: readonly ('ikev1' | 'ikev2')[],
  ikev1Word: 'isakmp' | 'ikev1',
): string {
  const line = commands.find(({ value, line }) => line === peer.line && value[1] === 'peer');
  const keys = versions.flatMap((version) =>
    version === 'ikev2'
      ? [
          ` ikev2 remote-authentication pre-shared-key ${SECRET_PLACEHOLDER}`,
          ` ikev2 local-authentication pre-shared-key ${SECRET_PLACEHOLDER}`,
        ]
      : [` ${ikev1Word === 'ikev1' ? 'ikev1 ' : ''}pre-shared-key ${SECRET_PLACEHOLDER}`],
  );
  return [
    `crypto map ${name.split(' ', 2).join(' ')} ${(line?.value ?? []).join(' ')}`,
    `tunnel-group ${peer.value} type ipsec-l2l`,
    `tunnel-group ${peer.value} ipsec-attributes`,
    ...keys,
  ].join('\n');
}
