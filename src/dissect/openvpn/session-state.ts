import { hexNumber } from '../../bytes/hex.js';
import type { StaticKey } from '../../keymat/openvpn-static-key.js';
import type { PacketEnd } from '../../model/endpoint.js';
import type {
  OpenvpnAlertFacts,
  OpenvpnCertificateFacts,
  OpenvpnControlText,
  OpenvpnMessageFacts,
  OpenvpnSession,
} from '../../model/openvpn-session.js';
import type { Timestamp } from '../../model/packet.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { NO_PEER_ID } from '../../wire/openvpn/header.js';
import { P_CONTROL_SOFT_RESET_V1, P_DATA_V2 } from '../../wire/openvpn/opcodes.js';
import { isHardReset } from '../../wire/openvpn/recognise.js';
import type { OpenvpnKeys } from '../keys/openvpn-keys.js';
import type { OpenvpnUnit, Packet } from '../packet.js';
import { readCertificate } from './certificate.js';
import { ControlOpener } from './control-opener.js';
import { DataDirection, type InnerData } from './data-direction.js';
import { LoggedKeys } from './logged-keys.js';
import { Negotiation } from './negotiation.js';

/** Messages, certificates and lines that are kept of one session: what stands first tells most, what stands last the rest. */
const MAX_FIRST = 60;
const MAX_LAST = 40;
const MAX_LIST = 24;
const MAX_NEGOTIATIONS = 64;
/** A soft reset this much later under the same key id begins anew: before, it is the same one again (`--hand-window`), seconds. */
const SAME_NEGOTIATION = 60;

/** What was seen in one packet, for whoever prints it. */
export interface ObservedOpenvpn {
  readonly session: SessionState;
  readonly fromClient: boolean;
  readonly message?: OpenvpnMessageFacts;
  readonly data?: InnerData;
}

/** One session as it grows. */
export class SessionState {
  sessionIdClient: bigint | undefined;
  sessionIdServer: bigint | undefined;
  rolesGuessed = false;
  startsMidway = false;
  readonly wrapping: ControlOpener;
  readonly negotiations: Negotiation[] = [];
  readonly firstMessages: OpenvpnMessageFacts[] = [];
  readonly lastMessages: OpenvpnMessageFacts[] = [];
  messagesDropped = 0;
  readonly retransmissions = { client: 0, server: 0 };
  readonly certificates: OpenvpnCertificateFacts[] = [];
  readonly alerts: OpenvpnAlertFacts[] = [];
  readonly control: OpenvpnControlText[] = [];
  readonly malformed: { frame: number; message: string }[] = [];
  readonly floats: { frame: number; from: PacketEnd; to: PacketEnd }[] = [];
  readonly phases: { name: string; frame: number; time: Timestamp }[] = [];
  readonly data = { client: new DataDirection(), server: new DataDirection() };
  peerId: number | undefined;
  lastTime: Timestamp;
  /** Another session began between the same endpoints. */
  superseded: { readonly frame: number; readonly time: Timestamp } | undefined;
  readonly #keys: OpenvpnKeys;
  readonly #logged: LoggedKeys;
  readonly #byKeyId = new Map<number, Negotiation>();
  #hint: { cipher?: string; digest?: string } = {};
  #dynamicSet = false;

  constructor(
    readonly id: number,
    readonly mode: OpenvpnSession['mode'],
    readonly transport: 'udp' | 'tcp',
    public client: PacketEnd,
    public server: PacketEnd,
    readonly evidence: string,
    readonly firstFrame: number,
    readonly firstTime: Timestamp,
    keys: OpenvpnKeys,
  ) {
    this.#keys = keys;
    this.#logged = new LoggedKeys(keys);
    this.wrapping = new ControlOpener(keys);
    this.lastTime = firstTime;
  }

  get hasData(): boolean {
    return this.data.client.packets + this.data.server.packets > 0;
  }

