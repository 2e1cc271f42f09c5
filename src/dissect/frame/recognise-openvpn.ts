import { putBounded } from '../../bytes/put-bounded.js';
import { ByteReader } from '../../bytes/reader.js';
import { epochFront } from '../../wire/openvpn/data-epoch.js';
import { NO_PEER_ID, OPENVPN_PORT } from '../../wire/openvpn/header.js';
import { P_CONTROL_WKC_V1, P_DATA_V1, P_DATA_V2, STATIC_KEY_OPCODE } from '../../wire/openvpn/opcodes.js';
import {
  type ControlShape,
  controlSessionId,
  controlShapes,
  hasRandomSessionId,
  isControl,
  isHardReset,
  recogniseReset,
} from '../../wire/openvpn/recognise.js';
import { StaticKeyFlows } from './recognise-static-key.js';

/** A datagram, or a packet out of a TCP stream, with the direction it belongs to. */
export interface OpenvpnCandidate {
  /** Names the direction of the flow: same text, same direction. */
  readonly key: string;
  /** The same for the other direction. */
  readonly reverseKey: string;
  /** One of the ports is OpenVPN's own. */
  readonly onRegisteredPort: boolean;
  readonly bytes: Uint8Array;
}

/** Why something is taken for OpenVPN, in words, and whether its packets have opcodes. */
export interface OpenvpnEvidence {
  readonly text: string;
  readonly staticKey: boolean;
}

/** One direction that is known to be OpenVPN. */
interface Flow {
  readonly evidence: string;
  /** Packets have no opcode. */
  readonly staticKey: boolean;
  /** P_DATA_V2: peer id, and the packet id that stands open with AEAD, of the last packet. */
  peerId: number;
  packetId: number;
  /** What follows it: with epochs, the part that counts. */
  afterPacketId: number;
  /** Sender's, once one of its control packets was seen. */
  sessionId: string | undefined;
}

/** One direction that may turn out to be OpenVPN. */
interface Suspect {
  /** The last control packet whose replay id followed on its predecessor's, and how many did in a row. */
  shape: ControlShape | undefined;
  controlRun: number;
  /** Data packets in a row with one header, and the four bytes behind it in the last one. */
  header: number;
  behind: number;
  afterBehind: number;
  dataRun: number;
}

/** Replay ids that follow each other without a step wider than this, so often, are no chance. */
const CONTROL_RUN = 3;
const MAX_REPLAY_STEP = 16;
/** Data packets in a row before the registered port is believed. */
const DATA_RUN = 8;
const MIN_DATA_LENGTH = 20;
/** Peer ids count clients. */
const MAX_PEER_ID = 0xffff;

/** What may get lost while a client moves. */
const MAX_FLOAT_STEP = 1024;

const MAX_FLOWS = 4096;
const MAX_SUSPECTS = 1024;

/**
 * Finds OpenVPN on any port, by evidence only: a hard reset that agrees with itself to the last byte, session ids of the two
 * directions that name each other, replay ids that count up under one session id, or, on port 1194 alone, a row of data packets
 * with one header. What came before the evidence stays unnamed.
 */
export class OpenvpnFlows {
  readonly #flows = new Map<string, Flow>();
  readonly #suspects = new Map<string, Suspect>();
  readonly #staticKey = new StaticKeyFlows();
  /** Data flows by the endpoint they go to and their peer id: where a client that floats is found again. */
  readonly #byPeer = new Map<string, Flow>();
  /** Flows of static-key mode. */
  #staticKeys = 0;
  /** Session ids of suspects, with the direction that uses them. */
  readonly #sessionIds = new Map<string, string>();

