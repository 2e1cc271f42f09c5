import { contains, parseNetwork } from '../../../wire/ip/network.js';
import type { OpenvpnConfig } from '../../openvpn/openvpn-config.js';
import type { AspectResult, Mismatch } from '../mismatch.js';
import { likeness, type OpenvpnPair, option, optionCell, set } from './openvpn-pair.js';

const roles = { server: 'server', client: 'client', 'peer-to-peer': 'peer (TLS)', 'static-key': 'peer (static key)' } as const;

/** Who is who, and whether packets of one reach a socket of the other. */
export function compareLink({ ours, theirs }: OpenvpnPair): readonly AspectResult[] {
  return [role(ours, theirs), protocol(ours, theirs), ...endpoint(ours, theirs)];
}

function role(ours: OpenvpnConfig, theirs: OpenvpnConfig): AspectResult {
  const place = (config: OpenvpnConfig) => option(config, 'server', 'client', 'secret', 'tls-server', 'tls-client', 'mode');
  const [a, b] = [optionCell(ours, place(ours), roles[ours.role]), optionCell(theirs, place(theirs), roles[theirs.role])];
  const kinds = [ours.role, theirs.role];
  const agrees =
    (kinds.includes('server') && kinds.includes('client')) ||
    (ours.role === theirs.role && (ours.role === 'static-key' || ours.role === 'peer-to-peer'));
  const change = { ...pulls(ours, theirs, 'ours'), ...pulls(theirs, ours, 'theirs') };
  return likeness({
    code: 'config/openvpn-role',
    label: 'role',
    ours: a,
    theirs: b,
    agrees,
    breaks: 'up',
    title: `our end is a ${a.text}, the other a ${b.text}`,
    cause:
      Object.keys(change).length > 0
        ? 'Without pull the server is asked for nothing: the TLS session comes up, without an address or a cipher ("failed to negotiate cipher with peer").'
        : 'A client wants a server, a peer another peer of its kind: the first packets of one say nothing to the other.',
    change,
  });
}

/** A peer that begins a TLS session and asks the server for nothing: `client` is `tls-client` with `pull`. */
function pulls(config: OpenvpnConfig, other: OpenvpnConfig, who: 'ours' | 'theirs'): Mismatch['change'] {
  const begins = config.role === 'peer-to-peer' && option(config, 'tls-client') !== undefined;
  return begins && other.role === 'server' ? { [who]: set('tls-client', 'client') } : {};
}

function isTcp(proto: string): boolean {
  return proto.startsWith('tcp');
}

function protocol(ours: OpenvpnConfig, theirs: OpenvpnConfig): AspectResult {
  const protoOf = (config: OpenvpnConfig) => config.remotes[0]?.proto ?? config.proto.value;
  const [mine, yours] = [protoOf(ours), protoOf(theirs)];
  // Over TCP one end calls and the other listens.
  const word = (other: string, config: OpenvpnConfig) =>
    !isTcp(other) ? 'udp' : config.role === 'server' || other === 'tcp-client' ? 'tcp-server' : 'tcp-client';
  const alike = mine === yours && /^tcp[46]?-/.test(mine);
  return likeness({
    code: 'config/openvpn-proto',
    label: 'protocol',
    ours: optionCell(ours, option(ours, 'proto', 'remote'), mine),
    theirs: optionCell(theirs, option(theirs, 'proto', 'remote'), yours),
    agrees: isTcp(mine) === isTcp(yours) && !alike,
    breaks: 'up',
    title: `our end speaks ${mine}, the other ${yours}`,
    cause: 'One end calls where nobody listens: "Connection refused", or "TLS handshake failed to occur within 60 seconds".',
    change: {
      ours: { kind: 'option', replaces: ['proto'], text: `proto ${word(yours, ours)}` },
      theirs: { kind: 'option', replaces: ['proto'], text: `proto ${word(mine, theirs)}` },
    },
  });
}

/** Port and address that one calls and the other listens on. */
function endpoint(ours: OpenvpnConfig, theirs: OpenvpnConfig): readonly AspectResult[] {
  return (['ours', 'theirs'] as const).flatMap((who): readonly AspectResult[] => {
    const [here, there] = who === 'ours' ? [ours, theirs] : [theirs, ours];
    const remote = here.remotes[0];
    if (remote === undefined || here.role === 'server') return [];
    const listens = there.localPort?.value;
    const called = { text: `calls ${remote.host} port ${remote.port}`, file: remote.file, line: remote.line };
    const bound = {
      text: listens === undefined ? 'listens nowhere' : `listens on port ${listens}`,
      file: there.localPort?.file ?? there.file,
      line: there.localPort?.line ?? 0,
    };
    const results: AspectResult[] = [];
    const agrees = here.remotes.some(({ port }) => port === listens);
    const other = who === 'ours' ? 'theirs' : 'ours';
    const [a, b] = who === 'ours' ? [called, bound] : [bound, called];
    results.push(
      likeness({
        code: 'config/openvpn-port',
        label: 'port',
        ours: a,
        theirs: b,
        agrees,
        breaks: 'up',
        title: `${who === 'ours' ? 'our end' : 'the other end'} ${called.text}, where ${who === 'ours' ? 'the other' : 'our end'} ${bound.text}`,
        cause: 'Nobody answers on that port.',
        change: {
          ...(listens !== undefined && { [who]: { kind: 'option', replaces: ['remote'], text: `remote ${remote.host} ${listens}` } }),
          [other]: { kind: 'option', replaces: ['port', 'lport', 'nobind'], text: `port ${remote.port}` },
        },
      }),
    );
    const [wanted, own] = [parseNetwork(remote.host), parseNetwork(there.localAddress?.value ?? '')];
    if (wanted === undefined || own === undefined || there.localAddress === undefined || contains(own, wanted)) return results;
    const stands = { text: `listens on ${there.localAddress.value}`, file: there.localAddress.file, line: there.localAddress.line };
    results.push(
      likeness({
        code: 'config/peer-address',
        label: 'address',
        ours: who === 'ours' ? called : stands,
        theirs: who === 'ours' ? stands : called,
        agrees: false,
        breaks: 'up',
        severity: 'warning',
        title: `${who === 'ours' ? 'our end' : 'the other end'} ${called.text}, the other ${stands.text}`,
        cause: 'Right when a NAT in front of it has the address that is called.',
        change: { [who]: { kind: 'option', replaces: ['remote'], text: `remote ${there.localAddress.value} ${remote.port}` } },
      }),
    );
    return results;
  });
}