  observeControl(unit: OpenvpnUnit, packet: Packet, fromClient: boolean): ObservedOpenvpn {
    const time = timeOf(packet);
    this.lastTime = time;
    const opened = this.wrapping.open(unit.bytes, fromClient);
    if (opened === undefined) return { session: this, fromClient };
    if (fromClient) this.sessionIdClient ??= opened.sessionId;
    else if (isHardReset(opened.opcode)) this.sessionIdServer = opened.sessionId;
    else this.sessionIdServer ??= opened.sessionId;
    if (opened.malformed !== undefined && this.malformed.length < MAX_LIST) {
      this.malformed.push({ frame: packet.frame, message: opened.malformed.message });
    }
    const negotiation = this.#negotiationOf(opened.keyId, opened.opcode, packet.frame, time, fromClient);
    const isReset = isHardReset(opened.opcode) || opened.opcode === P_CONTROL_SOFT_RESET_V1;
    if (isReset && fromClient === negotiation.startedByClient) negotiation.resets++;
    if (fromClient) negotiation.clientPackets++;
    else negotiation.serverPackets++;
    const { message } = opened;
    // Whoever goes on, or acknowledges, has heard.
    if (fromClient && negotiation.serverPackets > 0 && (!isReset || (message?.acks.length ?? 0) > 0)) negotiation.heardServer = true;
    this.#milestone(fromClient ? 'reset' : 'reset answered', packet.frame, time, isReset && opened.keyId === 0);
    const content: string[] = [];
    let retransmissionOf: number | undefined;
    if (message?.packetId !== undefined) {
      const stream = fromClient ? negotiation.client : negotiation.server;
      const reliable = stream.push(message.packetId, isReset ? EMPTY : message.payload, packet.frame, this.startsMidway);
      retransmissionOf = reliable.retransmissionOf;
      if (retransmissionOf !== undefined) this.retransmissions[fromClient ? 'client' : 'server']++;
      for (const piece of reliable.delivered) {
        if (piece.payload.length > 0) this.#tls(negotiation, piece.payload, fromClient, packet.frame, time, content);
      }
    }
    const facts: OpenvpnMessageFacts = {
      ...time,
      frame: packet.frame,
      fromClient,
      opcode: opened.opcode,
      keyId: opened.keyId,
      length: unit.length,
      sessionId: hexNumber(opened.sessionId, 16),
      ...(message?.remoteSessionId === undefined ? {} : { remoteSessionId: hexNumber(message.remoteSessionId, 16) }),
      ...(message?.packetId === undefined ? {} : { packetId: message.packetId }),
      ...(message === undefined || message.acks.length === 0 ? {} : { acks: message.acks }),
      ...(opened.replay === undefined ? {} : { replayId: opened.replay.packetId }),
      ...(retransmissionOf === undefined ? {} : { retransmissionOf }),
      content,
    };
    this.#keep(facts);
    return { session: this, fromClient, message: facts };
  }

