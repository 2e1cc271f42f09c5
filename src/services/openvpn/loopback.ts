import { randomBytes } from 'node:crypto';
import { UsageError } from '../../bytes/errors.js';
import { makeSelfSigned, type SelfSigned } from '../../crypto/certificates/self-signed.js';
import type { CommonSettings, ControlWrapping, OpenvpnSettings, TlsSettings } from '../../engine/openvpn/settings.js';
import { openvpnCipher } from '../../keymat/openvpn-algorithms.js';
import { STATIC_KEY_LENGTH, splitStaticKey } from '../../keymat/openvpn-static-key.js';
import type { ProbeTarget } from '../../probes/openvpn/target.js';
import { systemClock } from '../../transport/clock.js';
import { systemEnvironment } from '../../transport/environment.js';
import { prepareKept } from '../../transport/openssl.js';
import { connectOpenvpnTcp, listenOpenvpnTcp, type OpenvpnSockets, openOpenvpnUdp } from '../../transport/openvpn/sockets.js';
import { createTlsStack } from '../../transport/tls.js';
import { type ProbeIo, processIo } from '../probe/io.js';
import { commonSettings } from './common-settings.js';
import { type OpenvpnProbeFlags, type OpenvpnWays, runOpenvpn, targetOf } from './probe.js';
import { OpenvpnProfile } from './profile.js';
import { ServeOpenvpn } from './serve-endpoint.js';
import { dataCiphersOf } from './tls-settings.js';

const HOST = '127.0.0.1';
const NETWORK = { server: '10.8.0.1', client: '10.8.0.2', netmask: '255.255.255.0' };
/** Longer than the probe warns of. */
const DAYS = 90;
const CLOSING = 2000;
const TCP_PORTS: ReadonlySet<number> = new Set([80]);
/** Where the built-in peer sends back what comes, RFC 862. */
const ECHO_PORT = 7;
/** OpenSSL 3 has the classic cipher of static keys no longer, and nobody should begin with it. */
const STATIC_CIPHER = 'AES-256-CBC';

/**
 * `probe loopback --openvpn`: both ends built in, with TLS and certificates made for this run, then with a static key; `--openvpn tls` and
 * `--openvpn static` take one of them. Nothing leaves this process but over loopback.
 * @returns exit status of the worse of them
 * @throws UsageError
 */
export async function loopbackOpenvpn(flags: OpenvpnProbeFlags, io: ProbeIo = processIo()): Promise<number> {
  const { openvpn } = flags;
  if (typeof openvpn === 'string' && openvpn !== 'tls' && openvpn !== 'static')
    throw new UsageError(`--openvpn ${openvpn}: a loopback knows no such mode`, 'tls or static; both without a word');
  const modes = typeof openvpn === 'string' ? [openvpn as 'tls' | 'static'] : (['tls', 'static'] as const);
  let worst = 0;
  for (const mode of modes) {
    if (io.signal.aborted) break;
    // Of two recordings the second takes another file.
    const write = flags.write === undefined || modes.length === 1 ? flags.write : flags.write.replace(/(\.[^./]*)?$/, `-${mode}$1`);
    worst = Math.max(worst, await runLoopback(mode, { ...flags, ...(write === undefined ? {} : { write }) }, io));
  }
  return worst;
}

async function runLoopback(mode: 'tls' | 'static', flags: OpenvpnProbeFlags, io: ProbeIo): Promise<number> {
  const protocol = flags.proto?.startsWith('tcp') === true ? ('tcp' as const) : ('udp' as const);
  const lines = ['dev tun', 'topology subnet', ...(mode === 'static' ? ['secret none'] : ['client'])];
  const profile = await OpenvpnProfile.read(undefined, { ...flags, ca: [], cert: [], crl: [] }, lines);
  const common: CommonSettings = { ...commonSettings(profile, protocol, false), keepalive: { ping: 10, timeout: 60 } };
  const { client, server } = mode === 'static' ? staticEnds(common, profile) : tlsEnds(common, profile);
  const tls = createTlsStack();
  const serving = new ServeOpenvpn({
    sockets: await listen(protocol),
    settings: server,
    environment: systemEnvironment,
    clock: systemClock,
    tls,
    prepare: prepareKept,
    inner: { tcpPorts: TCP_PORTS, udpPorts: new Set([ECHO_PORT]) },
  });
  const remote = { host: HOST, port: serving.local?.port ?? 0, protocol };
  const target: ProbeTarget = {
    ...targetOf(
      {
        name: 'loopback',
        remotes: [remote],
        settings: { udp: client, tcp: client },
        localPort: undefined,
        localAddress: undefined,
        localProtocol: protocol,
        notes: [],
        warnings: [],
      },
      remote,
      flags,
    ),
  };
  const { ping = NETWORK.server } = target;
  try {
    const what = mode === 'static' ? 'a static key' : 'TLS';
    return await runOpenvpn(
      `Both ends of OpenVPN built in, with ${what}, over ${protocol.toUpperCase()} on loopback`,
      {
        ...target,
        ping,
        connect: target.connect ?? { address: NETWORK.server, port: 80 },
        datagram: target.datagram ?? { address: NETWORK.server, port: ECHO_PORT },
      },
      ways,
      flags,
      io,
    );
  } finally {
    await serving.close(CLOSING);
    tls.close();
  }
}

