import type { PrepareCipher } from '../../crypto/cipher.js';
import { EthernetPort } from '../../engine/inner/ethernet-port.js';
import { Responder, type ResponderSettings } from '../../engine/inner/responder.js';
import type { DataDrop } from '../../engine/openvpn/data/drop.js';
import type { OpenvpnHappening } from '../../engine/openvpn/happenings.js';
import { createMachine } from '../../engine/openvpn/machine.js';
import type { OpenvpnSettings } from '../../engine/openvpn/settings.js';
import type { Environment, Path } from '../../engine/step.js';
import type { Endpoint } from '../../model/endpoint.js';
import type { Clock } from '../../transport/clock.js';
import type { TlsStack } from '../../transport/driver.js';
import { OpenvpnEndpoint } from '../../transport/openvpn/endpoint.js';
import type { OpenvpnSockets } from '../../transport/openvpn/sockets.js';
import { findRoute } from '../../transport/route.js';
import type { Carrier } from './held-tunnel.js';
import { ServedSession } from './served-session.js';

export interface ServeOpenvpnOptions {
  readonly sockets: OpenvpnSockets;
  readonly settings: OpenvpnSettings;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly tls: TlsStack;
  readonly prepare?: PrepareCipher;
  /** What answers inside the tunnels. */
  readonly inner?: Omit<ResponderSettings, 'random'>;
  readonly onHappening?: (happening: OpenvpnHappening) => void;
  /** A tunnel has come up, or is `over`. */
  readonly onTunnel?: (tunnel: ServedSession) => void;
  /** Data that came and went no further. */
  readonly onDrop?: (drop: DataDrop, path: Path, session: number | undefined) => void;
}

/** Ours in every tunnel with tap: the sessions do not meet. */
const OUR_MAC = 0x0200_0000_0001;

/** Our engine as the server of many, or one end of a static key, with a host inside that answers echo. */
export class ServeOpenvpn {
  readonly #options: ServeOpenvpnOptions;
  readonly #endpoint: OpenvpnEndpoint;
  readonly #responder: Responder;
  /** With tap, a port for each session. */
  readonly #ports = new Map<number, EthernetPort>();
  readonly #open = new Map<number, ServedSession>();

  constructor(options: ServeOpenvpnOptions) {
    this.#options = options;
    const { sockets, settings, environment, clock, tls, prepare, onDrop } = options;
    this.#responder = new Responder({ random: environment.random, ...options.inner });
    this.#endpoint = new OpenvpnEndpoint({
      sockets,
      settings,
      machine: (traffic) => createMachine({ settings, traffic }, environment),
      learnsPeer: settings.mode === 'static',
      environment,
      clock,
      tls,
      ...(prepare === undefined ? {} : { prepare }),
      onHappening: (happening) => this.#happened(happening),
      onPayload: (session, payload) => this.#answer(session, payload),
      onDrop: (drop, _packet, path, session) => onDrop?.(drop, path, session),
    });
  }

  /** Where we can be reached. */
  get local(): Endpoint | undefined {
    return this.#options.sockets.local;
  }

  /** Sessions with keys. */
  get established(): number {
    return this.#endpoint.sessions.length;
  }

  /** Calls the peer of a static key, whose address is known. */
  connect(path: Path): void {
    this.#endpoint.command({ kind: 'connect', path });
  }

  /** The next happening of this kind; undefined after the time. Rejects when the machine is at fault. */
  until(
    wanted: (happening: OpenvpnHappening) => boolean,
    milliseconds: number,
    signal?: AbortSignal,
  ): Promise<OpenvpnHappening | undefined> {
    return this.#endpoint.until(wanted, milliseconds, signal);
  }

  /** Says goodbye to every peer, waiting so long for all of them, then closes. */
  async close(milliseconds: number): Promise<void> {
    const gone = this.#open.size === 0 ? undefined : this.until(() => this.#open.size === 0, milliseconds);
    for (const session of [...this.#open.keys()]) this.#endpoint.command({ kind: 'close', session });
    if (this.#open.size > 0) await gone;
    await this.#endpoint.close();
  }

  #happened(happening: OpenvpnHappening): void {
    const { session, kind } = happening;
    if (kind === 'up') this.#begin(session, new ServedSession(happening.parameters, happening.path.remote.address, this.#carrier(session)));
    if (kind === 'ended') {
      this.#end(session);
      this.#ports.delete(session);
    }
    this.#options.onHappening?.(happening);
  }

  #begin(session: number, tunnel: ServedSession): void {
    this.#end(session);
    this.#open.set(session, tunnel);
    this.#options.onTunnel?.(tunnel);
  }

  #end(session: number): void {
    const tunnel = this.#open.get(session);
    if (tunnel === undefined) return;
    this.#open.delete(session);
    tunnel.over = true;
    this.#options.onTunnel?.(tunnel);
  }

  #carrier(session: number): Carrier {
    const endpoint = this.#endpoint;
    return {
      route: findRoute,
      room: (length) => endpoint.room(session, length),
      sendInner: (packet) => this.#send(session, packet),
      get counts() {
        return endpoint.counts(session);
      },
    };
  }

  /** An IP packet into the tunnel. */
  #send(session: number, packet: Uint8Array): void {
    const frames = this.#options.settings.device === 'tun' ? [packet] : this.#portOf(session).send(packet, this.#options.clock.now());
    for (const frame of frames) this.#endpoint.send(session, frame);
  }

  #answer(session: number, payload: Uint8Array): void {
    const now = this.#options.clock.now();
    let packet: Uint8Array | undefined = payload;
    if (this.#options.settings.device === 'tap') {
      const received = this.#portOf(session).receive(payload, now);
      for (const frame of received.frames) this.#endpoint.send(session, frame);
      packet = received.packet;
    }
    if (packet === undefined) return;
    const tunnel = this.#open.get(session);
    if (tunnel?.taker !== undefined) tunnel.give(packet);
    else for (const answer of this.#responder.answer(packet, now)) this.#send(session, answer);
  }

  #portOf(session: number): EthernetPort {
    const known = this.#ports.get(session);
    if (known !== undefined) return known;
    const port = new EthernetPort({ mac: OUR_MAC });
    this.#ports.set(session, port);
    return port;
  }
}
