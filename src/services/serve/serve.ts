import { UsageError } from '../../bytes/errors.js';
import type { IkeHappening } from '../../engine/ike-machine.js';
import { endpointText } from '../../model/endpoint-text.js';
import { happeningText } from '../../report/serve-line.js';
import { systemClock } from '../../transport/clock.js';
import { systemEnvironment } from '../../transport/environment.js';
import { joinTransports } from '../../transport/join.js';
import { prepareKept } from '../../transport/openssl.js';
import { openRaw } from '../../transport/raw.js';
import { listenTcp } from '../../transport/tcp.js';
import { createTlsStack } from '../../transport/tls.js';
import { openUdp } from '../../transport/udp.js';
import { IKE_PORT, NATT_PORT } from '../../wire/udp-encap.js';
import { patienceOf, portOf } from '../probe/flags.js';
import { canOpenRaw, mustOpenRaw } from '../probe/ike-sockets.js';
import { type ProbeIo, processIo } from '../probe/io.js';
import { RunRecording } from '../probe/recording.js';
import type { PoolFlags, TunnelFlags } from '../settings/flags.js';
import { responderSettings } from '../settings/from-flags.js';
import { ikev1Of } from '../settings/ikev1.js';
import { withAndWithoutPfs } from '../settings/pfs.js';
import { ownOfPool } from '../settings/pool.js';
import { DEFAULT_IKE_SERVED } from '../settings/proposals.js';
import { anySelector, parseSelectors } from '../settings/selectors.js';
import { ServeEndpoint } from './endpoint.js';
import { listenOn, type ServeRunFlags, timeoutOf } from './flags.js';
import { Journal } from './journal.js';
import { PeerNames } from './peer-names.js';
import { ServeTun } from './tun.js';

/** The flags of `vpndoctor serve`, as commander gives them. */
export interface ServeFlags extends TunnelFlags, PoolFlags, ServeRunFlags {
  readonly ikePort?: string;
  readonly nattPort?: string;
  readonly tcp?: string;
}

/** Deleting at the peers may take that long, in milliseconds. */
const CLOSING = 2000;
/** Seconds of silence before a peer is asked for a sign of life: those that went away are forgotten. */
const DPD_DELAY = 30;
/** What anybody's datagram can make us say. */
const MEANINGLESS: ReadonlySet<IkeHappening['kind']> = new Set(['ignored', 'cookie']);

/**
 * Our engine as the responder, for the other side's administrator to test against: says of each initiator what it does and why it fails,
 * and answers echo inside the tunnels. Ends on Ctrl-C, with everything deleted at the peers.
 * @returns exit status: 0; 1 when an initiator was refused
 * @throws UsageError, EnvironmentError
 */
