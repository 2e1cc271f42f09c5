import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import type { Secret } from '../../bytes/secret.js';
import {
  exportTls12,
  exportTls13,
  type RecordOpener,
  type SuiteKeys,
  suiteKeys,
  tls12Openers,
  tls13Opener,
} from '../../keymat/tls-secrets.js';
import { type ClientHello, decodeCertificateList, decodeClientHello, decodeServerHello, type ServerHello } from '../../wire/tls/hello.js';
import {
  CONTENT,
  HANDSHAKE,
  TLS_1_2,
  TLS_1_3,
  tlsAlerts,
  tlsCipherSuites,
  tlsContentTypes,
  tlsHandshakeTypes,
} from '../../wire/tls/tables.js';
import type { OpenvpnKeys } from '../keys/openvpn-keys.js';

/** What a piece of one direction's stream brought. */
export interface TlsEvents {
  /** `ClientHello`, `alert unknown_ca`, `application_data, encrypted`. */
  readonly content: string[];
  readonly certificates: Uint8Array[];
  readonly alerts: { readonly fatal: boolean; readonly name: string }[];
  /** Decrypted application data. */
  readonly application: Uint8Array[];
}

const RECORD_HEADER = 5;
/** RFC 8446 §5.2. */
const MAX_RECORD = 16384 + 256;
/** No certificate chain is longer that serves anybody. */
const MAX_HANDSHAKE = 128 * 1024;
/** An alert of TLS 1.3 sealed: two bytes, content type, tag. */
const SEALED_ALERT = 19;
const NO_BYTES = new Uint8Array(0);

class Direction {
  pending: Uint8Array = NO_BYTES;
  handshake: Uint8Array = NO_BYTES;
  broken = false;
  /** Records behind ChangeCipherSpec (TLS 1.2) are sealed. */
  sealed = false;
  opener: RecordOpener | undefined;
  sequence = 0;
  /** Sealed records that are longer than an alert. */
  substantial = 0;
}

/** Follows one TLS connection inside the control channel: reads what is open, opens the rest with a key log. Never throws. */
export class TlsReader {
  clientHello: ClientHello | undefined;
  serverHello: ServerHello | undefined;
  /** As far as the wire tells: sealed records of the client, and of the server after them. */
  complete = false;
  decrypted = false;
  readonly #client = new Direction();
  readonly #server = new Direction();
  readonly #keys: OpenvpnKeys;
  #suite: SuiteKeys | undefined;
  #secrets: ReadonlyMap<string, Secret> | undefined;

  constructor(keys: OpenvpnKeys) {
    this.#keys = keys;
  }

  get cipherSuite(): string | undefined {
    return this.serverHello === undefined ? undefined : nameOf(tlsCipherSuites, this.serverHello.cipherSuite);
  }

  /** Takes the next bytes of a direction, in order. */
  push(bytes: Uint8Array, fromClient: boolean): TlsEvents {
    const events: TlsEvents = { content: [], certificates: [], alerts: [], application: [] };
    const direction = fromClient ? this.#client : this.#server;
    if (direction.broken) return events;
    direction.pending = direction.pending.length === 0 ? Uint8Array.from(bytes) : Buffer.concat([direction.pending, bytes]);
    try {
      this.#records(direction, fromClient, events);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      direction.broken = true;
      direction.pending = NO_BYTES;
      events.content.push(`malformed TLS: ${error.field}`);
    }
    return events;
  }

  /** A byte sequence made of the secrets of this connection (RFC 5705, RFC 8446 §7.5); undefined without a key log. */
  export(label: string, length: number): Uint8Array | undefined {
    const { clientHello, serverHello } = this;
    if (clientHello === undefined || serverHello === undefined) return undefined;
    const suite = this.#suite;
    const exporter = this.#secrets?.get('EXPORTER_SECRET');
    if (suite === undefined) return undefined;
    if (exporter !== undefined) return exportTls13(suite.hash, exporter.reveal(), label, length);
    const master = this.#secrets?.get('CLIENT_RANDOM');
    return master === undefined
      ? undefined
      : exportTls12(suite.hash, master.reveal(), label, [clientHello.random, serverHello.random], length);
  }

