import { timingSafeEqual } from 'node:crypto';
import type { Refusal } from '../refusal.js';
import type { Agreement } from './agreement.js';
import { agreeBetweenPeers } from './between-peers.js';
import { chooseForClient } from './cipher-negotiation.js';
import type { Effects } from './effects.js';
import { keyMethodBytes, ourKeyMethod } from './key-method-message.js';
import type { Negotiation } from './negotiation.js';
import { epochsWith, IV_PROTO, type PeerInfo, readPeerInfo } from './peer-info.js';
import { endingLine, tellKeyMethod } from './peer-words.js';
import { withoutSecrets } from './push-options.js';
import { refusal } from './refusals.js';
import type { ServerPool } from './server-pool.js';
import type { Session, Side } from './session.js';
import type { Compression, TlsSettings, TunnelAddress } from './settings.js';
import { refusesUs, SILENCE } from './timeout.js';

/** Characters of one PUSH_REPLY (`PUSH_BUNDLE_SIZE`, with room for what stands around). */
const LONGEST_REPLY = 900;
const TOKEN_LENGTH = 24;

/** What the server of a session does. */
export class ServerSide implements Side {
  readonly #pool: ServerPool;
  /** Decided and not pushed yet: the client has to ask. */
  #offer: { readonly options: readonly string[]; readonly agreement: Agreement } | undefined;
  #pushed: readonly string[] = [];
  #token: string | undefined;
  /** Why the client has to go, as soon as it can be told. */
  #condemned: Refusal | undefined;

  constructor(pool: ServerPool) {
    this.#pool = pool;
  }

  /** The client speaks first. What is wrong with its certificate can only be said after that: we have no alert of TLS to send. */
  tlsUp(_session: Session, _negotiation: Negotiation, why: Refusal | undefined): void {
    this.#condemned = why;
  }

  keyMethod(session: Session, negotiation: Negotiation, fx: Effects): void {
    const { settings } = session;
    negotiation.ours = ourKeyMethod(settings, fx.env.random);
    tellKeyMethod(session, negotiation, fx);
    const condemned = this.#condemned;
    const accepted = condemned === undefined && this.#judgeCredentials(session, negotiation, fx);
    session.talk.say(negotiation, keyMethodBytes(negotiation.ours), fx);
    if (condemned !== undefined) this.#dismiss(session, `AUTH_FAILED,${condemned.text.replaceAll(',', ';')}`, condemned, fx);
    else if (!accepted) {
      const username = negotiation.theirs?.username ?? '';
      const text = username === '' ? 'the client sent no user name' : `user name or password of the client (${username}) are not ours`;
      this.#dismiss(session, 'AUTH_FAILED', refusal('auth-failed', 'us', 'credentials', text), fx);
    } else if (session.agreed !== undefined) session.complete(negotiation, session.agreed, fx);
    else if (settings.pushes) this.#prepare(session, negotiation, fx);
    else agreeBetweenPeers(session, negotiation, fx);
  }

  line(session: Session, negotiation: Negotiation, line: string, fx: Effects): void {
    if (line === 'PUSH_REQUEST') this.#push(session, negotiation, fx);
    else endingLine(session, line, fx);
  }

  timer(session: Session, name: string, fx: Effects): void {
    if (name === 'silence') this.#tellSilence(session, fx);
  }

  /** A client that does not take our certificate goes without a word: said long before the handshake runs out, as it begins anew meanwhile. */
  #tellSilence({ number, settings, keys, wire }: Session, fx: Effects): void {
    const { next } = keys;
    // What it has acknowledged it has taken, certificate and all.
    if (next === undefined || next.tls === 'up' || next.sender.idle) return;
    const since = fx.now - wire.heardAt;
    if (since < SILENCE) fx.timer(number, 'silence', SILENCE - since);
    else fx.happen(number, { kind: 'fallen-silent', milliseconds: since, suspected: refusesUs(settings) });
  }

  #judgeCredentials(session: Session, { theirs }: Negotiation, fx: Effects): boolean {
    const users = session.settings.server?.users ?? [];
    if (users.length === 0) return true;
    const { username = '', password = '' } = theirs ?? {};
    const known = users.find((user) => user.username === username);
    const accepted =
      (this.#token !== undefined && sameText(password, Buffer.from(this.#token))) ||
      (known !== undefined && sameText(password, known.password.reveal()));
    fx.happen(session.number, { kind: 'credentials', username, accepted });
    return accepted;
  }

  /** Tells the client why not, and ends when it has heard. */
  #dismiss(session: Session, line: string, why: Refusal, fx: Effects): void {
    session.talk.sayLine(line, fx);
    session.farewell.leave('us', why, fx);
  }

  #prepare(session: Session, negotiation: Negotiation, fx: Effects): void {
    const { settings, number } = session;
    const peer = readPeerInfo(negotiation.theirs?.peerInfo);
    const choice = chooseForClient(settings, peer, negotiation.theirs?.options ?? '');
    if (!choice.ok) {
      this.#dismiss(session, 'AUTH_FAILED,Data channel cipher negotiation failed (no shared cipher)', choice.refusal, fx);
      return;
    }
    const address = this.#pool.lease(number);
    if (address === undefined) {
      const why = refusal('pool-exhausted', 'us', 'push', 'all addresses for clients are taken');
      this.#dismiss(session, 'AUTH_FAILED,no free address', why, fx);
      return;
    }
    const has = (bit: number) => (peer.proto & bit) !== 0;
    const exporter = has(IV_PROTO.TLS_KEY_EXPORT);
    const { ifconfig, topology, keepalive, tunMtu, device, ifconfigIpv6 } = settings;
    const given = migrated(settings, peer, negotiation.theirs?.options ?? '');
    const agreement: Agreement = {
      cipher: choice.cipher,
      exporter,
      dynamicTlsCrypt: exporter && has(IV_PROTO.DYN_TLS_CRYPT),
      epochs: epochsWith(peer.proto, choice.cipher),
      controlExit: has(IV_PROTO.CC_EXIT_NOTIFY),
      explicitExitNotify: settings.explicitExitNotify,
      parameters: {
        ...(ifconfig !== undefined && { ifconfig }),
        ...(ifconfigIpv6 !== undefined && { ifconfigIpv6 }),
        ...(address !== 'none' && { peerAddress: address.local }),
        topology,
        keepalive,
        ...(has(IV_PROTO.DATA_V2) && { peerId: number & 0xffffff }),
        cipher: choice.cipher,
        compression: given?.compression ?? settings.compression,
        tunMtu,
        device,
      },
    };
    if (settings.server?.authToken === true) this.#token = `SESS_ID_AT_${Buffer.from(fx.env.random(TOKEN_LENGTH)).toString('base64')}`;
    this.#offer = {
      agreement,
      options: [...(given === undefined ? [] : [given.option]), ...pushedOptions(settings, agreement, address, peer, this.#token)],
    };
    if (has(IV_PROTO.REQUEST_PUSH)) this.#push(session, negotiation, fx);
  }

  #push(session: Session, negotiation: Negotiation, fx: Effects): void {
    const offer = this.#offer;
    if (offer === undefined) return;
    this.#offer = undefined;
    const parts = bundles(offer.options);
    this.#pushed = offer.options.map(withoutSecrets);
    parts.forEach((part, at) => {
      const more = parts.length === 1 ? [] : [`push-continuation ${at < parts.length - 1 ? 2 : 1}`];
      session.talk.sayLine(['PUSH_REPLY', ...part, ...more].join(','), fx);
    });
    fx.happen(session.number, { kind: 'push-reply', options: this.#pushed, parts: parts.length, parameters: offer.agreement.parameters });
    session.complete(negotiation, offer.agreement, fx);
  }
}