function staticEnds(
  common: CommonSettings,
  profile: OpenvpnProfile,
): { readonly client: OpenvpnSettings; readonly server: OpenvpnSettings } {
  const key = splitStaticKey(randomBytes(STATIC_KEY_LENGTH));
  const cipher = profile.word('cipher') === undefined ? openvpnCipher(STATIC_CIPHER) : common.cipher;
  const end = (direction: 0 | 1, local: string, remoteOrNetmask: string): OpenvpnSettings => ({
    ...common,
    topology: 'p2p',
    cipher,
    ifconfig: { local, remoteOrNetmask: common.device === 'tap' ? NETWORK.netmask : remoteOrNetmask },
    mode: 'static',
    key,
    direction,
    listens: direction === 0,
  });
  return { client: end(1, NETWORK.client, NETWORK.server), server: end(0, NETWORK.server, NETWORK.client) };
}

/** Each end knows the certificate of the other by its fingerprint. */
function tlsEnds(common: CommonSettings, profile: OpenvpnProfile): { readonly client: TlsSettings; readonly server: TlsSettings } {
  const key = splitStaticKey(randomBytes(STATIC_KEY_LENGTH));
  const wrapping: ControlWrapping = { kind: 'tls-crypt', key };
  const make = (name: string, usage: 'serverAuth' | 'clientAuth') => makeSelfSigned({ name, usage, days: DAYS }, randomBytes, Date.now());
  const [ofServer, ofClient] = [make('loopback server', 'serverAuth'), make('loopback client', 'clientAuth')];
  const end = (role: 'client' | 'server', own: SelfSigned, other: SelfSigned): TlsSettings => ({
    ...common,
    mode: 'tls',
    role,
    pushes: true,
    wrapping,
    dataCiphers: dataCiphersOf(profile),
    tls: {
      key: own.key,
      certificates: [own.certificate],
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      peer: {
        authorities: [],
        revocationLists: [],
        fingerprints: [other.certificate.fingerprint256.replaceAll(':', '').toLowerCase()],
        extendedKeyUsage: role === 'client' ? 'serverAuth' : 'clientAuth',
        keyUsage: true,
        required: 'require',
      },
    },
    peerInfo: [],
    renegotiate: 0,
    handshakeWindow: 60,
    transitionWindow: 60,
  });
  const server = end('server', ofServer, ofClient);
  return {
    client: end('client', ofClient, ofServer),
    server: {
      ...server,
      ifconfig: { local: NETWORK.server, remoteOrNetmask: NETWORK.netmask },
      server: { pool: { first: NETWORK.client, count: 100, netmask: NETWORK.netmask }, push: [], users: [], authToken: false },
    },
  };
}

function listen(protocol: 'udp' | 'tcp'): Promise<OpenvpnSockets> {
  return protocol === 'tcp' ? listenOpenvpnTcp({ addresses: [HOST], port: 0 }) : openOpenvpnUdp({ addresses: [HOST], port: 0 });
}

const ways: OpenvpnWays = {
  resolve: async () => [HOST],
  route: async () => ({ source: HOST, interface: 'lo' }),
  openSockets: (remote, address) =>
    remote.protocol === 'tcp'
      ? connectOpenvpnTcp({ remote: { address, port: remote.port }, milliseconds: CLOSING })
      : openOpenvpnUdp({ addresses: [HOST], port: 0, remote: { address, port: remote.port } }),
};
