import type { ConfigRemark } from '../../model/connection.js';
import { formatNetwork } from '../../wire/ip/network.js';
import { listAddress } from '../cisco-asa/address-and-mask.js';
import { readCisco } from '../cisco-asa/read-cisco.js';
import type { ConfigEnd } from '../effective/config-end.js';
import type { SelectorNetworks } from '../effective/selectors.js';
import { keyIdOf } from '../identity-words.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import { applyEdits } from './apply-edits.js';
import type { Change, Edit } from './change.js';
import { CiscoLines, type Place, placeOf } from './cisco-lines.js';
import { asaCipher, ciscoHash, ciscoPrfs, iosCipher, nameOfBox, transformSet } from './cisco-words.js';
import { literal } from './literal.js';

/** Corrected lines of a running-config: commands to be typed in `configure terminal`, at the places where they then stand. */
export function mendCisco(end: ConfigEnd, change: Change): readonly Edit[] | undefined {
  const { connection, product } = end;
  const lines = new CiscoLines(end);
  switch (change.kind) {
    case 'ike-proposals':
      return policyLines(end, change, lines);
    case 'esp-proposals':
      return phase2Lines(end, change, lines);
    case 'pfs': {
      if (change.group === undefined) return lines.remove(connection.pfs);
      return connection.pfs.line > 0
        ? lines.replace(connection.pfs, /set pfs.*$/, `set pfs group${change.group}`)
        : lines.inMap(`set pfs group${change.group}`);
    }
    case 'ike-lifetime': {
      const policy = connection.ikeProposals[0];
      if (policy === undefined) return undefined;
      const version = policy.ikeVersion === 'ikev2' && product === 'asa' ? 'lifetime seconds' : 'lifetime';
      const at = policy.lifetime;
      return at !== undefined && at.line > 0
        ? lines.replace(at, /lifetime.*$/, `${version} ${change.seconds}`)
        : lines.behind(policy, ` ${version} ${change.seconds}`);
    }
    case 'child-lifetime': {
      const at = connection.childLifetime;
      const own = at !== undefined && at.line > 0 && /\bset security-association/.test(lines.text(at));
      return own
        ? lines.replace(at, /seconds.*$/, `seconds ${change.seconds}`)
        : lines.inMap(`set security-association lifetime seconds ${change.seconds}`);
    }
    case 'nat-traversal': {
      const at = connection.natTraversal;
      if (at === undefined || at.line === 0) return undefined;
      const text = lines.text(at);
      return /nat-t-disable/.test(text) ? lines.remove(at) : [{ ...placeOf(at), how: 'replace', text: text.trim().replace(/^no\s+/, '') }];
    }
    case 'aggressive':
      if (!change.value) return lines.remove(connection.aggressive);
      return lines.inMap(
        end.product === 'asa' && lines.hasText(/crypto ikev1/) ? 'set ikev1 phase1-mode aggressive' : 'set phase1-mode aggressive',
      );
    case 'auth': {
      const policies = connection.ikeProposals.filter(({ auth }) => auth !== undefined);
      const word = change.value === 'psk' ? 'pre-share' : 'rsa-sig';
      const [first] = policies;
      if (first?.auth === undefined || (change.value === 'pubkey' && !connection.local.auth.some(({ value }) => value === 'pubkey')))
        return undefined;
      return first.auth.line > 0
        ? lines.replace(first.auth, /authentication.*$/, `authentication ${word}`)
        : lines.behind(first, ` authentication ${word}`);
    }
    case 'secret':
      return secretLines(end, lines);
    case 'local-id':
      return identityLines(end, change.value, lines);
    case 'remote-address':
      return peerLines(end, change.value, lines);
    case 'mode': {
      if (connection.mode.value === 'transport') return change.value === 'tunnel' ? lines.remove(connection.mode) : [];
      const set = connection.espProposals[0];
      if (set === undefined || change.value !== 'transport') return undefined;
      if (set.ikeVersion === 'ikev2') return lines.inMap('set ikev2 mode transport');
      const name = /transform-set (\S+)/.exec(lines.text(set))?.[1];
      if (name === undefined) return undefined;
      return product === 'ios'
        ? lines.behind(set, ' mode transport')
        : lines.behind(set, `${lines.text(set).replace(/transform-set.*$/, `transform-set ${name} mode transport`)}`);
    }
    case 'compress': {
      const at = connection.compress;
      if (at.line === 0 || change.value) return undefined;
      return /ip-comp/.test(lines.text(at)) ? lines.replace(at, /ip-comp.*$/, 'ip-comp disable') : lines.replace(at, /\s+comp-lzs/, '');
    }
    case 'selectors':
      return accessListLines(end, change.pairs, lines);
    case 'dpd': {
      const at = connection.other.find(({ key }) => key === 'isakmp keepalive')?.value;
      if (product === 'ios')
        return lines.behind({ file: connection.file, line: firstPolicy(end) - 1 }, `crypto isakmp keepalive ${change.delay} periodic`);
      return at === undefined
        ? undefined
        : lines.replace(at, /isakmp keepalive.*$/, `isakmp keepalive threshold ${Math.max(change.delay, 10)} retry 2`);
    }
    case 'start': {
      return connection.auto.line > 0 ? lines.remove(connection.auto) : undefined;
    }
    default:
      return undefined;
  }
}

