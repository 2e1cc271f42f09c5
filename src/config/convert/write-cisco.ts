import { formatNetwork } from '../../wire/ip/network.js';
import { addressAndMask, listAddress } from '../cisco-asa/address-and-mask.js';
import type { Offer } from '../effective/offer.js';
import { keyIdOf } from '../identity-words.js';
import { takesOffer } from '../mend/cisco-releases.js';
import { asaCipher, ciscoHash, ciscoPrfs, nameOfBox, transformSet } from '../mend/cisco-words.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import type { Converted } from './converted.js';
import type { Counterpart } from './counterpart.js';

/** Commands for an ASA of 8.4 or later (9.8 for a tunnel interface) that make it the other end. Interfaces are called `inside` and `outside`. */
export function writeCisco(ends: readonly Counterpart[]): Converted {
  const notes: string[] = [
    'interfaces are taken to be called inside and outside: names and the outside address are those of the box, and stay as they are',
    ...(ends.every(({ routed }) => routed) ? [] : ['exemption from NAT is written as identity NAT of 8.3 and later']),
  ];
  const versions = new Set(ends.map(({ ikeVersion }) => ikeVersion));
  const lines: string[] = ends.some(({ routed }) => routed)
    ? [': Made for an ASA 9.8 or later', 'ASA Version 9.8(4)']
    : [': Made for an ASA 8.4 or later', 'ASA Version 8.4(7)'];
  const outside = ends.find(({ localAddress }) => localAddress !== undefined)?.localAddress;
  if (outside !== undefined) lines.push('interface Vlan2', ' nameif outside', ` ip address ${outside} 255.255.255.0`, '!');
  const numbered = [...ends.entries()];
  const policies = numbered.filter(([, { routed }]) => !routed);
  for (const [i, end] of policies) lines.push(...objects(end), ...accessList(end, i));
  for (const [, end] of policies) lines.push(...exemption(end));
  for (const [i, end] of numbered) lines.push(...phase2(end, i, notes));
  for (const [i, end] of numbered) lines.push(...(end.routed ? tunnelInterface(end, i, notes) : cryptoMap(end, i, notes)));
  if (policies.length > 0) lines.push('crypto map outside_map interface outside');
  lines.push(...[...versions].map((version) => `crypto ${version} enable outside`));
  lines.push(...phase1(ends, notes), 'crypto isakmp nat-traversal 20');
  if (ends.some(({ localId, localAddress }) => localId !== undefined && localId !== localAddress)) {
    const ids = new Set(ends.map(({ localId }) => localId).filter((id) => id !== undefined));
    if (ids.size === 1) lines.push(...identity([...ids][0] ?? '', notes));
    notes.push('an ASA has one identity for all its tunnels');
  }
  for (const group of new Set(ends.map((end) => tunnelGroup(end).join('\n')))) lines.push(group);
  return {
    files: [{ name: 'asa.txt', text: `${[...lines, ': end'].join('\n')}\n` }],
    notes: [...ends.flatMap((end) => end.notes), ...notes],
  };
}

function identity(id: string, notes: string[]): readonly string[] {
  const keyId = keyIdOf(id);
  const name = nameOfBox(id);
  if (keyId !== undefined) return [`crypto isakmp identity key-id ${keyId}`];
  if (name === undefined) {
    notes.push(`the identity ${id} cannot be said by an ASA`);
    return [];
  }
  notes.push(
    'as its name an ASA sends hostname and domain-name, which are those of the box: where they must stay, change what the old end expects',
  );
  return [`hostname ${name[0]}`, ...(name[1] === '' ? [] : [`domain-name ${name[1]}`]), 'crypto isakmp identity hostname'];
}

function objects({ name, pairs }: Counterpart): readonly string[] {
  const group = (side: 'local' | 'remote') => [
    `object-group network ${name}-${side}`,
    ...[...new Set(pairs.map((pair) => formatNetwork(pair[side])))].map((network) => ` network-object ${addressAndMask(network)}`),
  ];
  return pairs.length === 0 ? [] : [...group('local'), ...group('remote')];
}

function accessList({ pairs }: Counterpart, index: number): readonly string[] {
  return pairs.map(({ local, remote, localPort, remotePort }) => {
    const protocol = /^[a-z]+/.exec(remotePort ?? localPort ?? '')?.[0] ?? 'ip';
    const port = (text: string | undefined) => (text?.includes('/') ? ` eq ${text.replace(/^.*\//, '')}` : '');
    return `access-list vpn_${index + 1} extended permit ${protocol} ${listAddress(formatNetwork(local))}${port(localPort)} ${listAddress(formatNetwork(remote))}${port(remotePort)}`;
  });
}

