import { formatNetwork, parseNetwork } from '../../../wire/ip/network.js';
import type { AspectResult } from '../mismatch.js';
import { likeness, type OpenvpnPair, option, optionCell, pushed, set } from './openvpn-pair.js';

/** The addresses inside: topology, the pair of a point-to-point tunnel, the network of a server. */
export function compareAddresses(pair: OpenvpnPair): readonly AspectResult[] {
  return [...topology(pair), ...ifconfig(pair)];
}

function topology({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  const [mine, yours] = [option(ours, 'topology'), option(theirs, 'topology')];
  if (ours.deviceType !== 'tun' || (mine === undefined && yours === undefined)) return [];
  // A server of 2.1 and later pushes its topology to clients that pull.
  const [client, server] = ours.role === 'client' ? [ours, theirs] : [theirs, ours];
  const follows =
    client.role === 'client' &&
    server.role === 'server' &&
    (option(client, 'route-nopull') === undefined || pushed(server, 'topology') !== undefined);
  const text = (found: typeof mine) => found?.args[0] ?? 'net30';
  return [
    likeness({
      code: 'config/openvpn-topology',
      label: 'topology',
      ours: optionCell(ours, mine, text(mine)),
      theirs: optionCell(theirs, yours, text(yours)),
      agrees: text(mine) === text(yours) || follows,
      breaks: 'traffic',
      title: `topology ${text(mine)} at our end, ${text(yours)} at the other`,
      cause: 'The second address of ifconfig is the peer in one topology and a netmask in another.',
      change: { ours: set('topology', `topology ${text(yours)}`), theirs: set('topology', `topology ${text(mine)}`) },
    }),
  ];
}

/** Point to point: what is ours here is theirs there. */
function ifconfig({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  if (ours.role === 'server' || theirs.role === 'server') return serverNetwork({ ours, theirs });
  const [mine, yours] = [option(ours, 'ifconfig'), option(theirs, 'ifconfig')];
  if (mine === undefined && yours === undefined) return [];
  const text = (found: typeof mine) => found?.args.slice(0, 2).join(' ') ?? 'none';
  const tap = ours.deviceType === 'tap' || option(ours, 'topology')?.args[0] === 'subnet';
  const network = (found: typeof mine) => parseNetwork(`${found?.args[0] ?? ''}/${found?.args[1] ?? ''}`);
  const [a, b] = [network(mine), network(yours)];
  const agrees = tap
    ? a !== undefined && b !== undefined && formatNetwork(a) === formatNetwork(b) && mine?.args[0] !== yours?.args[0]
    : mine?.args[0] === yours?.args[1] && mine?.args[1] === yours?.args[0] && mine !== undefined;
  // Between two peers a netmask is no address, unless topology subnet stands at both ends.
  const masked = (found: typeof mine) => /^255\./.test(found?.args[1] ?? '');
  const turned = (found: typeof mine) =>
    found === undefined || tap || masked(found) ? undefined : set('ifconfig', `ifconfig ${found.args[1] ?? ''} ${found.args[0] ?? ''}`);
  const [forOurs, forTheirs] = [turned(yours), turned(mine)];
  return [
    likeness({
      code: 'config/openvpn-ifconfig',
      label: 'ifconfig',
      ours: optionCell(ours, mine, text(mine)),
      theirs: optionCell(theirs, yours, text(yours)),
      agrees,
      breaks: 'traffic',
      title: `ifconfig ${text(mine)} at our end, ${text(yours)} at the other`,
      cause: tap
        ? 'Both addresses lie in one network and differ.'
        : masked(mine) || masked(yours)
          ? 'Without topology subnet the second address is that of the peer, not a netmask; the two stand the other way round at the other end.'
          : 'The two addresses stand the other way round at the other end.',
      change: { ...(forOurs !== undefined && { ours: forOurs }), ...(forTheirs !== undefined && { theirs: forTheirs }) },
    }),
  ];
}

/** A fixed address of a client outside of the server's network. */
function serverNetwork({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  const [client, server] = ours.role === 'client' ? [ours, theirs] : [theirs, ours];
  const own = option(client, 'ifconfig');
  if (own === undefined || server.role !== 'server') return [];
  const who = client === ours ? 'ours' : 'theirs';
  const [a, b] = [
    optionCell(client, own, own.args.slice(0, 2).join(' ')),
    optionCell(server, option(server, 'server'), server.networks.map(({ value }) => value).join(', ')),
  ];
  return [
    likeness({
      code: 'config/openvpn-ifconfig',
      label: 'ifconfig',
      ours: who === 'ours' ? a : b,
      theirs: who === 'ours' ? b : a,
      agrees: false,
      breaks: 'nothing',
      severity: 'info',
      title: `the client has ifconfig ${a.text} of its own, and the server gives it an address`,
      cause: 'What the server pushes replaces it.',
      change: { [who]: set('ifconfig', undefined) },
    }),
  ];
}
