import { formatNetwork } from '../../wire/ip/network.js';
import { wantsDeadPeerTimeout } from '../effective/dead-peer.js';
import { identityWord } from '../identity-words.js';
import { proposalValue } from '../mend/proposal-words.js';
import { parseProposal, splitProposals } from '../proposals.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import type { Converted } from './converted.js';
import type { Counterpart } from './counterpart.js';

type Product = 'openswan' | 'libreswan' | 'strongswan';

/** What a tunnel interface needs beside the connection. N: its number. */
const ROUTED_NOTES: Readonly<Record<Product, string>> = {
  libreswan: 'what is routed into interface ipsecN goes through the tunnel: ip route add … dev ipsecN',
  strongswan:
    'what is routed into its interface goes through the tunnel: ip link add vtiN type vti key N local … remote …; charon.install_routes = no; then the routes',
  openswan: 'Openswan has no tunnel interfaces: as it stands the connection takes all traffic; it is not started by itself (auto=add)',
};

/** An ipsec.conf and its ipsec.secrets for counterparts, in the words of a product. */
export function writeIpsecConf(ends: readonly Counterpart[], product: Product): Converted {
  const notes: string[] = [];
  const setup =
    product === 'openswan'
      ? ['version 2.0', '', 'config setup', '\tnat_traversal=yes', '\tprotostack=netkey', '\toe=off', '']
      : product === 'libreswan' && ends.some(({ ikeVersion }) => ikeVersion === 'ikev1')
        ? ['config setup', '\tikev1-policy=accept', '']
        : [];
  const conns = ends.flatMap((end, i) => conn(end, i + 1, product, notes));
  const secrets = ends
    .filter(({ auth }) => auth === 'psk')
    .map(
      (end) =>
        `${identityWord(end.localId ?? end.localAddress ?? '%any', product)} ${identityWord(end.remoteId ?? end.remoteAddress ?? '%any', product)} : PSK "${SECRET_PLACEHOLDER}"\n`,
    );
  return {
    files: [
      { name: 'ipsec.conf', text: `${[...setup, ...conns].join('\n')}\n` },
      ...(secrets.length === 0 ? [] : [{ name: 'ipsec.secrets', text: secrets.join('') }]),
    ],
    notes: [...ends.flatMap((end) => end.notes), ...notes],
  };
}