function exemption({ name, pairs }: Counterpart): readonly string[] {
  return pairs.length === 0
    ? []
    : [
        `nat (inside,outside) source static ${name}-local ${name}-local destination static ${name}-remote ${name}-remote no-proxy-arp route-lookup`,
      ];
}

function phase2(end: Counterpart, index: number, notes: string[]): readonly string[] {
  return end.espOffers.flatMap((offer, i) => {
    const name = `VPN_${index + 1}_${i + 1}`;
    if (end.ikeVersion === 'ikev1') {
      const words = transformSet(offer, 'asa', end.protocol);
      noteReleases(end.name, 'ESP', { ...offer, groups: end.pfsGroups.slice(0, 1) }, notes);
      if (words === undefined) notes.push(`${end.name}: an ESP proposal cannot be said as a transform set of an ASA`);
      if (offer.ciphers.length > 1 || offer.hashes.length > 1)
        notes.push(`${end.name}: of several algorithms in an ESP proposal the first was taken`);
      return words === undefined
        ? []
        : [
            `crypto ipsec ikev1 transform-set ${name} ${words}`,
            ...(end.mode === 'transport' ? [`crypto ipsec ikev1 transform-set ${name} mode transport`] : []),
          ];
    }
    const ciphers = words(offer.ciphers.map(asaCipher));
    if (ciphers.length < offer.ciphers.length && ciphers.length > 0)
      notes.push(`${end.name}: some ciphers of its ESP proposal are unknown to an ASA`);
    const hashes =
      offer.hashes.length === 0
        ? ['null']
        : words(
            offer.hashes.map((hash) =>
              ciscoHash(hash)
                ?.replace(/^sha$/, 'sha-1')
                .replace(/^sha(\d)/, 'sha-$1'),
            ),
          );
    if (ciphers.length === 0) {
      notes.push(`${end.name}: an ESP proposal cannot be said by an ASA`);
      return [];
    }
    return [
      `crypto ipsec ikev2 ipsec-proposal ${name}`,
      ` protocol esp encryption ${ciphers.join(' ')}`,
      ` protocol esp integrity ${hashes.join(' ')}`,
    ];
  });
}

function words(list: readonly (string | undefined)[]): readonly string[] {
  return list.filter((word) => word !== undefined);
}

function cryptoMap(end: Counterpart, index: number, notes: string[]): readonly string[] {
  const head = `crypto map outside_map ${(index + 1) * 10}`;
  if (end.remoteAddress === undefined) notes.push(`${end.name}: the entry of the crypto map wants the address of the peer`);
  return [
    `${head} match address vpn_${index + 1}`,
    `${head} set peer ${end.remoteAddress ?? '0.0.0.0'}`,
    ...settings(end, index, notes).map((setting) => `${head} ${setting}`),
    ...(end.mode === 'transport' && end.ikeVersion === 'ikev2' ? [`${head} set ikev2 mode transport`] : []),
    ...(end.aggressive ? [`${head} set ikev1 phase1-mode aggressive`] : []),
  ];
}

/** What is routed into it goes through the tunnel; NAT and access lists have no part in that. */
function tunnelInterface(end: Counterpart, index: number, notes: string[]): readonly string[] {
  const number = index + 1;
  notes.push(`${end.name}: Tunnel${number} wants an address that fits the one at the other end of the tunnel, and routes into it`);
  return [
    `crypto ipsec profile VPN_${number}`,
    ...settings(end, index, notes).map((setting) => ` ${setting}`),
    `interface Tunnel${number}`,
    ` nameif vti${number}`,
    ` ip address 169.254.${number}.2 255.255.255.252`,
    ' tunnel source interface outside',
    ` tunnel destination ${end.remoteAddress ?? '0.0.0.0'}`,
    ' tunnel mode ipsec ipv4',
    ` tunnel protection ipsec profile VPN_${number}`,
  ];
}

/** What an entry of a crypto map and a profile say alike. */
function settings(end: Counterpart, index: number, notes: string[]): readonly string[] {
  if (end.encapsulation) notes.push(`${end.name}: forced encapsulation is a matter of the other end; the ASA answers it`);
  if (end.compress) notes.push(`${end.name}: compression is set in a group-policy (ip-comp enable)`);
  if (end.truncated) notes.push(`${end.name}: an ASA does not cut SHA2-256 to 96 bits`);
  if (end.dpd.delay > 0 && end.dpd.delay < 10) notes.push(`${end.name}: an ASA asks every 10 s at most`);
  const names = end.espOffers.map((_, i) => `VPN_${index + 1}_${i + 1}`);
  return [
    `set ${end.ikeVersion === 'ikev1' ? 'ikev1 transform-set' : 'ikev2 ipsec-proposal'} ${names.join(' ')}`,
    ...(end.pfsGroups[0] === undefined ? [] : [`set pfs group${end.pfsGroups[0]}`]),
    ...(end.childLifetime === undefined ? [] : [`set security-association lifetime seconds ${end.childLifetime}`]),
  ];
}

