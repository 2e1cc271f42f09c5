import { BugError } from '../../../bytes/errors.js';
import type { PrepareCipher } from '../../../crypto/cipher.js';
import type { RandomSource } from '../../../crypto/random-source.js';
import { EthernetPort } from '../../../engine/inner/ethernet-port.js';
import type { DataCounts } from '../../../engine/openvpn/data/data-channel.js';
import type { OpenvpnCommand, OpenvpnHappening } from '../../../engine/openvpn/happenings.js';
import type { Credentials, OpenvpnSettings } from '../../../engine/openvpn/settings.js';
import type { TrafficOf } from '../../../engine/openvpn/traffic.js';
import type { Path } from '../../../engine/step.js';
import { FOR_EVER } from '../../../transport/clock.js';
import type { TlsStack } from '../../../transport/driver.js';
import { OpenvpnEndpoint, type OpenvpnEndpointOptions, type OpenvpnMachine } from '../../../transport/openvpn/endpoint.js';
import type { OpenvpnSockets } from '../../../transport/openvpn/sockets.js';
import { parseAddressBytes } from '../../../wire/ip/address.js';
import { type World, WorldLink } from '../../shared/link.js';
import { Waiters } from '../../shared/waiters.js';
import type { ProbeTarget, Remote } from '../target.js';
import type { Link, SideAnswer } from './link.js';
import type { ProbeFacts } from './probe-facts.js';

/** What a link needs: the world, and how to open sockets in it. */
export interface LinkOptions extends World {
  readonly target: ProbeTarget;
  readonly facts: ProbeFacts;
  readonly createTls: () => TlsStack;
  readonly createMachine: (settings: OpenvpnSettings, traffic: TrafficOf) => OpenvpnMachine;
  readonly openSockets: (remote: Remote, address: string, source: string, port: number) => Promise<OpenvpnSockets>;
  /** Told of everything that happens, for the key log. */
  readonly onHappening?: (happening: OpenvpnHappening) => void;
  readonly prepare?: PrepareCipher;
}

/** Milliseconds for what has come already. */
const LAST_LOOK = 50;
const never = (): boolean => false;

/** The real thing behind `Link`: our engine as a client, or as one of two ends with a static key. */
export class TunnelLink extends WorldLink implements Link {
  readonly #options: LinkOptions;
  #sockets: OpenvpnSockets | undefined;
  #endpoint: OpenvpnEndpoint | undefined;
  #tls: TlsStack | undefined;
  #path: Path | undefined;
  /** With tap. */
  readonly #port: EthernetPort | undefined;

  constructor(options: LinkOptions) {
    super(options);
    this.#options = options;
    if (options.target.settings.udp.device === 'tap') this.#port = this.#ethernetPort();
  }

  get path(): Path | undefined {
    return this.#path;
  }

  get counts(): DataCounts | undefined {
    const { session } = this.#options.facts;
    return session === undefined ? undefined : this.#endpoint?.counts(session);
  }

  async open(remote: Remote, address: string, source: string): Promise<void> {
    await this.#shut();
    const { openSockets, target } = this.#options;
    this.#sockets = await openSockets(remote, address, source, target.localPort ?? 0);
    this.#path = pathTo(this.#sockets, remote, address);
  }

