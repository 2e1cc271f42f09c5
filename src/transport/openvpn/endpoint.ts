import type { PrepareCipher } from '../../crypto/cipher.js';
import { DataChannel, type DataCounts } from '../../engine/openvpn/data/data-channel.js';
import type { DataDrop } from '../../engine/openvpn/data/drop.js';
import type { OpenvpnCommand, OpenvpnHappening } from '../../engine/openvpn/happenings.js';
import type { OpenvpnSettings } from '../../engine/openvpn/settings.js';
import type { TrafficOf } from '../../engine/openvpn/traffic.js';
import type { Environment, Message, Path, StepFunction } from '../../engine/step.js';
import { P_DATA_V1, P_DATA_V2 } from '../../wire/openvpn/opcodes.js';
import type { Clock } from '../clock.js';
import { Driver, type TlsStack } from '../driver.js';
import { EarlyData } from './early-data.js';
import type { OpenvpnArrival, OpenvpnSockets } from './sockets.js';

export type OpenvpnMachine = StepFunction<undefined, OpenvpnCommand, OpenvpnHappening>;

export interface OpenvpnEndpointOptions {
  /** The endpoint is their one listener, and closes them in the end. */
  readonly sockets: OpenvpnSockets;
  readonly settings: OpenvpnSettings;
  /** The control channel; with a static key what stands in for it. */
  readonly machine: (traffic: TrafficOf) => OpenvpnMachine;
  /** With a static key: the peer is whoever sends first. */
  readonly learnsPeer?: boolean;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly tls?: TlsStack;
  /** Of the data channel: where the host has a faster way than ours. */
  readonly prepare?: PrepareCipher;
  readonly onHappening?: (happening: OpenvpnHappening) => void;
  /** IP packets, or with tap Ethernet frames, out of the tunnel. */
  readonly onPayload?: (session: number, payload: Uint8Array) => void;
  /** A data packet that went no further; `session`: undefined for one of nobody. */
  readonly onDrop?: (drop: DataDrop, packet: Uint8Array, path: Path, session: number | undefined) => void;
  readonly onError?: (error: Extract<OpenvpnArrival, { readonly kind: 'error' }>) => void;
}

interface Session {
  readonly data: DataChannel;
  path: Path;
  /** A renegotiation was asked for, and its keys are not there. */
  asked: boolean;
}

/**
 * One end of OpenVPN over its sockets: the control channel's machine, and beside it the data channels of its sessions. With a static key
 * there is one session and every packet is data.
 */
export class OpenvpnEndpoint {
  readonly #options: OpenvpnEndpointOptions;
  readonly #driver: Driver<undefined, OpenvpnCommand, OpenvpnHappening>;
  readonly #sessions = new Map<number, Session>();
  /** By the peer id that stands in P_DATA_V2, and by the address of the peer. */
  readonly #byPeerId = new Map<number, number>();
  readonly #byAddress = new Map<string, number>();
  /** Where sessions without keys are. */
  readonly #paths = new Map<number, Path>();
  readonly #early = new EarlyData();
  #control: (message: { readonly kind: 'message' } & Message) => void = () => {};
  /** Data packets of nobody. */
  #strange = 0;

  constructor(options: OpenvpnEndpointOptions) {
    this.#options = options;
    const { sockets, machine, clock, tls } = options;
    this.#driver = new Driver({
      machine: machine((session) => this.#sessions.get(session)?.data.traffic),
      state: undefined,
      transport: {
        sendMessage: (path, bytes) => sockets.send(path, bytes),
        onArrival: (listener) => {
          this.#control = listener;
        },
        close: () => sockets.close(),
      },
      clock,
      ...(tls === undefined ? {} : { tls }),
    });
    this.#driver.onHappening((happening) => this.#happened(happening));
    sockets.onArrival((arrival) => this.#arrived(arrival));
  }

  /** @throws UsageError for a command that cannot be; what the machine threw, now or before */
  command(command: OpenvpnCommand): void {
    this.#driver.command(command);
  }

  /** The next happening of this kind; undefined after the time. Rejects when the machine is at fault. */
  until(
    wanted: (happening: OpenvpnHappening) => boolean,
    milliseconds: number,
    signal?: AbortSignal,
  ): Promise<OpenvpnHappening | undefined> {
    return this.#driver.until(wanted, milliseconds, signal);
  }

