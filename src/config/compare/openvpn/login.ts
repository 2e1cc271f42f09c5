import type { OpenvpnConfig } from '../../openvpn/openvpn-config.js';
import type { AspectResult } from '../mismatch.js';
import { likeness, type OpenvpnPair, option, optionCell, set } from './openvpn-pair.js';

/** What the control channel asks for before it lets anybody in: a version of TLS, a name and a password. */
export function compareLogin(pair: OpenvpnPair): readonly AspectResult[] {
  return [...credentials(pair), ...tlsVersions(pair)];
}

function credentials({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  const [client, server] = ours.role === 'client' ? [ours, theirs] : [theirs, ours];
  if (client.role !== 'client' || server.role !== 'server') return [];
  const wants =
    option(server, 'auth-user-pass-verify') ??
    server.directives.find(({ name, args }) => name === 'plugin' && /auth|radius|ldap|pam/i.test(args[0] ?? ''));
  const optional = option(server, 'auth-user-pass-optional');
  const has = option(client, 'auth-user-pass') ?? client.inline.find(({ name }) => name === 'auth-user-pass');
  if (wants === undefined || optional !== undefined) return [];
  const who = client === ours ? 'ours' : 'theirs';
  const [a, b] = [
    { text: has === undefined ? 'no name and password' : 'name and password', file: has?.file ?? client.file, line: has?.line ?? 0 },
    optionCell(server, wants, 'wants name and password'),
  ];
  return [
    likeness({
      code: 'config/openvpn-user-pass',
      label: 'user',
      ours: who === 'ours' ? a : b,
      theirs: who === 'ours' ? b : a,
      agrees: has !== undefined,
      breaks: 'up',
      title: 'the server wants a name and a password, the client sends none',
      cause: 'The server answers AUTH_FAILED, or ends the TLS session ("peer did not provide username/password").',
      change: { [who]: set('auth-user-pass', 'auth-user-pass') },
    }),
  ];
}

/** What is in force without a line, since OpenVPN 2.6. */
const LEAST = 1.2;
const MOST = 1.3;

function tlsVersions({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  const of = (config: OpenvpnConfig) => {
    const [least, most] = [option(config, 'tls-version-min'), option(config, 'tls-version-max')];
    return { least: Number(least?.args[0] ?? LEAST), most: Number(most?.args[0] ?? MOST), place: least ?? most };
  };
  const [mine, yours] = [of(ours), of(theirs)];
  if (mine.place === undefined && yours.place === undefined) return [];
  const text = ({ least, most }: typeof mine) => `${least.toFixed(1)} to ${most.toFixed(1)}`;
  // An end is mended by taking out its line where what is in force without it fits.
  const without = (own: typeof mine, other: typeof mine) => {
    if (own.most < other.least) return other.least <= MOST ? set('tls-version-max', undefined) : undefined;
    return other.most >= LEAST ? set('tls-version-min', undefined) : undefined;
  };
  const [forOurs, forTheirs] = [without(mine, yours), without(yours, mine)];
  return [
    likeness({
      code: 'config/openvpn-tls-version',
      label: 'TLS',
      ours: optionCell(ours, mine.place, text(mine)),
      theirs: optionCell(theirs, yours.place, text(yours)),
      agrees: mine.least <= yours.most && yours.least <= mine.most,
      breaks: 'up',
      title: `TLS ${text(mine)} at our end, ${text(yours)} at the other`,
      cause: 'The handshake ends with "unsupported protocol" or "no protocols available".',
      change: { ...(forOurs !== undefined && { ours: forOurs }), ...(forTheirs !== undefined && { theirs: forTheirs }) },
    }),
  ];
}
