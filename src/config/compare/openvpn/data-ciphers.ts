import type { OpenvpnConfig } from '../../openvpn/openvpn-config.js';
import { compareVersions, olderThan } from '../../versions.js';
import type { AspectResult, Cell } from '../mismatch.js';
import { likeness, type OpenvpnPair, option, optionCell, set } from './openvpn-pair.js';

/** What an end takes for the data channel. */
interface Offer {
  readonly list: readonly string[];
  readonly cell: Cell;
  /** Before 2.4, or told so: `cipher` alone, and nothing is negotiated. */
  readonly fixed: boolean;
}

/** The data channel of TLS: the ciphers of both ends, and which one is taken. Changes.rst of 2.4, 2.5 and 2.6. */
export function compareDataCiphers({ ours, theirs }: OpenvpnPair): AspectResult {
  const [mine, yours] = [offered(ours, theirs), offered(theirs, ours)];
  const chosen = chosenOf(ours, mine, yours);
  const text = ({ list }: Offer) => list.join(':');
  const [here, there] = [change(mine, yours), change(yours, mine)];
  const ignored = [ours, theirs].some((config) => countsNoCipher(config));
  return likeness({
    code: 'config/openvpn-cipher',
    label: chosen === undefined ? 'data ciphers' : `data ciphers (${chosen})`,
    ours: mine.cell,
    theirs: yours.cell,
    agrees: chosen !== undefined,
    breaks: mine.fixed && yours.fixed ? 'traffic' : 'up',
    title: `no data cipher in common: ${text(mine)} at our end, ${text(yours)} at the other`,
    cause:
      mine.fixed && yours.fixed
        ? 'Before OpenVPN 2.4 no cipher is negotiated: every packet is dropped ("Authenticate/Decrypt packet error").'
        : `The server answers AUTH_FAILED, "Data channel cipher negotiation failed (no shared cipher)".${ignored ? ' Since OpenVPN 2.6 cipher does not count for it, data-ciphers alone does.' : ''}`,
    change: { ...(here !== undefined && { ours: here }), ...(there !== undefined && { theirs: there }) },
  });
}

/** The cipher that both would use: the server chooses, the first of its list that the client has. */
export function commonCipher({ ours, theirs }: OpenvpnPair): string | undefined {
  return chosenOf(ours, offered(ours, theirs), offered(theirs, ours));
}

function chosenOf({ role }: OpenvpnConfig, mine: Offer, yours: Offer): string | undefined {
  const [server, client] = role === 'server' ? [mine, yours] : [yours, mine];
  return server.list.find((cipher) => client.list.includes(cipher));
}

/** Other peers of an end may count on what it has: a cipher is added. One that negotiates nothing has one alone, and no GCM. */
function change(own: Offer, other: Offer): ReturnType<typeof set> | undefined {
  if (!own.fixed) return set('data-ciphers', `data-ciphers ${[...own.list, ...other.list].join(':')}`, 'ncp-ciphers', 'cipher');
  const known = other.list.find((cipher) => !/GCM|POLY1305/.test(cipher));
  return known === undefined ? undefined : set('cipher', `cipher ${known}`);
}

/** The release in force: `compat-mode` has a newer one behave as an older. */
function releaseOf(config: OpenvpnConfig): string | undefined {
  const told = option(config, 'compat-mode')?.args[0];
  return told === undefined || olderThan(config.version, told) ? config.version : told;
}

function negotiatesNothing(config: OpenvpnConfig): boolean {
  return olderThan(config.version, '2.4') || option(config, 'ncp-disable') !== undefined;
}

function countsNoCipher(config: OpenvpnConfig): boolean {
  return !olderThan(releaseOf(config), '2.6') && option(config, 'cipher') !== undefined && option(config, 'data-ciphers') === undefined;
}

function offered(config: OpenvpnConfig, other: OpenvpnConfig): Offer {
  const cipher = option(config, 'cipher');
  const fixed = negotiatesNothing(config);
  const release = releaseOf(config);
  const data = fixed ? undefined : option(config, 'data-ciphers', 'ncp-ciphers');
  const fallback = option(config, 'data-ciphers-fallback');
  const named = (data?.args[0] ?? '')
    .toUpperCase()
    .split(':')
    .filter((name) => name !== '' && name !== 'DEFAULT')
    .map((name) => name.replace(/^\?/, ''));
  const base = fixed ? [] : data === undefined || /DEFAULT/i.test(data.args[0] ?? '') ? [...named, ...defaults(release)] : named;
  // To 2.5 cipher counts as one of the list; a fallback is for who negotiates nothing.
  const counted = fixed || olderThan(release, '2.6');
  const unsaid = fixed || olderThan(release, '2.5') ? 'BF-CBC' : undefined;
  const more = [counted ? (cipher?.args[0] ?? unsaid) : undefined, negotiatesNothing(other) ? fallback?.args[0] : undefined].flatMap(
    (name) => (name === undefined ? [] : [name.toUpperCase()]),
  );
  const list = [...new Set([...base, ...more])];
  return { list, fixed, cell: { ...optionCell(config, data ?? (counted ? cipher : undefined), list.join(':')) } };
}

function defaults(release: string | undefined): readonly string[] {
  const list = ['AES-256-GCM', 'AES-128-GCM', 'CHACHA20-POLY1305'];
  return release !== undefined && compareVersions(release, '2.6') < 0 ? list.slice(0, 2) : list;
}
