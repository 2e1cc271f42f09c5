import type {
  ConfigRemark,
  Connection,
  ConnectionAuth,
  ConnectionEnd,
  SelectorPair,
  Sourced,
  SourcedProposal,
} from '../../model/connection.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import type { RemarkList } from '../source.js';
import type { AccessLists } from './access-lists.js';
import { addressAndMask } from './address-and-mask.js';
import { ciscoGroup } from './algorithms.js';
import type { Authentication, PeerAuthentication } from './authentication.js';
import type { AppliedMap, CryptoMapEntry } from './crypto-maps.js';
import type { CiscoDefaults } from './defaults.js';
import type { NatRules } from './nat-exemption.js';
import type { NetworkObjects } from './objects.js';
import type { Phase1 } from './phase1.js';
import type { TransformSet } from './phase2.js';
import type { CiscoPlatform } from './statement.js';

/** Everything of a running-config that an entry of a crypto map refers to. */
export interface CiscoParts {
  readonly platform: CiscoPlatform;
  /** What IKEv1 is called: `isakmp` before ASA 8.4. */
  readonly ikev1Word: 'isakmp' | 'ikev1';
  readonly objects: NetworkObjects;
  readonly lists: AccessLists;
  readonly phase1: Phase1;
  readonly transformSets: ReadonlyMap<string, TransformSet>;
  readonly ipsecProposals: ReadonlyMap<string, SourcedProposal>;
  readonly authentication: Authentication;
  readonly applied: readonly AppliedMap[];
  readonly entries: readonly CryptoMapEntry[];
  readonly nat: NatRules;
  readonly defaults: CiscoDefaults;
  /** Settings of the whole box, by command: `crypto isakmp nat-traversal`, `crypto isakmp identity` … */
  readonly global: GlobalSettings;
  readonly groupPolicies: ReadonlyMap<string, readonly Sourced<readonly string[]>[]>;
}

export interface GlobalSettings {
  readonly natTraversal: Sourced<boolean>;
  /** `hostname`, `key-id NAME`; absent: by address. */
  readonly identity?: Sourced<string>;
  readonly childLifetime?: Sourced<number>;
  /** IOS: `crypto isakmp keepalive 10`. */
  readonly keepalive?: Sourced<string>;
  /** Interfaces with `crypto ikev1|ikev2|isakmp enable`. */
  readonly enabled: readonly { readonly version: 'ikev1' | 'ikev2'; readonly interface: Sourced<string> }[];
}

/** One connection for each entry and peer; entries that name no peer and no dynamic map are remarked on. */
export function buildConnections(parts: CiscoParts, list: RemarkList): readonly Connection[] {
  return parts.entries.flatMap((entry): readonly Connection[] => {
    if (entry.dynamic) return [];
    const remarks = remarksOn(list, `${entry.map} ${entry.sequence}`);
    const dynamic =
      entry.dynamicMap === undefined ? undefined : parts.entries.find(({ dynamic, map }) => dynamic && map === entry.dynamicMap?.value);
    if (entry.dynamicMap !== undefined && dynamic === undefined) {
      const { file, line, value } = entry.dynamicMap;
      remarks.add({ file, line, severity: 'error', code: 'unknown-reference', text: `there is no crypto dynamic-map ${value}` });
      return [];
    }
    const source = dynamic ?? entry;
    const peers = find(source, 'set', 'peer');
    const all = peers.flatMap(({ value, file, line }) =>
      value.filter((word) => !['default', 'dynamic'].includes(word)).map((word) => ({ value: parts.objects.address(word), file, line })),
    );
    remarkOnEntry(entry, source, all, parts, remarks);
    if (all.length === 0 && dynamic === undefined) return [];
    const peersOrAny = all.length === 0 ? [{ value: '%any', file: source.file, line: 0 }] : all;
    const name = `${entry.map} ${entry.sequence}`;
    return peersOrAny.map((peer) => {
      const full = all.length > 1 ? `${name} ${peer.value}` : name;
      return connectionOf(full, source, peer, entry.map, parts, remarksOn(list, full));
    });
  });
}

/** Adds remarks on one connection. */
interface Remarks {
  add(remark: ConfigRemark): void;
}

function remarksOn(list: RemarkList, connection: string): Remarks {
  return { add: (remark) => list.add({ ...remark, connection }) };
}

/** Arguments of `set …`, by the words before them. */
function find(entry: CryptoMapEntry, ...words: readonly string[]): readonly Sourced<readonly string[]>[] {
  return entry.commands
    .filter(({ value }) => words.every((word, i) => value[i] === word))
    .map(({ value, file, line }) => ({ value: value.slice(words.length), file, line }));
}

