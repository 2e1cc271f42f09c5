import type { Connection, ConnectionAuth, ConnectionEnd, SelectorPair, Sourced, SourcedProposal } from '../../model/connection.js';
import type { RemarkList } from '../source.js';
import { ciscoGroup } from './algorithms.js';
import type { PeerAuthentication } from './authentication.js';
import type { CiscoParts } from './cisco-parts.js';
import type { CryptoMapEntry } from './crypto-maps.js';
import { findCommands, placeOf, transformNames } from './entry-commands.js';
import { exemption } from './exemption.js';
import type { IkeProfile } from './ike-profiles.js';
import type { TransformSet } from './phase2.js';
import { type Remarks, remarkOnEntry, remarkOnPeer, remarksOn } from './remark-on-entry.js';
import type { TunnelEntry } from './tunnel-entry.js';
import { interfaceTunnels } from './tunnel-interfaces.js';

/** One connection for each entry of a crypto map and each of its peers, and for each tunnel interface; what cannot be one is remarked on. */
export function buildConnections(parts: CiscoParts, list: RemarkList): readonly Connection[] {
  return [...mapTunnels(parts, list), ...interfaceTunnels(parts, list)].map((tunnel) =>
    connectionOf(tunnel, parts, remarksOn(list, tunnel.name)),
  );
}

function mapTunnels(parts: CiscoParts, list: RemarkList): readonly TunnelEntry[] {
  return parts.entries.flatMap((entry): readonly TunnelEntry[] => {
    if (entry.dynamic) return [];
    const { map } = entry;
    const name = `${map} ${entry.sequence}`;
    const remarks = remarksOn(list, name);
    const dynamic =
      entry.dynamicMap === undefined ? undefined : parts.entries.find(({ dynamic, map }) => dynamic && map === entry.dynamicMap?.value);
    if (entry.dynamicMap !== undefined && dynamic === undefined) {
      const { file, line, value } = entry.dynamicMap;
      remarks.add({ file, line, severity: 'error', code: 'unknown-reference', text: `there is no crypto dynamic-map ${value}` });
      return [];
    }
    const source = dynamic ?? entry;
    const all = findCommands(source, 'set', 'peer').flatMap(({ value, file, line }) =>
      value.filter((word) => !['default', 'dynamic'].includes(word)).map((word) => ({ value: parts.objects.address(word), file, line })),
    );
    remarkOnEntry(entry, source, all, parts, remarks);
    if (all.length === 0 && dynamic === undefined) return [];
    const applied = parts.applied.filter((each) => each.map === map);
    const { file, line, commands } = source;
    return (all.length === 0 ? [{ value: '%any', file, line: 0 }] : all).map((peer) => ({
      name: all.length > 1 ? `${name} ${peer.value}` : name,
      file,
      line,
      commands,
      peer,
      interfaces: applied.map((each) => each.interface),
      addresses: applied.flatMap(({ address }) => (address === undefined ? [] : [address])),
      pairs: pairsOf(source, parts),
      other: [],
      map,
    }));
  });
}

/** Those of the access list; a dynamic map without one takes what its peer asks for. */
function pairsOf(source: CryptoMapEntry, { lists }: CiscoParts): readonly SelectorPair[] {
  const match = findCommands(source, 'match', 'address')[0];
  if (match !== undefined || !source.dynamic) return lists.permitted(match?.value[0] ?? '');
  const any = { value: '%any', file: source.file, line: 0 };
  return [{ local: any, remote: any }];
}

/** Commands that have a place of their own in the connection. */
const placed =
  /^(set (peer|transform-set|ikev1 transform-set|ikev2 ipsec-proposal|ikev2 mode|pfs|security-association lifetime seconds|nat-t-disable)|match address)\b/;