/**
 * With `compress migrate` a client that says comp-lzo is told what adds least to packets: stub-v2, or, before 2.4, `comp-lzo no`
 * (`multi.c`, `multi_client_set_protocol_options`). Undefined: it frames nothing, or nothing is migrated.
 */
function migrated(
  { compression }: TlsSettings,
  { takesStubV2 }: PeerInfo,
  theirs: string,
): { readonly option: string; readonly compression: Compression } | undefined {
  if (compression.migrate !== true || !theirs.split(',').includes('comp-lzo')) return undefined;
  return takesStubV2
    ? { option: 'compress stub-v2', compression: { framing: 'stub-v2', compressOut: false } }
    : { option: 'comp-lzo no', compression: { framing: 'lzo', compressOut: false } };
}

/** What a client is told, in OpenVPN's order (`push.c`, `prepare_push_reply`): what the administrator wants, then what was agreed. */
function pushedOptions(
  { server, topology, ifconfig, keepalive, device, tunMtu }: TlsSettings,
  { cipher, exporter, dynamicTlsCrypt, epochs, controlExit, parameters }: Agreement,
  address: TunnelAddress | 'none',
  { ciphers, takesMtu }: PeerInfo,
  token: string | undefined,
): readonly string[] {
  const push = server?.push ?? [];
  const unless = (name: string, option: string) => (push.some((one) => one.split(/\s/, 1)[0] === name) ? [] : [option]);
  const subnet = device === 'tap' || topology === 'subnet';
  const flags = [
    ...(controlExit ? ['cc-exit'] : []),
    ...(exporter ? ['tls-ekm'] : []),
    ...(dynamicTlsCrypt ? ['dyn-tls-crypt'] : []),
    ...(epochs ? ['aead-epoch'] : []),
  ];
  return [
    ...push,
    ...(subnet && ifconfig !== undefined ? unless('route-gateway', `route-gateway ${ifconfig.local}`) : []),
    ...(device === 'tun' ? unless('topology', `topology ${topology}`) : []),
    ...(keepalive.ping > 0 ? unless('ping', `ping ${keepalive.ping}`) : []),
    // A server waits twice as long, so that the client begins anew first.
    ...(keepalive.timeout > 1 ? unless('ping-restart', `ping-restart ${Math.floor(keepalive.timeout / 2)}`) : []),
    ...(address === 'none' ? [] : [`ifconfig ${address.local} ${address.remoteOrNetmask}`]),
    ...(parameters.peerId === undefined ? [] : [`peer-id ${parameters.peerId}`]),
    ...(token === undefined ? [] : [`auth-token ${token}`]),
    // Who does not negotiate has said what it uses.
    ...(cipher === undefined || ciphers === undefined ? [] : [`cipher ${cipher.name}`]),
    ...protocolFlags(flags, controlExit || dynamicTlsCrypt || epochs),
    ...(takesMtu ? [`tun-mtu ${tunMtu}`] : []),
  ];
}

/** 2.5 knows the exporter by another name, and nothing else of these. */
function protocolFlags(flags: readonly string[], knowsFlags: boolean): readonly string[] {
  if (flags.length === 0) return [];
  return [knowsFlags ? `protocol-flags ${flags.join(' ')}` : 'key-derivation tls-ekm'];
}

/** As many options a reply as fit; at least one reply. */
function bundles(options: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  let length = 0;
  for (const option of options) {
    if (length + option.length + 1 > LONGEST_REPLY && length > 0) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(option);
    length += option.length + 1;
  }
  return parts;
}

function sameText(said: string, right: Uint8Array): boolean {
  const bytes = Buffer.from(said, 'utf8');
  return bytes.length === right.length && timingSafeEqual(bytes, right);
}
