import { isIPv6 } from 'node:net';
import { UsageError } from '../../bytes/errors.js';
import { phase1Proposals } from '../../engine/ikev1/phase1-suite.js';
import { probeIds } from '../../probes/ike/probe-ids.js';
import { authenticates } from '../../probes/ike/shared/authenticates.js';
import type { Patience, ProbeTarget, TunnelSettings } from '../../probes/ike/target.js';
import { systemEnvironment } from '../../transport/environment.js';
import { findRoute } from '../../transport/route.js';
import { IKE_PORT, NATT_PORT } from '../../wire/udp-encap.js';
import { initiatorSettings } from '../settings/from-flags.js';
import { addressOf, mtuOf, type PeerFlags, patienceOf, portOf, serviceOf, untilOf } from './flags.js';
import { canOpenRaw, mustOpenRaw, openSockets } from './ike-sockets.js';
import { type ProbeIo, processIo } from './io.js';
import { hostOf, versionOf } from './peer-host.js';
import { rehearse } from './rehearsal.js';
import { resolveName } from './resolve-name.js';
import { runProbe } from './run.js';
import { checkTun } from './tun.js';

/** Seconds. */
const LIFETIMES = { ike: 4 * 3600, child: 3600 };
const DPD_DELAY = 30;

/**
 * Brings up a test tunnel to a real peer, step by step.
 * @returns exit status: 0 everything works, 1 something is wrong, 2 interrupted
 * @throws UsageError, EnvironmentError
 */
export async function probePeer(peer: string, flags: PeerFlags, io: ProbeIo = processIo()): Promise<number> {
  const host = hostOf(peer);
  checkTun(flags.tun);
  const family = versionOf(host, flags);
  const source = addressOf(flags.source, '--source');
  const until = untilOf(flags.until, probeIds);
  const ping = addressOf(flags.ping, '--ping');
  const connect = serviceOf(flags.connect, '--connect');
  const datagram = serviceOf(flags.udp, '--udp');
  const mtu = mtuOf(flags.mtu);
  const tcp = portOf(flags.tcp, '--tcp');
  const patience = patienceOf(flags.timeout);
  const ports = {
    ike: portOf(flags.ikePort, '--ike-port') ?? IKE_PORT,
    natt: portOf(flags.nattPort, '--natt-port') ?? NATT_PORT,
    ...(tcp === undefined ? {} : { tcp }),
  };
  const guess = family ?? (isIPv6(host) ? 6 : 4);
  if (flags.ikev2 === true && (flags.ikev1 === true || flags.aggressive === true || flags.xauthUser !== undefined))
    throw new UsageError('--ikev2 does not go with --ikev1, --aggressive or --xauth-user', 'leave --ikev2 out');
  const asked = await initiatorSettings(flags.xauthUser === undefined ? flags : { ...flags, ikev1: true }, guess, patience, io);
  if (flags.tun !== undefined && asked.proof === undefined) {
    throw new UsageError(
      '--tun without anything to authenticate with',
      'there will be no tunnel: --psk-file FILE, or --cert FILE --key FILE',
    );
  }
  if (flags.ah !== undefined && tcp !== undefined) throw new UsageError('--ah and --tcp exclude each other', 'RFC 9329 carries ESP only');
  const rawEsp = tcp === undefined && flags.forceEncap !== true && (flags.ah === undefined ? await canOpenRaw() : await mustOpenRaw());
  const finished = (settings: TunnelSettings) => encapsulated(lasting(settings, flags.tun !== undefined), rawEsp || tcp !== undefined);
  const instead = flags.ikev2 === true || tcp !== undefined ? undefined : await inIkev1(asked, flags, guess, patience, io);
  const target: ProbeTarget = {
    host,
    ports,
    tunnel: finished(asked),
    ...(instead === undefined ? {} : { ikev1Instead: finished(instead) }),
    patience,
    ...(family === undefined ? {} : { family }),
    ...(source === undefined ? {} : { source }),
    ...(until === undefined ? {} : { until }),
    ...(ping === undefined ? {} : { ping }),
    ...(connect === undefined ? {} : { connect }),
    ...(datagram === undefined ? {} : { datagram }),
    ...(mtu === undefined ? {} : { mtu }),
  };
  if (authenticates(target)) await rehearse(target, systemEnvironment);
  return runProbe(
    `${host}`,
    target,
    { rawEsp, resolve: resolveName, route: findRoute, openTransport: (address, from) => openSockets(address, from, ports, rawEsp) },
    flags,
    io,
  );
}

/**
 * The same wishes in IKEv1, for a peer that turns out to speak that alone; undefined where they are of IKEv1 already, or say what it has no
 * word for.
 */
async function inIkev1(
  asked: TunnelSettings,
  flags: PeerFlags,
  family: 4 | 6,
  patience: Patience,
  io: ProbeIo,
): Promise<TunnelSettings | undefined> {
  const { localAuth } = asked.settings;
  if (asked.ikev1 !== undefined) return undefined;
  // What was read or asked for once is not read again.
  const { psk: _, pskFile: __, pskPrompt: ___, ...rest } = flags;
  const again = localAuth.method === 'psk' ? { ...rest, held: { ...flags.held, psk: localAuth.secret } } : flags;
  try {
    const settings = await initiatorSettings({ ...again, ikev1: true }, family, patience, { ...io, warn: () => {} });
    return phase1Proposals(settings.settings.ikeProposals).length === 0 ? undefined : settings;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return undefined;
  }
}

/** What cannot go as protocol 50 goes in UDP. */
function encapsulated(tunnel: TunnelSettings, able: boolean): TunnelSettings {
  return able ? tunnel : { ...tunnel, settings: { ...tunnel.settings, encapsulation: 'force' } };
}

/** A tunnel that the host uses is rekeyed and watched like any other. */
function lasting(tunnel: TunnelSettings, lasts: boolean): TunnelSettings {
  if (!lasts) return tunnel;
  const { ike, child } = tunnel.settings.lifetimes;
  const lifetimes = { ike: ike === 0 ? LIFETIMES.ike : ike, child: child === 0 ? LIFETIMES.child : child };
  return { ...tunnel, settings: { ...tunnel.settings, lifetimes, dpdDelay: DPD_DELAY } };
}
