import type { Sourced } from '../../model/connection.js';
import { type ConfigText, RemarkList } from '../source.js';
import { olderThan } from '../versions.js';
import { AccessLists } from './access-lists.js';
import { readAuthentication } from './authentication.js';
import { buildConnections } from './build-connections.js';
import { checkStatements } from './check-statements.js';
import type { CiscoConfig } from './cisco-config.js';
import type { CiscoParts, GlobalSettings } from './cisco-parts.js';
import { readAppliedMaps, readCryptoMaps } from './crypto-maps.js';
import { ciscoDefaults } from './defaults.js';
import { withoutExcerptFaults } from './excerpt.js';
import { filteredTraffic } from './filtered-traffic.js';
import { readIkeProfiles } from './ike-profiles.js';
import { Interfaces } from './interfaces.js';
import { readNatRules } from './nat-exemption.js';
import { NetworkObjects } from './objects.js';
import { readPhase1 } from './phase1.js';
import { readIpsecProposals, readTransformSets } from './phase2.js';
import { readStatements } from './read-statements.js';
import { remarkOnOrder } from './shadowed-entries.js';
import { begins, type CiscoPlatform, type CiscoStatement } from './statement.js';

/** Reads a `show running-config` of an ASA, a PIX or an IOS router. Nothing is thrown for a text. */
export function readCisco(main: ConfigText): CiscoConfig {
  const remarks = new RemarkList();
  const statements = readStatements(main, remarks);
  const platform = platformOf(statements);
  const version = versionOf(statements);
  const defaults = ciscoDefaults(platform, version?.value);
  const objects = new NetworkObjects(statements, platform);
  const lists = new AccessLists(statements, platform, objects, remarks);
  const interfaces = new Interfaces(statements, (text) => objects.address(text));
  const authentication = readAuthentication(statements);
  const hostname = settingOf(statements, 'hostname');
  checkStatements(statements, version?.value, remarks);
  const parts: CiscoParts = {
    platform,
    oldPix: platform === 'asa' && olderThan(version?.value, '7.0'),
    ikev1Word: statements.some((statement) => statement.words.includes('isakmp') && statement.words.includes('policy'))
      ? 'isakmp'
      : 'ikev1',
    objects,
    lists,
    defaults,
    authentication,
    ikeProfiles: readIkeProfiles(statements),
    keyrings: new Set(statements.flatMap(keyringOf)),
    ipsecProfiles: new Map(statements.filter((one) => begins(one, 'crypto', 'ipsec', 'profile')).map((one) => [one.words[3] ?? '', one])),
    interfaces,
    phase1: readPhase1(statements, defaults, main.file, remarks),
    transformSets: readTransformSets(statements),
    ipsecProposals: readIpsecProposals(statements),
    entries: readCryptoMaps(statements),
    applied: readAppliedMaps(statements, interfaces),
    nat: readNatRules(statements, objects, lists),
    global: globalSettings(statements, fullName(statements, hostname?.value), main.file),
    groupPolicies: groupPoliciesOf(statements),
  };
  const connections = buildConnections(parts, remarks);
  remarkOnOrder(parts, main.text, remarks);
  for (const remark of filteredTraffic(statements, connections, parts, main.file)) remarks.add(remark);
  return {
    file: main.file,
    platform,
    ...(version !== undefined && { version }),
    ...(hostname !== undefined && { hostname }),
    connections,
    secrets: authentication.secrets,
    remarks: withoutExcerptFaults(statements, main.file, remarks.remarks),
  };
}

/** An ASA names its interfaces, a router has its access lists in modes and keys in lines of their own. */
function platformOf(statements: readonly CiscoStatement[]): CiscoPlatform {
  for (const statement of statements) {
    if (begins(statement, 'asa', 'version') || begins(statement, 'pix', 'version') || begins(statement, 'nameif')) return 'asa';
    if (begins(statement, 'tunnel-group') || begins(statement, 'group-policy') || begins(statement, 'object', 'network')) return 'asa';
    if (begins(statement, 'interface') && statement.sub.some(({ words }) => words[0] === 'nameif')) return 'asa';
    if (begins(statement, 'crypto', 'map') && statement.words[3] === 'interface') return 'asa';
  }
  for (const statement of statements) {
    if (begins(statement, 'version') || begins(statement, 'ip', 'access-list') || begins(statement, 'crypto', 'isakmp', 'key'))
      return 'ios';
    if (begins(statement, 'crypto', 'keyring') || begins(statement, 'ip', 'nat') || begins(statement, 'ip', 'route')) return 'ios';
    if (begins(statement, 'crypto', 'ikev2') && /^(proposal|profile|keyring)$/.test(statement.words[2] ?? '')) return 'ios';
    if (begins(statement, 'crypto', 'isakmp', 'profile') || begins(statement, 'no', 'service') || begins(statement, 'service'))
      return 'ios';
    if (begins(statement, 'interface') && statement.sub.some((sub) => begins(sub, 'crypto', 'map') || begins(sub, 'tunnel', 'protection')))
      return 'ios';
    // A wildcard mask behind an address.
    if (begins(statement, 'access-list') && /\b0\.0\.0\.\d+\b/.test(statement.words.join(' ').replace(/\b0\.0\.0\.0 0\.0\.0\.0\b/g, '')))
      return 'ios';
  }
  return statements.some((statement) => begins(statement, 'crypto', 'map') && statement.sub.length > 0) ? 'ios' : 'asa';
}