function remarkOnEntry(
  entry: CryptoMapEntry,
  source: CryptoMapEntry,
  peers: readonly Sourced<string>[],
  { platform, lists, transformSets, ipsecProposals, applied }: CiscoParts,
  remarks: Remarks,
): void {
  const { file, line, map, sequence } = entry;
  const incomplete = (text: string, code = 'incomplete') =>
    remarks.add({
      file,
      line,
      severity: 'error',
      code,
      text: `crypto map ${map} ${sequence} ${text}: the entry is not in force`,
    });
  if (entry.dynamicMap === undefined && peers.length === 0) incomplete('has no "set peer"');
  const match = find(source, 'match', 'address')[0];
  if (match === undefined && entry.dynamicMap === undefined) incomplete('has no "match address"');
  else if (match !== undefined && lists.find(match.value[0] ?? '') === undefined)
    remarks.add({
      ...placeOf(match),
      severity: 'error',
      code: 'unknown-reference',
      text: `there is no access-list ${match.value[0] ?? ''}`,
    });
  const sets = transformNames(source);
  if (sets.length === 0) incomplete('has no transform set and no ipsec-proposal', 'no-transform-set');
  for (const { value, version, file: from, line: at } of sets)
    if (!(version === 'ikev2' ? ipsecProposals : transformSets).has(value))
      remarks.add({
        file: from,
        line: at,
        severity: 'error',
        code: 'unknown-reference',
        text: `there is no ${version === 'ikev2' ? 'ipsec-proposal' : 'transform-set'} ${value}`,
      });
  if (!applied.some((each) => each.map === map))
    remarks.add({
      file,
      line,
      severity: 'error',
      code: 'not-applied',
      text: `crypto map ${map} is applied to no interface: nothing of it is in force`,
      ...(platform === 'asa' && { fix: `${firstLine(entry)}\ncrypto map ${map} interface outside` }),
    });
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }): { readonly file: string; readonly line: number } {
  return { file, line };
}

interface NamedTransform extends Sourced<string> {
  readonly version: 'ikev1' | 'ikev2';
}

function transformNames(entry: CryptoMapEntry): readonly NamedTransform[] {
  const of = (version: 'ikev1' | 'ikev2', ...words: readonly string[]) =>
    find(entry, ...words).flatMap(({ value, file, line }) => value.map((name) => ({ value: name, version, file, line })));
  return [
    ...of('ikev1', 'set', 'ikev1', 'transform-set'),
    ...of('ikev1', 'set', 'transform-set'),
    ...of('ikev2', 'set', 'ikev2', 'ipsec-proposal'),
  ];
}

/** Commands that have a place of their own in the connection. */
const placed =
  /^(set (peer|transform-set|ikev1 transform-set|ikev2 ipsec-proposal|ikev2 mode|pfs|security-association lifetime seconds|nat-t-disable)|match address)\b/;