function connectionOf(tunnel: TunnelEntry, parts: CiscoParts, remarks: Remarks): Connection {
  const { name, peer, pairs } = tunnel;
  const { defaults, global, phase1 } = parts;
  const unsaid = { file: tunnel.file, line: 0 };
  const transforms = transformsOf(tunnel, parts);
  const profile = ikeProfileOf(tunnel, parts, remarks);
  const named = transformNames(tunnel);
  const versions = new Set((named.length > 0 ? named : transforms).map(({ version }) => version));
  const ikeVersion = versions.size === 2 ? 'any' : versions.has('ikev2') ? 'ikev2' : 'ikev1';
  const pfsLine = findCommands(tunnel, 'set', 'pfs')[0];
  const sets = transforms.flatMap(({ set }) => (set === undefined ? [] : [set]));
  const authentication = parts.authentication.find(peer.value);
  const lifetime = findCommands(tunnel, 'set', 'security-association', 'lifetime', 'seconds')[0];
  const seconds = Number(lifetime?.value[0]);
  const noNatT = findCommands(tunnel, 'set', 'nat-t-disable')[0];
  const aggressive =
    profile?.aggressive ??
    findCommands(tunnel, 'set', 'ikev1', 'phase1-mode', 'aggressive')[0] ??
    findCommands(tunnel, 'set', 'phase1-mode', 'aggressive')[0];
  const mode2 = findCommands(tunnel, 'set', 'ikev2', 'mode').find(({ value }) => value[0]?.startsWith('transport'));
  const transport = sets.find((set) => set.transport !== undefined)?.transport ?? mode2;
  const compress = sets.find((set) => set.compress !== undefined)?.compress;
  const ah = sets.find(({ protocol }) => protocol === 'ah');
  // What a profile says of the lifetime is for whichever proposal is taken.
  const ikeProposals = [...(ikeVersion === 'ikev1' ? [] : phase1.ikev2), ...(ikeVersion === 'ikev2' ? [] : phase1.ikev1)].map((proposal) =>
    profile?.lifetime === undefined ? proposal : { ...proposal, lifetime: profile.lifetime },
  );
  const answers = findCommands(tunnel, 'set', 'connection-type')[0];
  const answerOnly = findCommands(tunnel, 'responder-only')[0] ?? (answers?.value[0] === 'answer-only' ? answers : undefined);
  const groupPolicy = groupPolicyOf(authentication, parts);
  remarkOnPeer(tunnel, versions, authentication, groupPolicy, parts, remarks);
  if (tunnel.map !== undefined) remarkOnNat(tunnel, parts, remarks);
  const end = (auth: readonly Sourced<ConnectionAuth>[]): Pick<ConnectionEnd, 'auth'> => ({
    auth: auth.length === 0 ? authOfPolicies(ikeProposals, unsaid) : auth,
  });
  const side = (which: 'local' | 'remote') => end(profile?.[which].length ? profile[which] : (authentication?.[which] ?? []));
  const localId = profile?.localId ?? global.identity;
  const remoteIds = profile?.remoteIds ?? [];
  const remoteId = remoteIds.length === 1 ? remoteIds[0] : remoteIds.find(({ value }) => value === peer.value);
  return {
    name,
    dialect: 'cisco-asa',
    file: tunnel.file,
    line: tunnel.line,
    side: 'known',
    local: {
      addresses: tunnel.addresses.length === 0 ? [{ ...unsaid, value: '%any' }] : tunnel.addresses,
      ...(localId !== undefined && { id: localId }),
      ...side('local'),
      subnets: distinct(pairs.map(({ local }) => local)),
    },
    remote: {
      addresses: [peer],
      ...(remoteId !== undefined && { id: remoteId }),
      ...side('remote'),
      subnets: distinct(pairs.map(({ remote }) => remote)),
    },
    ikeVersion: { file: named[0]?.file ?? tunnel.file, line: named[0]?.line ?? 0, value: ikeVersion },
    aggressive: aggressive === undefined ? { ...unsaid, value: false } : { ...placeOf(aggressive), value: true },
    mode: transport === undefined ? { ...unsaid, value: 'tunnel' } : { ...placeOf(transport), value: 'transport' },
    protocol: ah === undefined ? { ...unsaid, value: 'esp' } : { ...placeOf(ah.proposal), value: 'ah' },
    ikeProposals,
    espProposals: transforms.map(({ proposal }) => proposal),
    selectorPairs: pairs,
    pfs: pfsLine === undefined ? { ...unsaid, value: false } : { ...placeOf(pfsLine), value: true },
    ikeLifetime: profile?.lifetime ?? ikeProposals[0]?.lifetime ?? { ...unsaid, value: defaults.ikeLifetime },
    childLifetime:
      lifetime === undefined || !Number.isSafeInteger(seconds)
        ? (global.childLifetime ?? { ...unsaid, value: defaults.childLifetime })
        : { ...placeOf(lifetime), value: seconds },
    forceEncapsulation: { ...unsaid, value: false },
    natTraversal: noNatT === undefined ? global.natTraversal : { ...placeOf(noNatT), value: false },
    compress: compress === undefined ? ipComp(groupPolicy, unsaid) : { ...placeOf(compress), value: true },
    auto:
      answerOnly === undefined
        ? { ...(answers === undefined ? unsaid : placeOf(answers)), value: peer.value === '%any' ? 'add' : 'route' }
        : { ...placeOf(answerOnly), value: 'add' },
    other: [
      ...tunnel.commands
        .filter(({ value }) => !placed.test(value.join(' ')))
        .map((command) => ({
          key: command.value.slice(0, 2).join(' '),
          value: { ...placeOf(command), value: command.value.slice(2).join(' ') },
        })),
      ...tunnel.other,
      ...(profile?.other ?? []),
      ...(authentication?.other ?? []),
      ...(global.keepalive === undefined ? [] : [{ key: 'crypto isakmp keepalive', value: global.keepalive }]),
      ...groupPolicy
        .filter(({ value }) => value[0] !== 'ip-comp')
        .map((line) => ({ key: `group-policy ${line.value[0] ?? ''}`, value: { ...placeOf(line), value: line.value.slice(1).join(' ') } })),
    ],
  };
}

