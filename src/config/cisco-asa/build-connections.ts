import type { Connection, ConnectionAuth, ConnectionEnd, SelectorPair, Sourced, SourcedProposal } from '../../model/connection.js';
import type { RemarkList } from '../source.js';
import { ciscoGroup } from './algorithms.js';
import type { PeerAuthentication } from './authentication.js';
import type { CiscoParts } from './cisco-parts.js';
import type { CryptoMapEntry } from './crypto-maps.js';
import { findCommands, placeOf, transformNames } from './entry-commands.js';
import { exemption, type Remarks, remarkOnEntry, remarkOnPeer, remarksOn } from './remark-on-entry.js';

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
    const peers = findCommands(source, 'set', 'peer');
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
  const pfsLine = findCommands(entry, 'set', 'pfs')[0];
  const group = pfsLine === undefined ? undefined : ciscoGroup(pfsLine.value[0] ?? `${parts.defaults.pfsGroup}`);
  const sets = transforms
    .map((named) => (named.version === 'ikev1' ? transformSets.get(named.value) : undefined))
    .filter((set) => set !== undefined);
  const espProposals = transforms.flatMap((named): readonly SourcedProposal[] => {
    const proposal = named.version === 'ikev2' ? ipsecProposals.get(named.value) : transformSets.get(named.value)?.proposal;
    if (proposal === undefined) return [];
    const parts = [
      placeText(named, `${named.words} ${named.value}`),
      ...(proposal.parts ?? []),
      ...(pfsLine === undefined ? [] : [placeText(pfsLine, 'set pfs')]),
    ];
    return [{ ...proposal, value: group === undefined ? proposal.value : `${proposal.value}-${group}`, parts }];
  });
  const match = findCommands(entry, 'match', 'address')[0];
  const list = match === undefined ? undefined : parts.lists.find(match.value[0] ?? '');
  const pairs = (list?.pairs ?? []).filter(({ action }) => action === 'permit').map(({ action, ...pair }): SelectorPair => pair);
  const authentication = parts.authentication.find(peer.value);
  const lifetime = findCommands(entry, 'set', 'security-association', 'lifetime', 'seconds')[0];
  const seconds = Number(lifetime?.value[0]);
  const noNatT = findCommands(entry, 'set', 'nat-t-disable')[0];
  const aggressive =
    findCommands(entry, 'set', 'ikev1', 'phase1-mode', 'aggressive')[0] ?? findCommands(entry, 'set', 'phase1-mode', 'aggressive')[0];
  const mode2 = findCommands(entry, 'set', 'ikev2', 'mode').find(({ value }) => value[0]?.startsWith('transport'));
  const transport = sets.find((set) => set.transport !== undefined)?.transport ?? mode2;
  const compress = sets.find((set) => set.compress !== undefined)?.compress;
  const ah = sets.find(({ protocol }) => protocol === 'ah');
  const ikeProposals = [...(ikeVersion === 'ikev1' ? [] : phase1.ikev2), ...(ikeVersion === 'ikev2' ? [] : phase1.ikev1)];
  const answers = findCommands(entry, 'set', 'connection-type')[0];
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