function connectionOf(
  name: string,
  entry: CryptoMapEntry,
  peer: Sourced<string>,
  map: string,
  parts: CiscoParts,
  remarks: Remarks,
): Connection {
  const { defaults, global, phase1, transformSets, ipsecProposals } = parts;
  const unsaid = { file: entry.file, line: 0 };
  const transforms = transformNames(entry);
  const versions = new Set(transforms.map(({ version }) => version));
  const ikeVersion = versions.size === 2 ? 'any' : versions.has('ikev2') ? 'ikev2' : 'ikev1';
  const interfaces = parts.applied.filter((each) => each.map === map);
  const pfsLine = find(entry, 'set', 'pfs')[0];
  const group = pfsLine === undefined ? undefined : ciscoGroup(pfsLine.value[0] ?? `${parts.defaults.pfsGroup}`);
  const sets = transforms
    .map((named) => (named.version === 'ikev1' ? transformSets.get(named.value) : undefined))
    .filter((set) => set !== undefined);
  const espProposals = transforms.flatMap((named): readonly SourcedProposal[] => {
    const proposal = named.version === 'ikev2' ? ipsecProposals.get(named.value) : transformSets.get(named.value)?.proposal;
    if (proposal === undefined) return [];
    const parts = [
      placeText(named, `set ${named.version} ${named.value}`),
      ...(proposal.parts ?? []),
      ...(pfsLine === undefined ? [] : [placeText(pfsLine, 'set pfs')]),
    ];
    return [{ ...proposal, value: group === undefined ? proposal.value : `${proposal.value}-${group}`, parts }];
  });
  const match = find(entry, 'match', 'address')[0];
  const list = match === undefined ? undefined : parts.lists.find(match.value[0] ?? '');
  const pairs = (list?.pairs ?? []).filter(({ action }) => action === 'permit').map(({ action, ...pair }): SelectorPair => pair);
  const authentication = parts.authentication.find(peer.value);
  const lifetime = find(entry, 'set', 'security-association', 'lifetime', 'seconds')[0];
  const seconds = Number(lifetime?.value[0]);
  const noNatT = find(entry, 'set', 'nat-t-disable')[0];
  const aggressive = find(entry, 'set', 'ikev1', 'phase1-mode', 'aggressive')[0] ?? find(entry, 'set', 'phase1-mode', 'aggressive')[0];
  const mode2 = find(entry, 'set', 'ikev2', 'mode').find(({ value }) => value[0]?.startsWith('transport'));
  const transport = sets.find((set) => set.transport !== undefined)?.transport ?? mode2;
  const compress = sets.find((set) => set.compress !== undefined)?.compress;
  const ah = sets.find(({ protocol }) => protocol === 'ah');
  const ikeProposals = [...(ikeVersion === 'ikev1' ? [] : phase1.ikev2), ...(ikeVersion === 'ikev2' ? [] : phase1.ikev1)];
  const answers = find(entry, 'set', 'connection-type')[0];
  const groupPolicy = groupPolicyOf(authentication, parts);
  remarkOnPeer(entry, peer, interfaces, versions, authentication, groupPolicy, parts, remarks);
  for (const pair of pairs) {
    const rule = parts.nat.swallows(pair);
    if (rule === undefined) continue;
    remarks.add({
      file: rule.file,
      line: rule.line,
      severity: 'error',
      code: 'no-nat-exemption',
      text: `${name}: "${rule.text}" translates ${pair.local.value} on its way to ${pair.remote.value}: it never gets into the tunnel`,
      fix: exemption(pair, parts.nat, rule.text),
    });
    break;
  }
  const end = (auth: readonly Sourced<ConnectionAuth>[]): Pick<ConnectionEnd, 'auth'> => ({
    auth: auth.length === 0 ? authOfPolicies(ikeProposals, unsaid) : auth,
  });
  const addresses = interfaces.flatMap(({ address }) => (address === undefined ? [] : [address]));
  return {
    name,
    dialect: 'cisco-asa',
    file: entry.file,
    line: entry.line,
    side: 'known',
    local: {
      addresses: addresses.length === 0 ? [{ ...unsaid, value: '%any' }] : addresses,
      ...(global.identity !== undefined && { id: global.identity }),
      ...end(authentication?.local ?? []),
      subnets: distinct(pairs.map(({ local }) => local)),
    },
    remote: { addresses: [peer], ...end(authentication?.remote ?? []), subnets: distinct(pairs.map(({ remote }) => remote)) },
    ikeVersion: { file: transforms[0]?.file ?? entry.file, line: transforms[0]?.line ?? 0, value: ikeVersion },
    aggressive: aggressive === undefined ? { ...unsaid, value: false } : { ...placeOf(aggressive), value: true },
    mode: transport === undefined ? { ...unsaid, value: 'tunnel' } : { ...placeOf(transport), value: 'transport' },
    protocol: ah === undefined ? { ...unsaid, value: 'esp' } : { ...placeOf(ah.proposal), value: 'ah' },
    ikeProposals,
    espProposals,
    selectorPairs: pairs,
    pfs: pfsLine === undefined ? { ...unsaid, value: false } : { ...placeOf(pfsLine), value: true },
    ikeLifetime: ikeProposals[0]?.lifetime ?? { ...unsaid, value: defaults.ikeLifetime },
    childLifetime:
      lifetime === undefined || !Number.isSafeInteger(seconds)
        ? (global.childLifetime ?? { ...unsaid, value: defaults.childLifetime })
        : { ...placeOf(lifetime), value: seconds },
    forceEncapsulation: { ...unsaid, value: false },
    natTraversal: noNatT === undefined ? global.natTraversal : { ...placeOf(noNatT), value: false },
    compress: compress === undefined ? ipComp(groupPolicy, unsaid) : { ...placeOf(compress), value: true },
    auto:
      answers === undefined
        ? { ...unsaid, value: peer.value === '%any' ? 'add' : 'route' }
        : { ...placeOf(answers), value: answers.value[0] === 'answer-only' ? 'add' : 'route' },
    other: [
      ...entry.commands
        .filter(({ value }) => !placed.test(value.join(' ')))
        .map((command) => ({
          key: command.value.slice(0, 2).join(' '),
          value: { ...placeOf(command), value: command.value.slice(2).join(' ') },
        })),
      ...(authentication?.other ?? []),
      ...(global.keepalive === undefined ? [] : [{ key: 'crypto isakmp keepalive', value: global.keepalive }]),
      ...groupPolicy
        .filter(({ value }) => value[0] !== 'ip-comp')
        .map((line) => ({ key: `group-policy ${line.value[0] ?? ''}`, value: { ...placeOf(line), value: line.value.slice(1).join(' ') } })),
    ],
  };
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

function remarkOnPeer(
  entry: CryptoMapEntry,
  peer: Sourced<string>,
  interfaces: readonly AppliedMap[],
  versions: ReadonlySet<'ikev1' | 'ikev2'>,
  authentication: PeerAuthentication | undefined,
  groupPolicy: readonly Sourced<readonly string[]>[],
  { platform, global, phase1, ikev1Word, authentication: { groups } }: CiscoParts,
  remarks: Remarks,
): void {
  for (const version of versions)
    if (phase1[version].length === 0)
      remarks.add({
        ...placeOf(entry),
        severity: 'error',
        code: 'no-policy',
        text: `there is no crypto ${version} policy: phase 1 has nothing to offer`,
      });
  if (platform === 'ios') return;
  for (const { map, interface: at } of interfaces)
    for (const version of versions)
      if (!global.enabled.some((each) => each.interface.value === at.value && each.version === version))
        remarks.add({
          ...placeOf(at),
          severity: 'error',
          code: 'not-enabled',
          text: `${version === 'ikev1' ? 'IKEv1' : 'IKEv2'} is not enabled on interface ${at.value}, to which the crypto map is applied`,
          fix: `crypto map ${map} interface ${at.value}\ncrypto ${version === 'ikev1' ? ikev1Word : version} enable ${at.value}`,
        });
  if (peer.value !== '%any' && authentication === undefined)
    remarks.add({
      ...placeOf(peer),
      severity: 'error',
      code: 'no-tunnel-group',
      text: `there is no tunnel-group ${peer.value}: an ASA looks for the secret of a peer under its address${groups.size === 0 ? '' : ` (there are ${[...groups.keys()].slice(0, 5).join(', ')})`}`,
      fix: tunnelGroup(entry, peer, [...versions], ikev1Word),
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
        fix: ` vpn-tunnel-protocol ${[...protocols.value.slice(1), version].join(' ')}`,
      });
  }
}