/** The IKE profile that the tunnel names; one that is not there is remarked on. */
function ikeProfileOf(tunnel: TunnelEntry, { ikeProfiles, keyrings }: CiscoParts, remarks: Remarks): IkeProfile | undefined {
  const [named] = (['ikev2', 'isakmp'] as const).flatMap((kind) =>
    findCommands(tunnel, 'set', `${kind}-profile`).map((command) => ({ ...placeOf(command), kind, name: command.value[0] ?? '' })),
  );
  if (named === undefined) return undefined;
  const { kind, name, file, line } = named;
  const found = ikeProfiles.get(`${kind} ${name}`);
  if (found === undefined)
    remarks.add({ file, line, severity: 'error', code: 'unknown-reference', text: `there is no crypto ${kind} profile ${name}` });
  for (const { key, value } of found?.other ?? []) {
    const keyring = /^(?:local )?(\S+)$/.exec(value.value)?.[1];
    if (key === 'keyring' && keyring !== undefined && !keyrings.has(`${kind} ${keyring}`))
      remarks.add({
        ...placeOf(value),
        severity: 'error',
        code: 'unknown-reference',
        text: `there is no crypto ${kind === 'ikev2' ? 'ikev2 ' : ''}keyring ${keyring}`,
      });
  }
  return found;
}

/** What a tunnel offers in phase 2, and the transform set it comes from, where it is one. */
interface Transform {
  readonly version: 'ikev1' | 'ikev2';
  readonly proposal: SourcedProposal;
  readonly set?: TransformSet;
}