  /** Whether a packet with this first byte is worth the making of a candidate. */
  concerns(firstByte: number, onRegisteredPort: boolean): boolean {
    const opcode = firstByte >> 3;
    if (this.#staticKeys > 0 || this.#staticKey.concerns(onRegisteredPort)) return true;
    if (opcode === 0 || opcode > P_CONTROL_WKC_V1) return false;
    if (opcode === P_DATA_V1 || opcode === P_DATA_V2) return onRegisteredPort || this.#flows.size > 0;
    return true;
  }

  /** @param fits whether one of the static keys given signed a packet */
  useKeys(fits: (bytes: Uint8Array) => boolean, hasKeys: () => boolean): void {
    this.#staticKey.useKeys(fits, hasKeys);
  }

  /** Directions known. */
  get size(): number {
    return this.#flows.size;
  }

  /** Whether this direction is known already. */
  has(key: string): boolean {
    return this.#flows.has(key);
  }

  /** The evidence that this is OpenVPN, in words; undefined when there is none (yet). */
  recognise(candidate: OpenvpnCandidate): OpenvpnEvidence | undefined {
    const flow = this.#flows.get(candidate.key);
    if (flow?.staticKey === true) return { text: flow.evidence, staticKey: true };
    const text = this.#recogniseTls(candidate, flow);
    if (text !== undefined) return { text, staticKey: false };
    // In a flow that has opcodes nothing is without one.
    if (flow !== undefined || !this.#staticKey.concerns(candidate.onRegisteredPort)) return undefined;
    const evidence = this.#staticKey.recognise(candidate.key, candidate.bytes, candidate.onRegisteredPort);
    if (evidence === undefined) return undefined;
    this.#staticKeys++;
    this.#confirm(candidate, undefined, evidence, true);
    return { text: evidence, staticKey: true };
  }

  #recogniseTls(candidate: OpenvpnCandidate, flow: Flow | undefined): string | undefined {
    const opcode = (candidate.bytes[0] ?? 0) >> 3;
    if (opcode === STATIC_KEY_OPCODE || opcode > P_CONTROL_WKC_V1) return undefined;
    if (flow !== undefined && this.#belongs(flow, candidate, opcode)) {
      if (opcode === P_DATA_V2) this.#remember(flow, candidate);
      return flow.evidence;
    }
    if (flow === undefined && opcode === P_DATA_V2) {
      const evidence = this.#floated(candidate);
      if (evidence !== undefined) return evidence;
    }
    const reset = recogniseReset(candidate.bytes);
    if (reset !== undefined) return this.#confirm(candidate, reset.sessionId, describeReset(reset));
    if (isControl(opcode) && !isHardReset(opcode)) return this.#weighControl(candidate);
    if ((opcode === P_DATA_V1 || opcode === P_DATA_V2) && candidate.onRegisteredPort) return this.#weighData(candidate, opcode);
    return undefined;
  }

  #belongs(flow: Flow, candidate: OpenvpnCandidate, opcode: number): boolean {
    if (opcode === P_DATA_V1 || opcode === P_DATA_V2) return true;
    if (!isControl(opcode)) return false;
    const sessionId = controlSessionId(candidate.bytes);
    if (sessionId === undefined) return false;
    if (flow.sessionId === sessionId) return true;
    // A first control packet of this direction, or a new session between the same ports.
    const shapes = controlShapes(candidate.bytes);
    const peer = this.#flows.get(candidate.reverseKey)?.sessionId;
    const fits =
      flow.sessionId === undefined ? shapes.length > 0 : shapes.some((shape) => shape.remoteSessionId === peer && peer !== undefined);
    if (fits) flow.sessionId = sessionId;
    return fits;
  }

  /** Both directions are OpenVPN from here on. */
  #confirm(candidate: OpenvpnCandidate, sessionId: string | undefined, evidence: string, staticKey = false): string {
    const fresh = { evidence, staticKey, peerId: NO_PEER_ID, packetId: 0, afterPacketId: 0 };
    this.#put(candidate.key, { ...fresh, sessionId });
    if (!this.#flows.has(candidate.reverseKey)) this.#put(candidate.reverseKey, { ...fresh, sessionId: undefined });
    this.#suspects.delete(candidate.key);
    return evidence;
  }

  #put(key: string, flow: Flow): void {
    putBounded(this.#flows, MAX_FLOWS, key, flow);
  }

  /** Where the data of this flow is going, so that it is found when it comes from elsewhere. */
  #remember(flow: Flow, candidate: OpenvpnCandidate): void {
    if (candidate.bytes.length < MIN_DATA_LENGTH) return;
    const reader = new ByteReader(candidate.bytes);
    const peerId = reader.u32('opcode and peer id') & NO_PEER_ID;
    flow.packetId = reader.u32('packet id');
    flow.afterPacketId = reader.u32('packet id behind an epoch');
    if (peerId === flow.peerId || peerId === NO_PEER_ID) return;
    flow.peerId = peerId;
    putBounded(this.#byPeer, MAX_FLOWS, peerKey(candidate, peerId), flow);
  }