function exemption({ local, remote }: SelectorPair, { style, exemptList }: NatRules, rule: string): string {
  const [ours, theirs] = [addressAndMask(local.value), addressAndMask(remote.value)];
  if (style === 'old') {
    const entry = `access-list ${exemptList ?? 'NONAT'} extended permit ip ${ours} ${theirs}`;
    return [rule, entry, ...(exemptList === undefined ? ['nat (inside) 0 access-list NONAT'] : [])].join('\n');
  }
  if (style === 'ios')
    return `! before the permit in its list: deny ip ${addressAndMask(local.value, true)} ${addressAndMask(remote.value, true)}\n${rule}`;
  const identity = [
    'object network vpn-local',
    ` subnet ${ours}`,
    'object network vpn-remote',
    ` subnet ${theirs}`,
    'nat (inside,outside) source static vpn-local vpn-local destination static vpn-remote vpn-remote no-proxy-arp route-lookup',
  ].join('\n');
  // Of two rules of one section, the first counts; one of an object stands in its mode.
  return rule.includes('source') ? `${identity}\n${rule}` : ` ${rule}\n${identity}`;
}

/** The line that an entry begins with, as it stands there. */
function firstLine({ map, sequence, commands }: CryptoMapEntry): string {
  return `crypto map ${map} ${sequence} ${(commands[0]?.value ?? []).join(' ')}`.trimEnd();
}

function tunnelGroup(
  entry: CryptoMapEntry,
  peer: Sourced<string>,
  versions: readonly ('ikev1' | 'ikev2')[],
  ikev1Word: 'isakmp' | 'ikev1',
): string {
  const line = entry.commands.find(({ value, line }) => line === peer.line && value[1] === 'peer');
  const keys = versions.flatMap((version) =>
    version === 'ikev2'
      ? [
          ` ikev2 remote-authentication pre-shared-key ${SECRET_PLACEHOLDER}`,
          ` ikev2 local-authentication pre-shared-key ${SECRET_PLACEHOLDER}`,
        ]
      : [` ${ikev1Word === 'ikev1' ? 'ikev1 ' : ''}pre-shared-key ${SECRET_PLACEHOLDER}`],
  );
  return [
    `crypto map ${entry.map} ${entry.sequence} ${(line?.value ?? []).join(' ')}`,
    `tunnel-group ${peer.value} type ipsec-l2l`,
    `tunnel-group ${peer.value} ipsec-attributes`,
    ...keys,
  ].join('\n');
}