/** The sets and proposals that the tunnel names and that are there; on IOS those that are in force without a word. */
function transformsOf(tunnel: TunnelEntry, { transformSets, ipsecProposals, defaults }: CiscoParts): readonly Transform[] {
  const pfsLine = findCommands(tunnel, 'set', 'pfs')[0];
  const group = pfsLine === undefined ? '' : `-${ciscoGroup(pfsLine.value[0] ?? `${defaults.pfsGroup}`)}`;
  const withGroup = (proposal: SourcedProposal, version: 'ikev1' | 'ikev2', before: readonly Sourced<string>[]): SourcedProposal => ({
    ...proposal,
    ikeVersion: version,
    value: `${proposal.value}${group}`,
    parts: [...before, ...(proposal.parts ?? []), ...(pfsLine === undefined ? [] : [placeText(pfsLine, 'set pfs')])],
  });
  const named = transformNames(tunnel);
  if (named.length === 0) {
    const version = findCommands(tunnel, 'set', 'ikev2-profile').length > 0 ? 'ikev2' : 'ikev1';
    const place = { file: tunnel.file, line: 0 };
    return defaults.transformSets.map((value) => ({ version, proposal: withGroup({ ...place, value }, version, []) }));
  }
  return named.flatMap((one): readonly Transform[] => {
    const set = one.words.endsWith('transform-set') ? transformSets.get(one.value) : undefined;
    const proposal = set?.proposal ?? (one.words.endsWith('ipsec-proposal') ? ipsecProposals.get(one.value) : undefined);
    if (proposal === undefined) return [];
    return [
      {
        version: one.version,
        proposal: withGroup(proposal, one.version, [placeText(one, `${one.words} ${one.value}`)]),
        ...(set !== undefined && { set }),
      },
    ];
  });
}

function remarkOnNat({ name, pairs }: TunnelEntry, { nat }: CiscoParts, remarks: Remarks): void {
  const swallowed = pairs.flatMap((pair) => {
    const rule = nat.swallows(pair);
    return rule === undefined ? [] : [{ pair, rule }];
  });
  const [first] = swallowed;
  if (first === undefined) return;
  const { pair, rule } = first;
  const alike = swallowed.filter((each) => each.rule.line === rule.line).map((each) => each.pair);
  remarks.add({
    file: rule.file,
    line: rule.line,
    severity: 'error',
    code: 'no-nat-exemption',
    text: `${name}: "${rule.text}" translates ${pair.local.value} on its way to ${pair.remote.value}${alike.length > 1 ? ` (and ${alike.length - 1} more of its networks)` : ''}: it never gets into the tunnel`,
    fix: exemption(alike, nat, rule, name),
  });
}

function placeText({ file, line }: { readonly file: string; readonly line: number }, value: string): Sourced<string> {
  return { value, file, line };
}

function distinct(values: readonly Sourced<string>[]): readonly Sourced<string>[] {
  return [...new Map(values.toReversed().map((value) => [value.value, value])).values()].toReversed();
}

function authOfPolicies(
  proposals: readonly SourcedProposal[],
  unsaid: { readonly file: string; readonly line: number },
): readonly Sourced<ConnectionAuth>[] {
  const found = proposals.map(({ auth }) => auth).filter((auth) => auth !== undefined);
  return found.length === 0 ? [{ ...unsaid, value: 'psk' }] : [...new Map(found.map((auth) => [auth.value, auth])).values()];
}

function groupPolicyOf(
  authentication: PeerAuthentication | undefined,
  { groupPolicies }: CiscoParts,
): readonly Sourced<readonly string[]>[] {
  const name = authentication?.groupPolicy?.value;
  return (name === undefined ? undefined : groupPolicies.get(name)) ?? groupPolicies.get('DfltGrpPolicy') ?? [];
}

function ipComp(policy: readonly Sourced<readonly string[]>[], unsaid: { readonly file: string; readonly line: number }): Sourced<boolean> {
  const found = policy.find(({ value }) => value[0] === 'ip-comp');
  return found === undefined ? { ...unsaid, value: false } : { ...placeOf(found), value: found.value[1] === 'enable' };
}