function phase1(ends: readonly Counterpart[], notes: string[]): readonly string[] {
  const done = new Set<string>();
  let number = 0;
  return ends.flatMap((end) =>
    end.ikeOffers.flatMap((offer): readonly string[] => {
      const own = end.ikeVersion === 'ikev1' ? ikev1Policy(end, offer) : ikev2Policy(end, offer, notes);
      if (own === undefined) {
        notes.push(`${end.name}: an IKE proposal cannot be said by an ASA`);
        return [];
      }
      if (end.ikeVersion === 'ikev1') noteReleases(end.name, 'IKE', offer, notes);
      if (done.has(own.join())) return [];
      done.add(own.join());
      number += 10;
      return [`crypto ${end.ikeVersion} policy ${number}`, ...own];
    }),
  );
}

/** Lines of IKEv1 that not every ASA takes stay, so that they can be seen, and are told. */
function noteReleases(name: string, what: 'IKE' | 'ESP', offer: Pick<Offer, 'ciphers' | 'hashes' | 'groups'>, notes: string[]): void {
  if (takesOffer({ product: 'asa', version: '8.4' }, offer, 'ikev1')) return;
  notes.push(
    takesOffer({ product: 'asa' }, offer, 'ikev1')
      ? `${name}: group 14 in IKEv1 (${what}) wants an ASA of 9.13 or later; older ones have 1, 2 and 5`
      : `${name}: no ASA takes its ${what} proposal in IKEv1, which has MD5, SHA-1 and groups 1, 2, 5 and 14 alone: change it at the other end, or use IKEv2`,
  );
}

function ikev1Policy({ auth, ikeLifetime }: Counterpart, { ciphers, hashes, groups }: Offer): readonly string[] | undefined {
  const [cipher, hash, group] = [ciphers[0], hashes[0], groups[0]];
  const [encryption, digest] = [cipher === undefined ? undefined : asaCipher(cipher), hash === undefined ? undefined : ciscoHash(hash)];
  if (encryption === undefined || digest === undefined || group === undefined) return undefined;
  return [
    ` authentication ${auth === 'psk' ? 'pre-share' : 'rsa-sig'}`,
    ` encryption ${encryption}`,
    ` hash ${digest}`,
    ` group ${group}`,
    ...(ikeLifetime === undefined ? [] : [` lifetime ${ikeLifetime}`]),
  ];
}

function ikev2Policy({ name, ikeLifetime }: Counterpart, offer: Offer, notes: string[]): readonly string[] | undefined {
  const ciphers = words(offer.ciphers.map(asaCipher));
  if (ciphers.length < offer.ciphers.length && ciphers.length > 0)
    notes.push(`${name}: some ciphers of its IKE proposal are unknown to an ASA`);
  const hashes = offer.hashes.length === 0 ? ['null'] : words(offer.hashes.map(ciscoHash));
  if (ciphers.length === 0 || hashes.length === 0 || offer.groups.length === 0) return undefined;
  return [
    ` encryption ${ciphers.join(' ')}`,
    ` integrity ${hashes.join(' ')}`,
    ` group ${offer.groups.join(' ')}`,
    ` prf ${ciscoPrfs(offer).join(' ')}`,
    ...(ikeLifetime === undefined ? [] : [` lifetime seconds ${ikeLifetime}`]),
  ];
}

function tunnelGroup({ remoteAddress, auth, ikeVersion, dpd }: Counterpart): readonly string[] {
  const name = remoteAddress ?? 'DefaultL2LGroup';
  const keys =
    auth !== 'psk'
      ? [' ikev1 trust-point <trustpoint>']
      : ikeVersion === 'ikev1'
        ? [` ikev1 pre-shared-key ${SECRET_PLACEHOLDER}`]
        : [
            ` ikev2 remote-authentication pre-shared-key ${SECRET_PLACEHOLDER}`,
            ` ikev2 local-authentication pre-shared-key ${SECRET_PLACEHOLDER}`,
          ];
  return [
    `tunnel-group ${name} type ipsec-l2l`,
    `tunnel-group ${name} ipsec-attributes`,
    ...keys,
    dpd.delay === 0 ? ' isakmp keepalive disable' : ` isakmp keepalive threshold ${Math.max(dpd.delay, 10)} retry 2`,
  ];
}
