import { parseNetwork } from '../../wire/ip/network.js';
import { type ConfigEnd, isOldPix } from '../effective/config-end.js';
import { keyIdOf } from '../identity-words.js';
import { findSecret } from '../ipsec-secrets/find-secret.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import type { Change, Edit } from './change.js';
import { type CiscoLines, type Place, placeOf } from './cisco-lines.js';
import { nameOfBox } from './cisco-words.js';
import { literal } from './literal.js';

/** Where the key of this peer belongs: in its own line, else in a new one, as its product has them. */
export function secretLines(
  end: ConfigEnd,
  { proof }: Extract<Change, { kind: 'secret' }>,
  lines: CiscoLines,
): readonly Edit[] | undefined {
  const { connection, secrets, product } = end;
  const peer = connection.remote.addresses[0]?.value ?? '';
  const held = findSecret(secrets ?? [], ['psk'], [], [peer])?.entry.selectors[0]?.value;
  const own = (secrets ?? [])
    .filter(({ selectors }) => held !== undefined && selectors.some(({ value }) => value === held))
    .filter(({ keyword }) => proof === undefined || !keyword.startsWith('ikev2 ') || keyword === `ikev2 ${proof}-authentication`);
  if (own.length > 0) return own.flatMap((entry) => lines.replace(entry, KEY, (_, words: string) => `${words} ${SECRET_PLACEHOLDER}`));
  const v2 = connection.ikeVersion.value === 'ikev2';
  if (product === 'ios') {
    const keyring = lines.inProfile(/^\s*keyring (?:local )?(\S+)/);
    const at = keyring === undefined ? undefined : lines.find(new RegExp(`^\\s*crypto (ikev2 )?keyring ${literal(keyring)}(\\s|$)`));
    if (at !== undefined)
      return lines.behind(
        at,
        v2
          ? ` peer ${peer}\n  address ${peer}\n  pre-shared-key ${SECRET_PLACEHOLDER}`
          : `  pre-shared-key address ${peer} key ${SECRET_PLACEHOLDER}`,
      );
    if (v2) return undefined;
    return lines.behind({ file: connection.file, line: connection.line - 1 }, `crypto isakmp key ${SECRET_PLACEHOLDER} address ${peer}`);
  }
  if (isOldPix(end))
    return lines.behind(
      { file: connection.file, line: connection.line - 1 },
      `isakmp key ${SECRET_PLACEHOLDER} address ${peer} netmask 255.255.255.255`,
    );
  const group = lines.find(new RegExp(`^\\s*tunnel-group ${literal(peer)} ipsec-attributes`));
  if (group === undefined) return undefined;
  const word = lines.hasText(/crypto ikev1/) ? ' ikev1 pre-shared-key' : ' pre-shared-key';
  return v2
    ? lines.behind(
        group,
        ` ikev2 remote-authentication pre-shared-key ${SECRET_PLACEHOLDER}\n ikev2 local-authentication pre-shared-key ${SECRET_PLACEHOLDER}`,
      )
    : lines.behind(group, `${word} ${SECRET_PLACEHOLDER}`);
}

/** The key with the words before it, in each of the forms that there are. */
const KEY =
  /(isakmp key(?: [06])?|pre-shared-key (?:address|hostname) .*\bkey(?: [06])?|pre-shared-key(?: (?:local|remote)(?= ))?(?: (?:0|6|hex)(?= ))?) \S+/;

export function identityLines(end: ConfigEnd, value: string, lines: CiscoLines): readonly Edit[] | undefined {
  const { connection, product } = end;
  const address = connection.local.addresses.some((own) => own.value === value);
  const keyId = keyIdOf(value);
  const name = nameOfBox(value);
  if (!address && keyId === undefined && name === undefined) return undefined;
  const word = address ? 'address' : keyId !== undefined ? `key-id ${keyId}` : 'hostname';
  const at = connection.local.id;
  if (at === undefined && address) return undefined;
  const own = address
    ? `address ${value}`
    : keyId !== undefined
      ? `key-id ${keyId}`
      : `${value.includes('@', 1) ? 'email' : 'fqdn'} ${value.replace(/^@/, '')}`;
  const profile = lines.profile;
  if (profile !== undefined && connection.ikeVersion.value === 'ikev2') {
    const text = ` identity local ${own}`;
    return at !== undefined && /identity local/.test(lines.text(at))
      ? [{ ...placeOf(at), how: 'replace', text }]
      : lines.behind(profile, text);
  }
  const identity =
    at !== undefined && at.line > 0
      ? lines.replace(at, /identity .*$/, `identity ${word}`)
      : lines.behind({ file: connection.file, line: connection.line - 1 }, `${isOldPix(end) ? '' : 'crypto '}isakmp identity ${word}`);
  // As its own name the box sends its host and domain name.
  return [...(word === 'hostname' && name !== undefined ? nameLines(name, product, lines) : []), ...identity];
}

function nameLines([host, domain]: readonly [string, string], product: ConfigEnd['product'], lines: CiscoLines): readonly Edit[] {
  const domainWords = product === 'ios' ? 'ip domain name' : 'domain-name';
  const [hostLine, domainLine] = [lines.find(/^\s*hostname /), lines.find(/^\s*(ip domain[ -]name|domain-name) /)];
  const set = (place: Place | undefined, words: string, behind: Place | undefined): readonly Edit[] =>
    place === undefined
      ? lines.behind(behind ?? lines.first, words)
      : lines.text(place).trim() === words
        ? []
        : [{ ...place, how: 'replace', text: words }];
  return [...set(hostLine, `hostname ${host}`, undefined), ...(domain === '' ? [] : set(domainLine, `${domainWords} ${domain}`, hostLine))];
}

export function peerLines({ connection }: ConfigEnd, value: string, lines: CiscoLines): readonly Edit[] | undefined {
  const old = connection.remote.addresses[0];
  if (old === undefined || old.line === 0) return undefined;
  const pattern = new RegExp(`\\b${literal(old.value)}\\b`);
  const groups = lines.all(
    new RegExp(
      `^\\s*(tunnel-group ${literal(old.value)} |(crypto )?isakmp key \\S+ address ${literal(old.value)}(?![\\d.])|(pre-shared-key |match identity |match identity remote )?address ${literal(old.value)}\\b)`,
    ),
  );
  return [
    ...lines.replace(old, pattern, value),
    ...groups.flatMap((place) =>
      lines
        .replace(place, pattern, value)
        .map((edit) => ({ ...edit, text: / key /.test(edit.text) ? edit.text.replace(KEY, `$1 ${SECRET_PLACEHOLDER}`) : edit.text })),
    ),
  ];
}

/** What the profile takes for the peer's identity; the ASA, and IOS without a profile, look at its address alone. */
export function peerIdentityLines({ connection }: ConfigEnd, value: string, lines: CiscoLines): readonly Edit[] | undefined {
  const at = connection.remote.id;
  if (lines.profile === undefined || at === undefined || at.line === 0) return undefined;
  const keyId = keyIdOf(value);
  const words =
    parseNetwork(value) !== undefined
      ? `address ${value} 255.255.255.255`
      : keyId !== undefined
        ? `key-id ${keyId}`
        : `${value.includes('@', 1) ? 'email' : 'fqdn'} ${value.replace(/^@/, '')}`;
  return lines.replace(at, /(match identity (?:remote )?).*$/, `$1${words}`);
}