function versionOf(statements: readonly CiscoStatement[]): Sourced<string> | undefined {
  for (const { words, file, line } of statements) {
    const text = words.join(' ');
    const found = /^(?:ASA|PIX) Version (\S+)/i.exec(text)?.[1] ?? /^version (\d\S*)/.exec(text)?.[1];
    if (found !== undefined) return { value: found, file, line };
  }
  return undefined;
}

function keyringOf(statement: CiscoStatement): readonly string[] {
  if (begins(statement, 'crypto', 'ikev2', 'keyring')) return [`ikev2 ${statement.words[3] ?? ''}`];
  return begins(statement, 'crypto', 'keyring') ? [`isakmp ${statement.words[2] ?? ''}`] : [];
}

function settingOf(statements: readonly CiscoStatement[], word: string): Sourced<string> | undefined {
  const found = statements.find((statement) => begins(statement, word));
  return found === undefined ? undefined : { value: found.words.slice(1).join(' '), file: found.file, line: found.line };
}

/** As the box sends it: its name and, where one is set, its domain. */
function fullName(statements: readonly CiscoStatement[], hostname: string | undefined): string | undefined {
  if (hostname === undefined) return undefined;
  const domain = statements.find(
    (one) => begins(one, 'domain-name') || begins(one, 'ip', 'domain-name') || begins(one, 'ip', 'domain', 'name'),
  );
  return ['@', hostname, ...(domain === undefined ? [] : ['.', domain.words.at(-1)])].join('');
}

function globalSettings(statements: readonly CiscoStatement[], hostname: string | undefined, file: string): GlobalSettings {
  let natTraversal: Sourced<boolean> = { value: true, file, line: 0 };
  let identity: Sourced<string> | undefined;
  let childLifetime: Sourced<number> | undefined;
  let keepalive: Sourced<string> | undefined;
  const enabled: GlobalSettings['enabled'][number][] = [];
  for (const statement of statements) {
    const place = { file: statement.file, line: statement.line };
    const no = statement.words[0] === 'no';
    const plain = no ? statement.words.slice(1) : statement.words;
    // `isakmp …` of PIX, `crypto isakmp …`, `crypto ikev1 …`.
    const words = plain[0] === 'crypto' ? plain.slice(1) : plain;
    if (words[0] === 'ipsec' && words[1] === 'security-association' && words[2] === 'lifetime' && words[3] === 'seconds') {
      const seconds = Number(words[4]);
      if (Number.isSafeInteger(seconds)) childLifetime = { ...place, value: seconds };
    }
    if (words[0] === 'ipsec' && words[1] === 'nat-transparency' && words[2] === 'udp-encapsulation')
      natTraversal = { ...place, value: !no };
    if (!/^(isakmp|ikev1|ikev2)$/.test(words[0] ?? '')) continue;
    if (words[1] === 'nat-traversal') natTraversal = { ...place, value: !no };
    if (words[1] === 'identity' && !no) {
      if (words[2] === 'hostname' && hostname !== undefined) identity = { ...place, value: hostname };
      if (words[2] === 'key-id') identity = { ...place, value: `@[${words[3] ?? ''}]` };
    }
    if (words[1] === 'keepalive' && !no) keepalive = { ...place, value: words.slice(2).join(' ') };
    if (words[1] === 'enable' && !no && words[2] !== undefined)
      enabled.push({ version: words[0] === 'ikev2' ? 'ikev2' : 'ikev1', interface: { ...place, value: words[2] } });
  }
  return {
    natTraversal,
    enabled,
    ...(identity !== undefined && { identity }),
    ...(childLifetime !== undefined && { childLifetime }),
    ...(keepalive !== undefined && { keepalive }),
  };
}

function groupPoliciesOf(statements: readonly CiscoStatement[]): ReadonlyMap<string, readonly Sourced<readonly string[]>[]> {
  return new Map(
    statements
      .filter((statement) => begins(statement, 'group-policy') && statement.words[2] === 'attributes')
      .map((statement) => [statement.words[1] ?? '', statement.sub.map(({ words, file, line }) => ({ value: words, file, line }))]),
  );
}