  #records(direction: Direction, fromClient: boolean, events: TlsEvents): void {
    for (;;) {
      const { pending } = direction;
      if (pending.length < RECORD_HEADER) return;
      const reader = new ByteReader(pending);
      const type = reader.u8('TLS content type');
      const version = reader.u16('TLS record version');
      const length = reader.u16('TLS record length');
      if (type < 20 || type > 24 || version >> 8 !== 3) throw reader.fail('TLS record', 'no TLS record begins here');
      if (length > MAX_RECORD) throw reader.fail('TLS record length', `${length}`);
      if (reader.remaining < length) return;
      const fragment = reader.bytes(length, 'TLS record');
      direction.pending = pending.subarray(RECORD_HEADER + length);
      this.#record(direction, fromClient, type, pending.subarray(0, RECORD_HEADER), fragment, events);
    }
  }

  #record(direction: Direction, fromClient: boolean, type: number, header: Uint8Array, fragment: Uint8Array, events: TlsEvents): void {
    if (type === CONTENT.CHANGE_CIPHER_SPEC) {
      direction.sealed = true;
      events.content.push('ChangeCipherSpec');
      if (this.serverHello?.version !== TLS_1_3) this.#begin12();
      return;
    }
    const tls13 = this.serverHello?.version === TLS_1_3;
    const sealed = tls13 ? type === CONTENT.APPLICATION_DATA : direction.sealed;
    if (!sealed) {
      this.#plain(direction, fromClient, type, fragment, events);
      return;
    }
    this.#countSealed(direction, fromClient, type, fragment.length, tls13);
    const plaintext = direction.opener?.open(header, fragment, direction.sequence);
    if (plaintext === undefined) {
      events.content.push(this.#sealedWords(type, fragment.length, tls13));
      return;
    }
    direction.sequence++;
    this.decrypted = true;
    if (!tls13) {
      this.#plain(direction, fromClient, type, plaintext, events);
      return;
    }
    // The content type stands behind the content, zeroes may follow (RFC 8446 §5.4).
    let end = plaintext.length;
    while (end > 0 && plaintext[end - 1] === 0) end--;
    if (end > 0) this.#plain(direction, fromClient, plaintext[end - 1] as number, plaintext.subarray(0, end - 1), events);
  }

  #countSealed(direction: Direction, fromClient: boolean, type: number, length: number, tls13: boolean): void {
    if (type === CONTENT.APPLICATION_DATA && length > SEALED_ALERT) direction.substantial++;
    // TLS 1.3: what the server seals after the client's Finished is no handshake any more.
    if (tls13) {
      if (!fromClient && this.#client.substantial > 0 && length > SEALED_ALERT) this.complete = true;
    } else if (type === CONTENT.APPLICATION_DATA && this.#client.substantial > 0 && this.#server.substantial > 0) {
      this.complete = true;
    }
  }

  #sealedWords(type: number, length: number, tls13: boolean): string {
    if (type === CONTENT.ALERT) return 'alert, encrypted';
    if (tls13 && length === SEALED_ALERT) return 'encrypted, as short as an alert';
    return type === CONTENT.HANDSHAKE
      ? 'handshake, encrypted'
      : type === CONTENT.APPLICATION_DATA
        ? 'encrypted'
        : `${nameOf(tlsContentTypes, type)}, encrypted`;
  }

  #plain(direction: Direction, fromClient: boolean, type: number, fragment: Uint8Array, events: TlsEvents): void {
    if (type === CONTENT.ALERT) {
      const reader = new ByteReader(fragment);
      const fatal = reader.u8('alert level') === 2;
      const name = nameOf(tlsAlerts, reader.u8('alert description'));
      events.alerts.push({ fatal, name });
      events.content.push(`alert ${name}`);
    } else if (type === CONTENT.HANDSHAKE) {
      direction.handshake = direction.handshake.length === 0 ? fragment : Buffer.concat([direction.handshake, fragment]);
      this.#handshake(direction, fromClient, events);
    } else if (type === CONTENT.APPLICATION_DATA) {
      events.application.push(fragment);
    }
  }

  #handshake(direction: Direction, fromClient: boolean, events: TlsEvents): void {
    for (;;) {
      const bytes = direction.handshake;
      if (bytes.length < 4) break;
      const reader = new ByteReader(bytes);
      const type = reader.u8('handshake type');
      const length = reader.u24('handshake length');
      if (length > MAX_HANDSHAKE) throw reader.fail('handshake length', `${length}`);
      if (reader.remaining < length) break;
      const body = reader.sub(length, 'handshake message');
      events.content.push(nameOf(tlsHandshakeTypes, type));
      direction.handshake = bytes.subarray(4 + length);
      this.#message(direction, fromClient, type, body, events);
    }
  }

  #message(direction: Direction, fromClient: boolean, type: number, body: ByteReader, events: TlsEvents): void {
    if (type === HANDSHAKE.CLIENT_HELLO && fromClient) {
      this.clientHello = decodeClientHello(body);
      this.clientHello = { ...this.clientHello, random: Uint8Array.from(this.clientHello.random) };
      this.#secrets = this.#keys.tls.get(toHex(this.clientHello.random));
    } else if (type === HANDSHAKE.SERVER_HELLO && !fromClient) {
      const hello = decodeServerHello(body);
      if (hello.isRetry) return;
      this.serverHello = { ...hello, random: Uint8Array.from(hello.random) };
      this.#suite = suiteKeys(nameOf(tlsCipherSuites, hello.cipherSuite));
      if (hello.version === TLS_1_3) this.#switch13('HANDSHAKE_TRAFFIC_SECRET', this.#client, this.#server);
    } else if (type === HANDSHAKE.CERTIFICATE) {
      events.certificates.push(...decodeCertificateList(body, this.serverHello?.version === TLS_1_3));
    } else if (type === HANDSHAKE.FINISHED && this.serverHello?.version === TLS_1_3) {
      this.#switch13('TRAFFIC_SECRET_0', direction);
    }
  }

  #switch13(label: string, ...directions: readonly Direction[]): void {
    const suite = this.#suite;
    if (suite === undefined) return;
    for (const direction of directions) {
      const secret = this.#secrets?.get(`${direction === this.#client ? 'CLIENT' : 'SERVER'}_${label}`);
      direction.opener = secret === undefined ? undefined : tls13Opener(suite, secret.reveal());
      direction.sequence = 0;
    }
  }

  #begin12(): void {
    const { clientHello, serverHello } = this;
    const master = this.#secrets?.get('CLIENT_RANDOM');
    if (this.#client.opener !== undefined || clientHello === undefined || serverHello === undefined) return;
    if (master === undefined || this.#suite === undefined || serverHello.version !== TLS_1_2) return;
    const { client, server } = tls12Openers(this.#suite, master.reveal(), clientHello.random, serverHello.random);
    this.#client.opener = client;
    this.#server.opener = server;
  }
}