  observeData(unit: OpenvpnUnit, packet: Packet, fromClient: boolean): ObservedOpenvpn {
    const time = timeOf(packet);
    this.lastTime = time;
    const direction = fromClient ? this.data.client : this.data.server;
    direction.count(packet.frame, time, unit.length);
    if (direction.packets === 1) this.#milestone(fromClient ? 'data of the client' : 'data of the server', packet.frame, time, true);
    const negotiation = this.#byKeyId.get(unit.keyId);
    if (negotiation !== undefined) negotiation.firstDataFrame ??= packet.frame;
    if (unit.peerId !== undefined && unit.peerId !== NO_PEER_ID) this.peerId ??= unit.peerId;
    const headerLength = unit.opcode === P_DATA_V2 ? 4 : 1;
    const body = unit.bytes.subarray(headerLength);
    direction.countOpenId(body, unit.keyId, packet.frame);
    const whole = unit.bytes.length === unit.length;
    if (whole && direction.decryptor(unit.keyId).found === undefined && this.#logged.learn(body, fromClient))
      direction.tryAgain(unit.keyId);
    const keys = whole ? [...(negotiation === undefined ? [] : this.#dataKeys(negotiation)), ...this.#logged.usable] : [];
    if (keys.length === 0) return { session: this, fromClient };
    const decryptor = direction.decryptor(unit.keyId);
    // P_DATA_V1 does not protect its opcode.
    const header = unit.opcode === P_DATA_V2 ? unit.bytes.subarray(0, headerLength) : EMPTY;
    const opened = decryptor.openTls(header, body, keys, fromClient, this.#hint);
    if (opened === undefined) return { session: this, fromClient };
    const hidden = decryptor.found?.digest !== undefined;
    return { session: this, fromClient, data: direction.countOpened(opened, decryptor.found, unit.keyId, packet.frame, hidden) };
  }

  observeStatic(unit: OpenvpnUnit, packet: Packet, fromClient: boolean): ObservedOpenvpn {
    const time = timeOf(packet);
    this.lastTime = time;
    const direction = fromClient ? this.data.client : this.data.server;
    direction.count(packet.frame, time, unit.length);
    if (direction.packets === 1)
      this.#milestone(fromClient ? 'data of the first sender' : 'data of the other end', packet.frame, time, true);
    if (unit.bytes.length < unit.length) return { session: this, fromClient };
    const decryptor = direction.decryptor(0);
    const opened = decryptor.openStatic(unit.bytes, this.#keys.staticKeys, packet.sec);
    if (opened === undefined) {
      if (this.#keys.staticKeys.length === 0) return { session: this, fromClient };
      const wrong = { authentic: false, plaintext: undefined, packetId: undefined, time: undefined };
      return { session: this, fromClient, data: direction.countOpened(wrong, undefined, 0, packet.frame, true) };
    }
    return { session: this, fromClient, data: direction.countOpened(opened, decryptor.found, 0, packet.frame, true) };
  }

  float(frame: number, to: PacketEnd): void {
    if (this.floats.length < MAX_LIST) this.floats.push({ frame, from: this.client, to });
    this.client = to;
  }

  #negotiationOf(keyId: number, opcode: number, frame: number, time: Timestamp, fromClient: boolean): Negotiation {
    const known = this.#byKeyId.get(keyId);
    const again =
      known !== undefined &&
      opcode === P_CONTROL_SOFT_RESET_V1 &&
      secondsBetween(known.time, time) > SAME_NEGOTIATION &&
      known.firstDataFrame !== undefined;
    if (known !== undefined && !again) {
      known.lastTime = time;
      return known;
    }
    const fresh = new Negotiation(keyId, frame, time, fromClient, this.#keys);
    if (known !== undefined) {
      this.data.client.renew(keyId);
      this.data.server.renew(keyId);
    }
    this.#byKeyId.set(keyId, fresh);
    if (this.negotiations.length < MAX_NEGOTIATIONS) this.negotiations.push(fresh);
    else this.negotiations[MAX_NEGOTIATIONS - 1] = fresh;
    if (keyId !== 0) this.#milestone(`renegotiation, key ${keyId}`, frame, time, true);
    return fresh;
  }

  #tls(negotiation: Negotiation, payload: Uint8Array, fromClient: boolean, frame: number, time: Timestamp, content: string[]): void {
    const wasComplete = negotiation.tls.complete;
    const { content: words, certificates, alerts, application } = negotiation.tls.push(payload, fromClient);
    content.push(...words.slice(0, MAX_LIST));
    for (const der of certificates) {
      if (this.certificates.length >= MAX_LIST) break;
      const facts = readCertificate(der);
      if (facts !== undefined) this.certificates.push({ frame, fromClient, ...facts });
    }
    for (const { fatal, name } of alerts) {
      if (this.alerts.length < MAX_LIST) this.alerts.push({ frame, fromClient, level: fatal ? 'fatal' : 'warning', name });
    }
    for (const bytes of application) {
      for (const text of negotiation.inner.push(bytes, fromClient)) {
        content.push(text);
        if (text !== 'key method 2') this.#control(frame, fromClient, text);
      }
    }
    if (words.includes('ClientHello')) this.#milestone('TLS hello', frame, time, negotiation.keyId === 0);
    if (words.includes('ServerHello')) this.#milestone('TLS answered', frame, time, negotiation.keyId === 0);
    if (!wasComplete && negotiation.tls.complete) this.#milestone('TLS complete', frame, time, negotiation.keyId === 0);
    if (!this.#dynamicSet && negotiation.tls.decrypted) {
      const dynamic = negotiation.dynamicCrypt(this.wrapping.cryptKey);
      if (dynamic !== undefined) {
        this.wrapping.setDynamic(dynamic);
        this.#dynamicSet = true;
      }
    }
  }

  #control(frame: number, fromClient: boolean, text: string): void {
    if (this.control.length < MAX_LIST) this.control.push({ frame, fromClient, text });
    const cipher = /^PUSH_REPLY.*,cipher ([^,]+)/.exec(text)?.[1];
    if (cipher !== undefined) this.#hint = { ...this.#hint, cipher };
  }

  #dataKeys(negotiation: Negotiation): readonly StaticKey[] {
    if (this.sessionIdClient === undefined || this.sessionIdServer === undefined) return [];
    const { options = '' } = negotiation.inner.server ?? {};
    const said = (option: string) => new RegExp(`,${option} ([^,]+)`).exec(options)?.[1];
    // What is pushed goes before what the options say.
    const { cipher = said('cipher'), digest = said('auth') } = this.#hint;
    this.#hint = { ...(cipher !== undefined && { cipher }), ...(digest !== undefined && { digest }) };
    return negotiation.dataKeys(this.sessionIdClient, this.sessionIdServer);
  }

  #milestone(name: string, frame: number, time: Timestamp, counts: boolean): void {
    if (!counts || this.phases.length >= MAX_NEGOTIATIONS || this.phases.some((phase) => phase.name === name)) return;
    this.phases.push({ name, frame, time });
  }

  #keep(facts: OpenvpnMessageFacts): void {
    if (this.firstMessages.length < MAX_FIRST) {
      this.firstMessages.push(facts);
      return;
    }
    this.lastMessages.push(facts);
    if (this.lastMessages.length > MAX_LAST) {
      this.lastMessages.shift();
      this.messagesDropped++;
    }
  }
}

const EMPTY = new Uint8Array(0);

function timeOf({ sec, nsec }: Packet): Timestamp {
  return { sec, nsec };
}