function firstPolicy({ connection }: ConfigEnd): number {
  return Math.max(connection.ikeProposals[0]?.line ?? connection.line, 2);
}

/** A policy more: those that are there serve other peers too. */
function policyLines(
  { connection, product, texts }: ConfigEnd,
  { offer, version }: Extract<Change, { kind: 'ike-proposals' }>,
  lines: CiscoLines,
): readonly Edit[] | undefined {
  const text = texts.get(connection.file) ?? '';
  const word = version === 'ikev2' ? 'ikev2' : /^(crypto )?isakmp policy/m.test(text) || product === 'ios' ? 'isakmp' : 'ikev1';
  const used = [...text.matchAll(new RegExp(`^\\s*(?:crypto )?(?:${word}) policy (\\d+)`, 'gm'))].map((match) => Number(match[1]));
  const number = used.length === 0 ? 10 : Math.max(...used) + 10;
  const lifetime = connection.ikeLifetime?.value;
  const all = <T>(list: readonly (T | undefined)[]): readonly T[] | undefined =>
    list.includes(undefined) || list.length === 0 ? undefined : (list as readonly T[]);
  const ciphers = all(offer.ciphers.map(version === 'ikev1' && product === 'ios' ? iosCipher : asaCipher));
  const hashes = offer.hashes.length === 0 ? ['null'] : all(offer.hashes.map(ciscoHash));
  if (ciphers === undefined || hashes === undefined || offer.groups.length === 0) return undefined;
  const same = connection.ikeProposals.filter(({ ikeVersion }) => ikeVersion === version);
  const last = same.at(-1);
  // Never within the mode of something else.
  const behind =
    last === undefined
      ? connection.line - 1
      : Math.max(...[last, ...(last?.parts ?? []), last?.auth, last?.lifetime].map((part) => part?.line ?? 0));
  const own =
    version === 'ikev2'
      ? [
          `crypto ikev2 policy ${number}`,
          ` encryption ${ciphers.join(' ')}`,
          ` integrity ${hashes.join(' ')}`,
          ` group ${offer.groups.join(' ')}`,
          ` prf ${ciscoPrfs(offer).join(' ')}`,
          ...(lifetime === undefined ? [] : [` lifetime seconds ${lifetime}`]),
        ]
      : [
          `crypto ${word} policy ${number}`,
          ` authentication ${connection.local.auth.some(({ value }) => value === 'psk') ? 'pre-share' : 'rsa-sig'}`,
          ` ${product === 'ios' ? 'encr' : 'encryption'} ${ciphers[0]}`,
          ` hash ${hashes[0]}`,
          ` group ${offer.groups[0]}`,
          ...(lifetime === undefined ? [] : [` lifetime ${lifetime}`]),
        ];
  return lines.behind({ file: connection.file, line: behind }, own.join('\n'));
}

function phase2Lines(
  { connection, product }: ConfigEnd,
  { offer, version }: Extract<Change, { kind: 'esp-proposals' }>,
  lines: CiscoLines,
): readonly Edit[] | undefined {
  const own = connection.espProposals.find(({ ikeVersion }) => ikeVersion === version);
  if (own === undefined) return undefined;
  if (version === 'ikev1') {
    const words = transformSet(offer, product === 'ios' ? 'ios' : 'asa', connection.protocol.value);
    return words === undefined ? undefined : lines.replace(own, /(transform-set \S+) .*$/, `$1 ${words}`);
  }
  const ciphers = offer.ciphers.map(asaCipher);
  const hashes =
    offer.hashes.length === 0
      ? ['null']
      : offer.hashes.map((hash) =>
          ciscoHash(hash)
            ?.replace(/^sha$/, 'sha-1')
            .replace(/^sha(\d)/, 'sha-$1'),
        );
  if (ciphers.includes(undefined) || hashes.includes(undefined)) return undefined;
  const parts = own.parts ?? [];
  const [encryption, integrity] = ['encryption', 'integrity'].map((word) =>
    parts.find(({ value }) => value.startsWith(`protocol esp ${word}`)),
  );
  return [
    ...(encryption === undefined
      ? lines.behind(own, ` protocol esp encryption ${ciphers.join(' ')}`)
      : lines.replace(encryption, /encryption.*$/, `encryption ${ciphers.join(' ')}`)),
    ...(integrity === undefined
      ? lines.behind(own, ` protocol esp integrity ${hashes.join(' ')}`)
      : lines.replace(integrity, /integrity.*$/, `integrity ${hashes.join(' ')}`)),
  ];
}