/** `number`: from 1, of its tunnel interface where it has one. */
function conn(end: Counterpart, number: number, product: Product, notes: string[]): readonly string[] {
  if (end.routed) notes.push(`${end.name}: ${ROUTED_NOTES[product].replaceAll('N', `${number}`)}`);
  const strongswan = product === 'strongswan';
  const line = (key: string, value: string | undefined) =>
    value === undefined ? [] : [`\t${key}=${/\s/.test(value) && !value.startsWith('{') ? `"${value}"` : value}`];
  const yes = (key: string, value: boolean) => (value ? [`\t${key}=yes`] : []);
  const list = (use: 'ike' | 'esp') => {
    const offers = use === 'ike' ? end.ikeOffers : end.espOffers;
    const values = offers.map((offer) => proposalValue(offer, use === 'ike' ? offer.groups : groupsOfEsp(end, product), product, use));
    if (values.includes(undefined)) notes.push(`${end.name}: an ${use === 'ike' ? 'IKE' : 'ESP'} proposal cannot be said in ${product}`);
    const words = values.filter((value) => value !== undefined);
    for (const gone of goneFrom(words, use, product)) notes.push(`${end.name}: ${gone}`);
    return words.length === 0 ? undefined : `${words.join(',')}${strongswan ? '!' : ''}`;
  };
  const known = end.pairs;
  const locals = [...new Set(known.map(({ local }) => formatNetwork(local)))];
  const remotes = [...new Set(known.map(({ remote }) => formatNetwork(remote)))];
  // Every local network goes with every remote one: pairs beyond that need a connection each. libreswan makes an SA of each pair anyway.
  const together = locals.length * remotes.length === known.length && !(strongswan && end.apart && known.length > 1);
  const groups = together ? [known] : known.map((pair) => [pair]);
  return groups.flatMap((pairs, i) => {
    const nets = (side: 'local' | 'remote') => [...new Set(pairs.map((pair) => formatNetwork(pair[side])))];
    const subnet = (prefix: 'left' | 'right', networks: readonly string[]) =>
      networks.length === 0
        ? []
        : strongswan || networks.length === 1
          ? line(`${prefix}subnet`, networks.join(','))
          : line(`${prefix}subnets`, `{${networks.join(' ')}}`);
    const first = pairs[0];
    return [
      `conn ${end.name}${groups.length > 1 ? `-${i + 1}` : ''}`,
      ...version(end, product),
      ...yes(strongswan ? 'aggressive' : 'aggrmode', end.aggressive),
      ...line('authby', end.auth === 'psk' ? 'secret' : strongswan ? 'pubkey' : 'rsasig'),
      ...line('left', end.localAddress ?? '%defaultroute'),
      ...line('leftid', end.localId === undefined ? undefined : identityWord(end.localId, product)),
      ...subnet('left', nets('local')),
      ...line('leftprotoport', first?.localPort),
      ...line('right', end.remoteAddress ?? '%any'),
      ...line('rightid', end.remoteId === undefined ? undefined : identityWord(end.remoteId, product)),
      ...subnet('right', nets('remote')),
      ...line('rightprotoport', first?.remotePort),
      ...(end.mode === 'transport' ? line('type', 'transport') : []),
      ...(end.routed && product !== 'openswan' ? line(strongswan ? 'mark' : 'ipsec-interface', `${number}`) : []),
      ...line('ike', list('ike')),
      ...(end.protocol === 'ah' && !strongswan ? line('phase2', 'ah') : []),
      ...line(strongswan ? (end.protocol === 'ah' ? 'ah' : 'esp') : product === 'openswan' ? 'phase2alg' : 'esp', list('esp')),
      ...(strongswan ? [] : line('pfs', end.pfsGroups.length > 0 ? 'yes' : 'no')),
      ...line('ikelifetime', end.ikeLifetime === undefined ? undefined : `${end.ikeLifetime}s`),
      ...line(
        product === 'openswan' ? 'keylife' : strongswan ? 'lifetime' : 'salifetime',
        end.childLifetime === undefined ? undefined : `${end.childLifetime}s`,
      ),
      ...yes(product === 'libreswan' ? 'encapsulation' : 'forceencaps', end.encapsulation),
      ...yes('compress', end.compress),
      ...yes(strongswan ? 'sha256_96' : 'sha2-truncbug', end.truncated),
      ...(end.dpd.delay === 0
        ? []
        : [
            ...line('dpddelay', strongswan ? `${end.dpd.delay}s` : `${end.dpd.delay}`),
            ...(wantsDeadPeerTimeout(product, end.ikeVersion)
              ? line('dpdtimeout', `${end.dpd.timeout ?? Math.max(120, end.dpd.delay * 4)}${strongswan ? 's' : ''}`)
              : []),
            ...line('dpdaction', 'restart'),
          ]),
      // Without an interface of its own it would take all traffic as soon as it is up.
      ...line('auto', end.routed && product === 'openswan' ? 'add' : 'start'),
      '',
    ];
  });
}

function version({ ikeVersion }: Counterpart, product: Product): readonly string[] {
  if (product === 'strongswan') return [`\tkeyexchange=${ikeVersion}`];
  return [`\tikev2=${ikeVersion === 'ikev2' ? 'insist' : 'no'}`];
}

/** Openswan and libreswan take the group of phase 1 where the ESP proposal names none. */
function groupsOfEsp({ pfsGroups, ikeOffers }: Counterpart, product: string): readonly number[] {
  if (product === 'strongswan') return pfsGroups;
  const [group] = pfsGroups;
  return pfsGroups.length === 1 && group === ikeOffers[0]?.groups[0] ? [] : pfsGroups.slice(0, 1);
}

/** Algorithms that newer releases of the product do not have, or do not take without being told. */
function goneFrom(values: readonly string[], use: 'ike' | 'esp', product: Product): readonly string[] {
  const found = values
    .flatMap(splitProposals)
    .flatMap((value) => parseProposal(value, use).transforms)
    .flatMap(({ name, removed }) =>
      removed
        .filter((one) => one.product === product && !/default/.test(one.what))
        .map(({ version, what }) => `${name} is ${what} in ${product} since ${version}`),
    );
  return [...new Set(found)];
}