  /** Data to an endpoint that has a client of this peer id, whose packet ids go on where the others ended. */
  #floated(candidate: OpenvpnCandidate): string | undefined {
    if (candidate.bytes.length < MIN_DATA_LENGTH || this.#byPeer.size === 0) return undefined;
    const reader = new ByteReader(candidate.bytes);
    const peerId = reader.u32('opcode and peer id') & NO_PEER_ID;
    const known = this.#byPeer.get(peerKey(candidate, peerId));
    if (known === undefined) return undefined;
    const packetId = reader.u32('packet id');
    const counts = packetId === known.packetId && epochFront(packetId) !== undefined;
    const step = counts ? reader.u32('packet id behind an epoch') - known.afterPacketId : packetId - known.packetId;
    if (step < -MAX_REPLAY_STEP || step > MAX_FLOAT_STEP) return undefined;
    const evidence = this.#confirm(
      candidate,
      known.sessionId,
      `peer id ${peerId} and packet ids of another address go on here: the client floated`,
    );
    const flow = this.#flows.get(candidate.key);
    if (flow !== undefined) this.#remember(flow, candidate);
    return evidence;
  }

  #weighControl(candidate: OpenvpnCandidate): string | undefined {
    if (!hasRandomSessionId(candidate.bytes)) return undefined;
    const shapes = controlShapes(candidate.bytes);
    const sessionId = shapes[0]?.sessionId;
    if (sessionId === undefined) return undefined;
    for (const { remoteSessionId } of shapes) {
      const other = remoteSessionId === undefined ? undefined : this.#sessionIds.get(remoteSessionId);
      if (other !== undefined && other !== candidate.key) {
        return this.#confirm(candidate, sessionId, `session ids ${sessionId} and ${remoteSessionId} name each other`);
      }
    }
    putBounded(this.#sessionIds, MAX_SUSPECTS, sessionId, candidate.key);
    const suspect = this.#suspect(candidate.key);
    const previous = suspect.shape;
    const next = previous === undefined ? undefined : shapes.find((shape) => follows(previous, shape));
    suspect.controlRun = next === undefined ? 1 : suspect.controlRun + 1;
    suspect.shape = next ?? shapes.find((shape) => shape.replayId !== undefined);
    if (suspect.controlRun < CONTROL_RUN) return undefined;
    return this.#confirm(candidate, sessionId, `replay ids count up under session id ${sessionId} (${describeWrapping(suspect.shape)})`);
  }

  /** Bytes of data packets are random but for the header, and four constant bytes in a row of datagrams are a header. */
  #weighData(candidate: OpenvpnCandidate, opcode: number): string | undefined {
    if (candidate.bytes.length < MIN_DATA_LENGTH || isDer(candidate.bytes)) return undefined;
    const reader = new ByteReader(candidate.bytes);
    const header = opcode === P_DATA_V2 ? reader.u32('opcode and peer id') : reader.u8('opcode');
    const peerId = opcode === P_DATA_V2 ? header & NO_PEER_ID : 0;
    if (peerId > MAX_PEER_ID && peerId !== NO_PEER_ID) return undefined;
    const behind = reader.u32('packet id or HMAC');
    const afterBehind = reader.u32('packet id behind an epoch');
    const suspect = this.#suspect(candidate.key);
    const step = Math.abs(afterBehind - suspect.afterBehind);
    const moves = suspect.behind !== behind || (epochFront(behind) !== undefined && step !== 0 && step <= MAX_FLOAT_STEP);
    suspect.dataRun = suspect.header === header && moves ? suspect.dataRun + 1 : 1;
    suspect.header = header;
    suspect.behind = behind;
    suspect.afterBehind = afterBehind;
    if (suspect.dataRun < DATA_RUN) return undefined;
    return this.#confirm(candidate, undefined, `${DATA_RUN} data packets in a row with one header on port ${OPENVPN_PORT}`);
  }

  #suspect(key: string): Suspect {
    let suspect = this.#suspects.get(key);
    if (suspect === undefined) {
      suspect = { shape: undefined, controlRun: 0, header: -1, behind: -1, afterBehind: -1, dataRun: 0 };
      putBounded(this.#suspects, MAX_SUSPECTS, key, suspect);
    }
    return suspect;
  }
}

/** The endpoint a packet goes to, and its peer id. */
function peerKey({ reverseKey }: OpenvpnCandidate, peerId: number): string {
  const [address = '', port = ''] = reverseKey.split(' ');
  return `${address} ${port} ${peerId}`;
}

function follows(previous: ControlShape, shape: ControlShape): boolean {
  if (shape.replayId === undefined || previous.replayId === undefined) return false;
  const step = shape.replayId - previous.replayId;
  return (
    shape.sessionId === previous.sessionId &&
    shape.wrapping === previous.wrapping &&
    shape.hmacLength === previous.hmacLength &&
    shape.netTime === previous.netTime &&
    step >= 1 &&
    step <= MAX_REPLAY_STEP
  );
}

/** 0x30 is P_DATA_V1 and also what every SNMP, LDAP and Kerberos message begins with; those carry their length behind it. */
function isDer(bytes: Uint8Array): boolean {
  const reader = new ByteReader(bytes);
  if (reader.u8('tag') !== 0x30) return false;
  const length = reader.u8('length');
  if (length < 0x80) return length === reader.remaining;
  if (length === 0x81) return reader.u8('length') === reader.remaining;
  return length === 0x82 && reader.u16('length') === reader.remaining;
}

function describeWrapping(shape: ControlShape | undefined): string {
  if (shape?.wrapping === 'tls-auth') return `tls-auth with an HMAC of ${shape.hmacLength} bytes`;
  return shape?.wrapping === 'tls-crypt' ? 'tls-crypt' : 'no tls-auth';
}

function describeReset(reset: ControlShape): string {
  return `hard reset with session id ${reset.sessionId} (${describeWrapping(reset)})`;
}
