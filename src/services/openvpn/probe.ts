import { UsageError } from '../../bytes/errors.js';
import { shellWord } from '../../bytes/shell-word.js';
import { nameText } from '../../crypto/certificates/certificate-text.js';
import type { OpenvpnHappening } from '../../engine/openvpn/happenings.js';
import { createMachine } from '../../engine/openvpn/machine.js';
import type { OpenvpnSettings } from '../../engine/openvpn/settings.js';
import { course } from '../../probes/openvpn/course.js';
import { probeIds } from '../../probes/openvpn/probe-ids.js';
import { handshakeWindow } from '../../probes/openvpn/shared/patience.js';
import { ProbeFacts } from '../../probes/openvpn/shared/probe-facts.js';
import { remoteText } from '../../probes/openvpn/shared/remote-text.js';
import type { LinkOptions } from '../../probes/openvpn/shared/tunnel-link.js';
import { TunnelLink } from '../../probes/openvpn/shared/tunnel-link.js';
import type { ProbeTarget } from '../../probes/openvpn/target.js';
import type { OpenvpnNegotiated } from '../../report/probe-json.js';
import { systemClock } from '../../transport/clock.js';
import { systemEnvironment } from '../../transport/environment.js';
import { prepareKept } from '../../transport/openssl.js';
import { connectOpenvpnTcp, openOpenvpnUdp } from '../../transport/openvpn/sockets.js';
import { findRoute } from '../../transport/route.js';
import { createTlsStack } from '../../transport/tls.js';
import { givesIpv6 } from '../../transport/tun.js';
import { addressOf, mtuOf, patienceOf, portOf, serviceOf, untilOf } from '../probe/flags.js';
import { type ProbeIo, processIo } from '../probe/io.js';
import { hostOf, versionOf } from '../probe/peer-host.js';
import { resolveName } from '../probe/resolve-name.js';
import { takeSteps } from '../probe/take-steps.js';
import { checkTun, TunBridge } from '../probe/tun.js';
import type { OpenvpnFlags } from './flags.js';
import { heldTunnel } from './held-tunnel.js';
import { isFile } from './is-openvpn.js';
import { modernFiles, shownModernFile, writeModernFiles } from './modern-files.js';
import { OpenvpnRecording } from './recording.js';
import { rehearse } from './rehearsal.js';
import { type OpenvpnTunnel, type RemoteTarget, readTunnel } from './tunnel.js';

