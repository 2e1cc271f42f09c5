import { formatNetwork } from '../../wire/ip/network.js';
import { identityWord } from '../identity-words.js';
import { proposalValue } from '../mend/proposal-words.js';
import { SECRET_PLACEHOLDER } from '../secret-text.js';
import { swanctlSecret, swanctlValue } from '../swanctl/written.js';
import type { Converted } from './converted.js';
import type { Counterpart } from './counterpart.js';

/** A swanctl.conf for counterparts. */
export function writeSwanctl(ends: readonly Counterpart[]): Converted {
  const notes: string[] = [];
  const psk = ends.filter(({ auth }) => auth === 'psk');
  const secrets = psk.map((end) => {
    const ids = [end.localId ?? end.localAddress, end.remoteId ?? end.remoteAddress].filter((id) => id !== undefined);
    const words = ids.map((id) => identityWord(id, 'strongswan'));
    return swanctlSecret(`ike-${end.name}`, words, SECRET_PLACEHOLDER);
  });
  const text = `connections {\n${ends.map((end, i) => connection(end, i + 1, notes)).join('\n')}\n}\n${secrets.length === 0 ? '' : `\nsecrets {\n${secrets.join('\n')}\n}\n`}`;
  return { files: [{ name: 'swanctl.conf', text }], notes: [...ends.flatMap((end) => end.notes), ...notes] };
}

/** `number`: from 1, of its tunnel interface where it has one. */
function connection(end: Counterpart, number: number, notes: string[]): string {
  if (end.routed)
    notes.push(
      `${end.name}: what is routed into its interface goes through the tunnel: ip link add ipsec${number} type xfrm if_id ${number}; ip link set ipsec${number} up; then the routes`,
    );
  const proposals = (use: 'ike' | 'esp'): string | undefined => {
    const offers = use === 'ike' ? end.ikeOffers : end.espOffers;
    const values = offers.map((offer) => proposalValue(offer, use === 'ike' ? offer.groups : end.pfsGroups, 'strongswan', use));
    if (values.includes(undefined)) notes.push(`${end.name}: an ${use === 'ike' ? 'IKE' : 'ESP'} proposal cannot be said in strongSwan`);
    const words = values.filter((value) => value !== undefined);
    return words.length === 0 ? undefined : words.join(', ');
  };
  const line = (indent: number, key: string, value: string | undefined) =>
    value === undefined ? [] : [`${' '.repeat(indent)}${key} = ${value}`];
  const side = (pair: Counterpart['pairs'][number], which: 'local' | 'remote') => {
    const port = which === 'local' ? pair.localPort : pair.remotePort;
    return `${formatNetwork(pair[which])}${port === undefined ? '' : `[${port}]`}`;
  };
  const locals = [...new Set(end.pairs.map((pair) => side(pair, 'local')))];
  const remotes = [...new Set(end.pairs.map((pair) => side(pair, 'remote')))];
  // Other combinations than all with all need a child each, too.
  const together = end.apart ? end.pairs.length <= 1 : locals.length * remotes.length === end.pairs.length;
  const groups = together
    ? [{ local: locals, remote: remotes }]
    : end.pairs.map((pair) => ({ local: [side(pair, 'local')], remote: [side(pair, 'remote')] }));
  const children = groups.flatMap(({ local, remote }, i) => [
    `      ${end.name}${groups.length > 1 ? `-${i + 1}` : ''} {`,
    ...(end.mode === 'transport'
      ? []
      : [
          ...line(8, 'local_ts', local.length === 0 ? undefined : local.join(', ')),
          ...line(8, 'remote_ts', remote.length === 0 ? undefined : remote.join(', ')),
        ]),
    ...(end.routed ? [...line(8, 'if_id_in', `${number}`), ...line(8, 'if_id_out', `${number}`)] : []),
    ...(end.mode === 'transport' ? line(8, 'mode', 'transport') : []),
    ...line(8, end.protocol === 'ah' ? 'ah_proposals' : 'esp_proposals', proposals('esp')),
    ...line(8, 'life_time', end.childLifetime === undefined ? undefined : `${end.childLifetime}s`),
    ...line(8, 'rekey_time', end.childLifetime === undefined ? undefined : `${Math.round(end.childLifetime / 1.1)}s`),
    ...line(8, 'ipcomp', end.compress ? 'yes' : undefined),
    ...line(8, 'sha256_96', end.truncated ? 'yes' : undefined),
    ...line(8, 'start_action', 'start'),
    ...line(8, 'dpd_action', end.dpd.delay === 0 ? undefined : 'restart'),
    '      }',
  ]);
  return [
    `  ${end.name} {`,
    ...line(4, 'version', end.ikeVersion === 'ikev1' ? '1' : '2'),
    ...line(4, 'aggressive', end.aggressive ? 'yes' : undefined),
    ...line(4, 'local_addrs', end.localAddress),
    ...line(4, 'remote_addrs', end.remoteAddress),
    ...line(4, 'proposals', proposals('ike')),
    ...line(4, 'rekey_time', end.ikeLifetime === undefined ? undefined : `${Math.round(end.ikeLifetime / 1.1)}s`),
    ...line(4, 'encap', end.encapsulation ? 'yes' : undefined),
    ...line(4, 'dpd_delay', end.dpd.delay === 0 ? undefined : `${end.dpd.delay}s`),
    '    local {',
    ...line(6, 'auth', end.auth),
    ...line(6, 'id', end.localId === undefined ? undefined : swanctlValue(identityWord(end.localId, 'strongswan'))),
    '    }',
    '    remote {',
    ...line(6, 'auth', end.auth),
    ...line(6, 'id', end.remoteId === undefined ? undefined : swanctlValue(identityWord(end.remoteId, 'strongswan'))),
    '    }',
    '    children {',
    ...children,
    '    }',
    '  }',
  ].join('\n');
}