  /** Sessions with keys. */
  get sessions(): readonly number[] {
    return [...this.#sessions.keys()];
  }

  /** Data packets that belong to no session. */
  get strange(): number {
    return this.#strange;
  }

  counts(session: number): DataCounts | undefined {
    return this.#sessions.get(session)?.data.counts;
  }

  /** Bytes of the largest payload whose packet is no longer than this; 0 without keys. */
  room(session: number, length: number): number {
    return this.#sessions.get(session)?.data.room(length) ?? 0;
  }

  /** A payload into the tunnel; false when nothing could be sent. */
  send(session: number, payload: Uint8Array): boolean {
    const found = this.#sessions.get(session);
    if (found === undefined) return false;
    const packets = found.data.seal(payload, this.#options.clock.now());
    for (const packet of packets) this.#options.sockets.send(found.path, packet, 'traffic');
    if (found.data.worn && !found.asked && this.#options.settings.mode === 'tls') {
      found.asked = true;
      this.command({ kind: 'renegotiate', session });
    }
    return packets.length > 0;
  }

  /** Stops everything; what should be said to the peers is said before. */
  async close(): Promise<void> {
    await this.#driver.close();
    for (const { data } of this.#sessions.values()) data.close();
    this.#sessions.clear();
  }

  #happened(happening: OpenvpnHappening): void {
    const { session } = happening;
    switch (happening.kind) {
      case 'sent':
      case 'received':
        // What strangers send belongs to no session.
        if (session !== 0 && !this.#sessions.has(session)) this.#paths.set(session, happening.path);
        break;
      case 'up':
      case 'moved':
        this.#move(session, happening.path);
        break;
      case 'keys':
        this.#addKeys(session, happening.keys);
        this.#options.onHappening?.(happening);
        this.#openEarly(session);
        return;
      case 'keys-active':
        this.#sessions.get(session)?.data.activate(happening.keyId);
        break;
      case 'keys-gone':
        this.#sessions.get(session)?.data.remove(happening.keyId);
        break;
      case 'send-inner':
        this.send(session, happening.bytes);
        break;
      case 'ended':
        this.#forget(session);
        break;
      default:
        break;
    }
    this.#options.onHappening?.(happening);
  }

  #addKeys(session: number, keys: Parameters<DataChannel['add']>[0]): void {
    const { environment, prepare, settings, clock } = this.#options;
    const { random, date } = environment;
    const path = this.#paths.get(session);
    let found = this.#sessions.get(session);
    if (found === undefined) {
      if (path === undefined) return;
      const data = new DataChannel({
        order: settings.protocol === 'tcp' ? 'ordered' : 'unordered',
        device: settings.device,
        random,
        date,
        ...(prepare === undefined ? {} : { prepare }),
        ...(settings.fragment === undefined ? {} : { fragment: settings.fragment }),
      });
      found = { data, path, asked: false };
      this.#sessions.set(session, found);
      this.#byAddress.set(addressOf(path), session);
      this.#paths.delete(session);
    }
    found.asked = false;
    found.data.add(keys, clock.now());
    if (keys.peerId !== undefined) this.#byPeerId.set(keys.peerId, session);
  }

  #openEarly(session: number): void {
    const found = this.#sessions.get(session);
    if (found === undefined) return;
    for (const { path, packet } of this.#early.take(addressOf(found.path))) this.#data(path, packet, (packet[0] ?? 0) >> 3);
  }

  /** The peer of a session that has no keys yet. */
  #isExpected(address: string): boolean {
    for (const path of this.#paths.values()) if (addressOf(path) === address) return true;
    return false;
  }

  #move(session: number, path: Path): void {
    const found = this.#sessions.get(session);
    if (found === undefined) {
      this.#paths.set(session, path);
      return;
    }
    const before = addressOf(found.path);
    if (this.#byAddress.get(before) === session) this.#byAddress.delete(before);
    found.path = path;
    this.#byAddress.set(addressOf(path), session);
  }

  #forget(session: number): void {
    const found = this.#sessions.get(session);
    const early = this.#paths.get(session);
    if (early !== undefined) this.#early.take(addressOf(early));
    this.#paths.delete(session);
    if (found === undefined) return;
    found.data.close();
    this.#sessions.delete(session);
    for (const map of [this.#byAddress, this.#byPeerId] as const) {
      for (const [key, owner] of map as Map<unknown, number>) if (owner === session) (map as Map<unknown, number>).delete(key);
    }
  }

  #arrived(arrival: OpenvpnArrival): void {
    if (arrival.kind === 'error') {
      this.#options.onError?.(arrival);
      return;
    }
    const { path, bytes } = arrival;
    const isStatic = this.#options.settings.mode === 'static';
    const opcode = (bytes[0] ?? 0) >> 3;
    if (isStatic || opcode === P_DATA_V1 || opcode === P_DATA_V2) this.#data(path, bytes, isStatic ? undefined : opcode);
    else this.#control({ kind: 'message', path, bytes });
  }

  #data(path: Path, packet: Uint8Array, opcode: number | undefined): void {
    // Whoever listens with a static key learns from the first packet where its peer is.
    if (opcode === undefined && this.#sessions.size === 0 && this.#options.learnsPeer === true) this.command({ kind: 'connect', path });
    const session = this.#ownerOf(path, packet, opcode);
    const found = session === undefined ? undefined : this.#sessions.get(session);
    if (session === undefined || found === undefined) {
      const address = addressOf(path);
      if (opcode !== undefined && this.#early.hasRoom && this.#isExpected(address)) {
        this.#early.keep(address, path, packet);
        return;
      }
      this.#strange++;
      this.#options.onDrop?.({ kind: 'drop', reason: 'unknown-key', text: 'data of no session of ours' }, packet, path, undefined);
      return;
    }
    const opened = found.data.open(packet, this.#options.clock.now());
    if (opened.kind === 'drop') {
      this.#options.onDrop?.(opened, packet, path, session);
      return;
    }
    if (found.path !== path && addressOf(found.path) !== addressOf(path)) this.command({ kind: 'moved', session, path });
    if (opened.kind === 'inner') this.command({ kind: 'inner', session, bytes: opened.bytes });
    else if (opened.kind === 'payload') this.#options.onPayload?.(session, opened.payload);
  }

  #ownerOf(path: Path, packet: Uint8Array, opcode: number | undefined): number | undefined {
    if (opcode === undefined || this.#sessions.size === 1) {
      const [only] = this.#sessions.keys();
      return only;
    }
    const peerId = ((packet[1] ?? 0) << 16) | ((packet[2] ?? 0) << 8) | (packet[3] ?? 0);
    const byPeerId = opcode === P_DATA_V2 ? this.#byPeerId.get(peerId) : undefined;
    return byPeerId ?? this.#byAddress.get(addressOf(path));
  }
}

function addressOf({ remote }: Path): string {
  return `${remote.address} ${remote.port}`;
}