export async function serve(flags: ServeFlags, io: ProbeIo = processIo()): Promise<number> {
  const milliseconds = timeoutOf(flags.timeout);
  const ikePort = flags.ikePort === '0' ? 0 : (portOf(flags.ikePort, '--ike-port') ?? IKE_PORT);
  const nattPort = flags.nattPort === '0' ? 0 : (portOf(flags.nattPort, '--natt-port') ?? NATT_PORT);
  if (ikePort === nattPort && ikePort !== 0)
    throw new UsageError(`--ike-port and --natt-port are both ${ikePort}`, 'each takes a UDP port of its own; 0 takes a free one');
  const offer = flags.ike === undefined && ikev1Of(flags) === undefined ? { ike: DEFAULT_IKE_SERVED } : {};
  const tunnel = await responderSettings({ ...flags, ...offer }, 4, patienceOf(undefined), io);
  const { child } = tunnel.settings;
  const any = [anySelector(4), anySelector(6)];
  if (flags.tun !== undefined) checkNetworks(flags);
  const raw = flags.forceEncap !== true && (flags.ah === undefined ? await canOpenRaw() : await mustOpenRaw());
  const settings = {
    ...tunnel.settings,
    paths: {},
    dpdDelay: DPD_DELAY,
    // What cannot come as protocol 50 comes in UDP.
    encapsulation: raw ? tunnel.settings.encapsulation : ('force' as const),
    ...(child === undefined
      ? {}
      : {
          child: {
            ...(tunnel.childGiven ? child : withAndWithoutPfs(child, tunnel.settings.ikeProposals)),
            localSelectors: flags.localTs.length > 0 ? child.localSelectors : any,
            remoteSelectors:
              flags.remoteTs.length > 0 ? child.remoteSelectors : flags.tun === undefined ? any : parseSelectors(flags.pool, '--pool'),
          },
        }),
  };
  const tun = flags.tun === undefined ? undefined : await ServeTun.open(flags.tun, io);
  const ours = flags.pool.map(ownOfPool).filter((address) => address !== undefined);
  const recording = flags.write === undefined ? undefined : new RunRecording(flags.write);
  const addresses = listenOn(flags.listen);
  const tcpPort = flags.tcp === '0' ? 0 : portOf(flags.tcp, '--tcp');
  const sockets = joinTransports({
    udp: await openUdp({ addresses, ports: { ike: ikePort, natt: nattPort }, flags: { ike: '--ike-port', natt: '--natt-port' } }),
    ...(raw ? { raw: await openRaw({ addresses }) } : {}),
    ...(tcpPort === undefined ? {} : { tcp: await listenTcp({ addresses, port: tcpPort, flag: '--tcp' }) }),
  });
  const transport = recording?.wrap(sockets) ?? sockets;
  const tls = createTlsStack();
  const journal = new Journal(flags, io);
  const peers = new PeerNames<string>();
  /** Initiator's SPIs of those who have authenticated. */
  const up = new Set<string>();
  let refused = false;
  /** Somebody came and went. A question that only asks for an answer, and what was rekeyed, is not the one. */
  let served = false;
  const onHappening = (happening: IkeHappening) => {
    recording?.onHappening(happening);
    const { spiI } = happening.sa;
    if ('path' in happening) peers.heard(spiI, happening.path.remote);
    const peer = peers.nameOf(spiI);
    if (happening.kind === 'ike-up' || happening.kind === 'ike-rekeyed') up.add(spiI);
    const known = up.has(spiI);
    if (happening.kind === 'ike-rekeyed') up.delete(happening.old.spiI);
    if (happening.kind === 'ike-down') {
      peers.forget(spiI);
      up.delete(spiI);
    }
    if (isRefusal(happening)) refused = true;
    if (isRefusal(happening) || (happening.kind === 'ike-down' && known)) served = true;
    journal.write({
      peer,
      id: spiI,
      record: { spi_i: `0x${spiI}` },
      event: happening.kind,
      words: happeningText(happening),
      from: known ? 'peer' : MEANINGLESS.has(happening.kind) ? 'noise' : 'stranger',
    });
  };
  const server = new ServeEndpoint({
    transport,
    endpoint: { settings, accept: true, ...(tunnel.ikev1 === undefined ? {} : { ikev1: tunnel.ikev1 }) },
    environment: systemEnvironment,
    clock: systemClock,
    tls,
    prepareCipher: prepareKept,
    onHappening,
    onTunnel: (traffic) => {
      if (traffic.generations === 0) tun?.withdraw(traffic);
      else if (traffic.child.mode === 'tunnel') tun?.offer(traffic, () => traffic.held(ours));
    },
    onDrop: (text, path) => journal.dropped(endpointText(path.remote), text),
  });
  const { ike, natt, tcp } = transport.paths;
  const ways = `UDP ${ike?.port} and ${natt?.port}${raw ? ', IP protocols 50 and 51' : ''}${tcp === undefined ? '' : `, TCP ${tcp.port}`}`;
  io.warn(`vpndoctor: waiting for initiators on ${ways}; Ctrl-C ends it`);
  try {
    await server.until(() => flags.once === true && served, milliseconds, io.signal);
  } finally {
    await tun?.close();
    await server.close(CLOSING);
    tls.close();
    recording?.close();
  }
  return refused ? 1 : 0;
}

/** @throws UsageError where an initiator could claim any network of this host, or none at all */
function checkNetworks({ remoteTs, pool, transportMode }: ServeFlags): void {
  if (transportMode === true)
    throw new UsageError('--tun and --transport-mode exclude each other', 'transport mode has no addresses inside');
  if (remoteTs.length + pool.length > 0) return;
  throw new UsageError(
    '--tun without networks that initiators may bring: any of this host would do',
    '--remote-ts 10.77.0.0/24, or --pool 10.99.0.0/24 for addresses to give to them',
  );
}

/** Refusals of IKEv1 that need keys: its exchanges do not tell authentication from proposals. */
const IKEV1_PROOFS: ReadonlySet<string> = new Set(['psk-mismatch', 'psk-not-found', 'identity-mismatch']);

/** An initiator that got to who it is and no farther. */
function isRefusal(happening: IkeHappening): boolean {
  if (happening.kind === 'child-refused') return !happening.rekey;
  if (happening.kind !== 'ike-down' || happening.refusal === undefined) return false;
  return happening.refusal.exchange === 'IKE_AUTH' || IKEV1_PROOFS.has(happening.refusal.code);
}