function secretLines({ connection, secrets }: ConfigEnd, lines: CiscoLines): readonly Edit[] | undefined {
  const peer = connection.remote.addresses[0]?.value ?? '';
  const own = (secrets ?? []).filter(({ selectors }) => selectors.some(({ value }) => value === peer));
  if (own.length > 0)
    return own.flatMap((entry) =>
      lines.replace(entry, /(pre-shared-key|isakmp key( \d)?) \S+/, (_, words: string) => `${words} ${SECRET_PLACEHOLDER}`),
    );
  const group = lines.find(new RegExp(`^\\s*tunnel-group ${literal(peer)} ipsec-attributes`));
  if (group === undefined) return undefined;
  const word = lines.hasText(/crypto ikev1/) ? ' ikev1 pre-shared-key' : ' pre-shared-key';
  return connection.ikeVersion.value === 'ikev2'
    ? lines.behind(
        group,
        ` ikev2 remote-authentication pre-shared-key ${SECRET_PLACEHOLDER}\n ikev2 local-authentication pre-shared-key ${SECRET_PLACEHOLDER}`,
      )
    : lines.behind(group, `${word} ${SECRET_PLACEHOLDER}`);
}

function identityLines({ connection, product }: ConfigEnd, value: string, lines: CiscoLines): readonly Edit[] | undefined {
  const address = connection.local.addresses.some((own) => own.value === value);
  const keyId = keyIdOf(value);
  const name = nameOfBox(value);
  if (!address && keyId === undefined && name === undefined) return undefined;
  const word = address ? 'address' : keyId !== undefined ? `key-id ${keyId}` : 'hostname';
  const at = connection.local.id;
  if (at === undefined && address) return undefined;
  const identity =
    at !== undefined && at.line > 0
      ? lines.replace(at, /identity .*$/, `identity ${word}`)
      : lines.behind({ file: connection.file, line: connection.line - 1 }, `crypto isakmp identity ${word}`);
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

function peerLines({ connection }: ConfigEnd, value: string, lines: CiscoLines): readonly Edit[] | undefined {
  const old = connection.remote.addresses[0];
  if (old === undefined || old.line === 0) return undefined;
  const pattern = new RegExp(`\\b${literal(old.value)}\\b`);
  const groups = lines.all(
    new RegExp(`^\\s*(tunnel-group ${literal(old.value)} |(crypto )?isakmp key \\S+ address ${literal(old.value)})`),
  );
  return [
    ...lines.replace(old, pattern, value),
    ...groups.flatMap((place) =>
      lines
        .replace(place, pattern, value)
        .map((edit) => ({ ...edit, text: edit.text.replace(/(isakmp key (?:\d )?)\S+/, `$1${SECRET_PLACEHOLDER}`) })),
    ),
  ];
}

/** The access list anew, and what is needed to keep NAT away from what it now covers. */
function accessListLines(end: ConfigEnd, pairs: readonly SelectorNetworks[], lines: CiscoLines): readonly Edit[] | undefined {
  const { connection, product, texts } = end;
  const own = [...new Map((connection.selectorPairs ?? []).map(({ local }) => [local.line, placeOf(local)])).values()];
  const [first, ...others] = own;
  if (first === undefined || pairs.length === 0) return undefined;
  const text = lines.text(first);
  const head = /^(\s*(?:access-list \S+ (?:line \d+ )?(?:extended )?|\d+ )?)(?:permit|deny)/.exec(text)?.[1] ?? '';
  const side = (network: string, port: string | undefined) =>
    `${listAddress(network, product === 'ios')}${port?.includes('/') ? ` eq ${port.replace(/^.*\//, '')}` : ''}`;
  const wanted = pairs.map((pair) => {
    const protocol = /^[a-z]+/.exec(pair.remotePort ?? pair.localPort ?? '')?.[0] ?? 'ip';
    return `${head}permit ${protocol} ${side(formatNetwork(pair.local), pair.localPort)} ${side(formatNetwork(pair.remote), pair.remotePort)}`;
  });
  const edits: readonly Edit[] = [
    { ...first, how: 'replace', text: wanted.join('\n') },
    ...others.map((place): Edit => ({ ...place, how: 'delete', text: '' })),
  ];
  const before = texts.get(connection.file) ?? '';
  const after = readCisco({ file: connection.file, text: applyEdits(before, connection.file, edits) });
  const translated = after.remarks.find((remark) => remark.code === 'no-nat-exemption' && remark.connection === connection.name);
  if (translated?.fix === undefined || product === 'ios') return edits;
  return [...edits, ...lineEdit(translated, lines)];
}

/** The correction of a remark, at the line it had before anything was edited. */
function lineEdit({ file, fix = '' }: ConfigRemark, lines: CiscoLines): readonly Edit[] {
  const place = fix
    .split('\n')
    .map((line) => lines.find(new RegExp(`^\\s*${literal(line.trim())}\\s*$`)))
    .find((found) => found !== undefined);
  return place === undefined ? [] : [{ file, line: place.line, how: 'replace', text: fix }];
}