/** Flags of a run against an OpenVPN peer, as commander gives them. */
export interface OpenvpnProbeFlags extends OpenvpnFlags {
  /** With `--openvpn HOST` the host. */
  readonly openvpn?: string | true;
  /** A folder for the same tunnel without a static key. */
  readonly modern?: string;
  readonly source?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly until?: string;
  readonly timeout?: string;
  readonly ping?: string;
  readonly connect?: string;
  readonly udp?: string;
  readonly mtu?: string;
  readonly write?: string;
  readonly tun?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** Where the sockets come from. */
export type OpenvpnWays = Pick<LinkOptions, 'openSockets' | 'resolve' | 'route'>;

/** Milliseconds for a TCP connection. */
const CONNECT_PATIENCE = 8000;
/** How often a probe says goodbye over UDP: nothing of it is to stay. A peer with a static key would begin anew for it. */
const GOODBYES = 1;

/**
 * `probe peer` for OpenVPN: with a configuration, or a host and flags.
 * @param what the file, or the host
 * @returns exit status: 0 everything works, 1 something is wrong, 2 interrupted
 * @throws UsageError, EnvironmentError
 */
export async function probeOpenvpn(what: string | undefined, flags: OpenvpnProbeFlags, io: ProbeIo = processIo()): Promise<number> {
  checkTun(flags.tun);
  const words = [what, typeof flags.openvpn === 'string' ? flags.openvpn : undefined].filter((word) => word !== undefined);
  const file = words.find(isFile);
  const [host, another] = words.filter((word) => word !== file).map((word) => hostOf(word, '--port'));
  if (another !== undefined) throw new UsageError(`${host} and ${another}: which peer?`, 'one host, one file, or a host beside a file');
  if (file === undefined && host === undefined)
    throw new UsageError(
      'which peer?',
      'vpndoctor probe peer client.ovpn, or vpndoctor probe peer --openvpn HOST with --ca, --secret-file …',
    );
  const tunnel = await readTunnel(
    flags,
    { role: 'client', ...(file === undefined ? {} : { file }), ...(host === undefined ? {} : { host }) },
    io,
  );
  const [first] = tunnel.remotes;
  if (first === undefined) throw new UsageError(`${tunnel.name} has no remote`, 'name the host as well, with --openvpn HOST');
  const asked = [...(file === undefined ? [] : [shellWord(file)]), ...(host === undefined ? [] : [`--openvpn ${shellWord(host)}`])].join(
    ' ',
  );
  const target = { ...targetOf(tunnel, first, flags), asked };
  sayNotes(tunnel, flags, io);
  const settings = tunnel.settings[first.protocol];
  // A key must be there for the other end before anything is tried.
  const modern = settings.mode === 'static' ? modernFiles(settings, first, systemEnvironment) : undefined;
  if (flags.modern !== undefined) {
    if (modern === undefined)
      throw new UsageError(`--modern: ${tunnel.name} has TLS already`, 'it is for tunnels with a static key (secret)');
    const paths = writeModernFiles(flags.modern, modern);
    io.warn(
      `vpndoctor: ${paths.join(' and ')} are the same tunnel with TLS and peer-fingerprint, for OpenVPN 2.6 and later; each holds its private key`,
    );
  }
  if (settings.mode === 'tls') await rehearse(settings, systemEnvironment);
  const status = await runOpenvpn(`${first.host}, OpenVPN over ${first.protocol.toUpperCase()}`, target, systemWays, flags, io);
  if (modern !== undefined && flags.modern === undefined && flags.json !== true) {
    for (const line of [
      '',
      'The same tunnel with TLS and peer-fingerprint, for OpenVPN 2.6 and later. --modern FOLDER writes both files ready for use, with keys made for them:',
      ...modern.flatMap((file) => ['', ...shownModernFile(file)]),
    ])
      io.output.line(line);
    io.output.flush();
  }
  return status;
}

/** What was not taken over, and what newer releases refuse. */
export function sayNotes({ notes, warnings }: OpenvpnTunnel, flags: { readonly verbose?: boolean }, io: ProbeIo): void {
  for (const warning of warnings) io.warn(`vpndoctor: ${warning}`);
  if (flags.verbose === true || notes.length <= 3) for (const note of notes) io.warn(`vpndoctor: ${note}`);
  else io.warn(`vpndoctor: ${notes.length} remarks on options without meaning here (-v shows them)`);
}

/** @throws UsageError */
export function targetOf(tunnel: OpenvpnTunnel, first: RemoteTarget, flags: OpenvpnProbeFlags): ProbeTarget {
  const source = addressOf(flags.source, '--source');
  // Of several remotes one may fit.
  const family = versionOf(tunnel.remotes.length === 1 ? first.host : '', flags);
  const until = untilOf(flags.until, probeIds);
  const ping = addressOf(flags.ping, '--ping');
  const connect = serviceOf(flags.connect, '--connect');
  const datagram = serviceOf(flags.udp, '--udp');
  const mtu = mtuOf(flags.mtu);
  const port = portOf(flags.port, '--port');
  const { udp, tcp } = tunnel.settings;
  const { patience } = patienceOf(flags.timeout);
  // Two ends with a static key call each other: the peer may take us at our port only.
  const localPort = udp.mode === 'static' ? tunnel.localPort : undefined;
  return {
    host: first.host,
    remotes: tunnel.remotes.map((remote) => (port === undefined ? remote : { ...remote, port })),
    settings: {
      udp: patient({ ...udp, explicitExitNotify: udp.mode === 'static' ? 0 : udp.explicitExitNotify || GOODBYES }, patience),
      tcp: patient(tcp, patience),
    },
    patience,
    ...(family === undefined ? {} : { family }),
    ...(source === undefined ? {} : { source }),
    ...(localPort === undefined ? {} : { localPort }),
    ...(until === undefined ? {} : { until }),
    ...(ping === undefined ? {} : { ping }),
    ...(connect === undefined ? {} : { connect }),
    ...(datagram === undefined ? {} : { datagram }),
    ...(mtu === undefined ? {} : { mtu }),
  };
}

/** A probe waits no minute for a handshake. */
function patient(settings: OpenvpnSettings, patience: number): OpenvpnSettings {
  return settings.mode === 'static'
    ? settings
    : { ...settings, handshakeWindow: Math.min(settings.handshakeWindow, handshakeWindow(patience)) };
}

/** Takes the steps against a peer. @returns exit status */
export async function runOpenvpn(
  title: string,
  target: ProbeTarget,
  ways: OpenvpnWays,
  flags: OpenvpnProbeFlags,
  io: ProbeIo,
): Promise<number> {
  const facts = new ProbeFacts();
  const recording = flags.write === undefined ? undefined : new OpenvpnRecording(flags.write, target.settings.udp);
  const bridge = flags.tun === undefined ? undefined : new TunBridge(flags.tun, io.signal, io.warn);
  const link = new TunnelLink({
    target,
    facts,
    clock: systemClock,
    environment: systemEnvironment,
    signal: bridge?.signal ?? io.signal,
    createTls: () => createTlsStack(),
    createMachine: (settings, traffic) => createMachine({ settings, traffic }, systemEnvironment),
    prepare: prepareKept,
    ...ways,
    ...(bridge === undefined ? {} : { onInnerPacket: (packet: Uint8Array) => bridge.deliver(packet) }),
    ...(recording === undefined
      ? {}
      : {
          openSockets: async (...where: Parameters<OpenvpnWays['openSockets']>) => recording.wrap(await ways.openSockets(...where)),
          onHappening: (happening: OpenvpnHappening) => recording.onHappening(happening),
        }),
  });
  try {
    const hold = bridge?.step(() => heldTunnel(target, facts, link, givesIpv6()));
    return await takeSteps(
      course,
      { target, facts, link },
      { title, peer: target.host, flags, io, negotiated: () => negotiated(facts), hold },
    );
  } finally {
    bridge?.close();
    await link.close();
    recording?.close();
  }
}

const systemWays: OpenvpnWays = {
  resolve: resolveName,
  route: findRoute,
  openSockets: (remote, address, source, port) =>
    remote.protocol === 'tcp'
      ? connectOpenvpnTcp({ remote: { address, port: remote.port }, local: { address: source, port: 0 }, milliseconds: CONNECT_PATIENCE })
      : openOpenvpnUdp({ addresses: [source], port, remote: { address, port: remote.port }, flag: 'lport' }),
};

function negotiated(facts: ProbeFacts): OpenvpnNegotiated {
  const { address, source, remote, tls, keys, parameters, push, peerInfo, innerMtu } = facts;
  const [certificate] = tls?.certificates ?? [];
  return {
    ...(address === undefined ? {} : { address }),
    ...(source === undefined ? {} : { source }),
    ...(remote === undefined ? {} : { remote: remoteText(remote) }),
    ...(tls === undefined ? {} : { tlsVersion: tls.version, ...(tls.cipher === undefined ? {} : { tlsCipher: tls.cipher }) }),
    ...(certificate === undefined ? {} : { certificate: nameText(certificate.subject) }),
    ...(keys === undefined
      ? {}
      : {
          cipher: keys.cipher?.name ?? 'none',
          ...(keys.cipher?.kind === 'aead' ? {} : { digest: keys.digest?.name ?? 'none' }),
          compression: keys.compression.framing,
        }),
    ...(parameters === undefined
      ? {}
      : {
          device: parameters.device,
          ...(parameters.peerId === undefined ? {} : { peerId: parameters.peerId }),
          ...(parameters.ifconfig === undefined ? {} : { tunnelAddress: parameters.ifconfig.local }),
        }),
    ...(push === undefined ? {} : { pushed: push.options }),
    ...(peerInfo.length === 0 ? {} : { peerInfo }),
    ...(innerMtu === undefined ? {} : { innerMtu }),
  };
}