  connect(credentials?: Credentials): void {
    const [sockets, path] = [this.#sockets, this.#path];
    const { facts, target } = this.#options;
    if (sockets === undefined || path === undefined || facts.remote === undefined) throw new BugError('the socket is not open');
    this.#tls = this.#options.createTls();
    const settings = target.settings[facts.remote.protocol];
    const ours = credentials === undefined || settings.mode === 'static' ? settings : { ...settings, credentials };
    this.#endpoint = this.#createEndpoint(sockets, ours, this.#tls, {
      onHappening: (happening) => {
        facts.apply(happening);
        this.#options.onHappening?.(happening);
        this.waiters.look();
      },
      onError: (error) => {
        facts.applyError(error);
        this.waiters.look();
      },
      onPayload: (_session, payload) => this.#opened(payload),
      onDrop: (drop, packet) => {
        facts.applyDrop(packet, drop);
        this.waiters.look();
      },
    });
    // A machine at fault stops its driver: whoever waits is told.
    this.#endpoint.until(never, FOR_EVER).catch((fault: unknown) => this.waiters.fail(fault));
    facts.connectedAt = this.now();
    this.#endpoint.command({ kind: 'connect', path });
  }

  command(command: OpenvpnCommand): void {
    this.#endpoint?.command(command);
  }

  async ask(remote: Remote, settings: OpenvpnSettings, patience: number, until: 'reset' | 'tls' = 'reset'): Promise<SideAnswer> {
    const { openSockets, facts, createTls, clock, signal } = this.#options;
    const [address, source] = [facts.address ?? '', facts.source ?? ''];
    const sockets = await openSockets(remote, address, source, 0);
    const tls = createTls();
    const begun = clock.now();
    const end = until === 'reset' ? 'reset-answered' : 'tls-up';
    let strange = 0;
    let [sent, spoken] = [false, false];
    let answer: SideAnswer | undefined;
    // A signal of its own: many may be asked at once, and listeners of one are counted.
    const settled = new Waiters(clock, AbortSignal.any([signal]));
    const endpoint = this.#createEndpoint(sockets, settings, tls, {
      onHappening: (happening) => {
        if (happening.kind === 'ignored') strange++;
        if (happening.kind === 'sent') sent = true;
        if (happening.kind === 'received' && happening.payload > 0) spoken = true;
        // It said why, which is not falling silent.
        if (happening.kind === 'ended' && until === 'tls') answer ??= { kind: 'silent', strange, spoken: false };
        if (happening.kind === end) answer ??= { kind: 'answered', milliseconds: clock.now() - begun };
        settled.look();
      },
      onError: (error) => {
        // A server that ends the connection of TCP behind its own part of TLS says as little as one that falls silent.
        answer ??= until === 'tls' && spoken ? { kind: 'silent', strange, spoken } : { kind: 'error', error };
        settled.look();
      },
    });
    try {
      endpoint.command({ kind: 'connect', path: pathTo(sockets, remote, address), question: true });
      // Beside many others on a busy machine TLS takes its time before the question goes out, and its answer may lie in the socket unread.
      await settled.waitFor(() => sent || answer !== undefined, patience);
      await settled.waitFor(() => answer !== undefined, patience);
      await settled.waitFor(() => answer !== undefined, LAST_LOOK);
      return answer ?? { kind: 'silent', strange, spoken };
    } finally {
      await endpoint.close();
      tls.close();
    }
  }

  room(length: number): number {
    const { session } = this.#options.facts;
    return session === undefined ? 0 : (this.#endpoint?.room(session, length) ?? 0);
  }

  /** An IP packet into the tunnel: with tap in a frame, behind a question for who has the address. */
  sendInner(packet: Uint8Array): void {
    const frames = this.#port === undefined ? [packet] : this.#port.send(packet, this.now());
    for (const frame of frames) this.send(frame);
  }

  send(payload: Uint8Array): void {
    const { session } = this.#options.facts;
    if (session !== undefined) this.#endpoint?.send(session, payload);
  }

  sendPacket(packet: Uint8Array): void {
    if (this.#path !== undefined) this.#sockets?.send(this.#path, packet);
  }

  async close(): Promise<void> {
    this.waiters.close();
    await this.#shut();
  }

  #createEndpoint(
    sockets: OpenvpnSockets,
    settings: OpenvpnSettings,
    tls: TlsStack,
    listeners: Pick<OpenvpnEndpointOptions, 'onHappening' | 'onError' | 'onPayload' | 'onDrop'>,
  ): OpenvpnEndpoint {
    const { createMachine, environment, clock, prepare } = this.#options;
    return new OpenvpnEndpoint({
      sockets,
      settings,
      machine: (traffic) => createMachine(settings, traffic),
      environment,
      clock,
      tls,
      ...(prepare === undefined ? {} : { prepare }),
      ...listeners,
    });
  }

  #ethernetPort(): EthernetPort {
    const { facts, environment } = this.#options;
    return new EthernetPort({
      mac: localMac(environment.random),
      nextHop: (address) => {
        const { ifconfig, gateway } = facts.parameters ?? {};
        return gateway === undefined || ifconfig === undefined || sameSubnet(address, ifconfig.local, ifconfig.remoteOrNetmask)
          ? address
          : gateway;
      },
    });
  }

  #opened(payload: Uint8Array): void {
    const { frames, packet } = this.#port === undefined ? { frames: [], packet: payload } : this.#port.receive(payload, this.now());
    for (const frame of frames) this.send(frame);
    if (packet !== undefined) this.cameOut(packet);
    this.waiters.look();
  }

  async #shut(): Promise<void> {
    await this.#endpoint?.close();
    if (this.#endpoint === undefined) await this.#sockets?.close();
    this.#tls?.close();
    this.#endpoint = undefined;
    this.#sockets = undefined;
    this.#tls = undefined;
  }
}

/** Locally administered, for one interface (IEEE 802). */
function localMac(random: RandomSource): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = random(5);
  return (((0x02 * 256 + a) * 256 + b) * 256 + c) * 65_536 + d * 256 + e;
}

function sameSubnet(a: string, b: string, netmask: string): boolean {
  const [one, other, mask] = [a, b, netmask].map(parseAddressBytes);
  if (one === undefined || other === undefined || mask === undefined || one.length !== other.length) return true;
  return one.every((byte, at) => ((byte ^ (other[at] ?? 0)) & (mask[at] ?? 0)) === 0);
}

function pathTo({ local }: OpenvpnSockets, { port, protocol }: Remote, address: string): Path {
  if (local === undefined) throw new BugError('the socket has no address');
  return { channel: protocol === 'tcp' ? 'openvpn-tcp' : 'openvpn', local, remote: { address, port } };
}
