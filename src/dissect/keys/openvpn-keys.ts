import { count } from '../../bytes/count.js';
import { Secret } from '../../bytes/secret.js';
import { cryptV2Key, parseCryptV2Keys } from '../../keymat/openvpn-control.js';
import { parseStaticKeys, type StaticKey } from '../../keymat/openvpn-static-key.js';

/** A key of the data channel as OpenVPN's log has it: the client sends with the first half. */
export interface LoggedDataKey {
  /** By OpenVPN's name. */
  readonly cipher: string;
  readonly key: StaticKey;
}

/** Keys of OpenVPN: what they are for is found by trying, as a key file does not tell. */
export class OpenvpnKeys {
  /** Of static-key mode, `tls-auth` and `tls-crypt` alike. */
  readonly staticKeys: StaticKey[] = [];
  /** Server keys of `tls-crypt-v2`, 128 bytes. */
  readonly cryptV2Servers: Secret[] = [];
  readonly cryptV2Clients: StaticKey[] = [];
  /** Out of a log with verb 7 or more. */
  readonly logged: LoggedDataKey[] = [];
  /** Secrets of TLS by client random in hex and label, as an NSS key log names them. */
  readonly tls = new Map<string, Map<string, Secret>>();

  get isEmpty(): boolean {
    return this.staticKeys.length + this.cryptV2Servers.length + this.cryptV2Clients.length + this.tls.size + this.logged.length === 0;
  }

  /** In words for the summary. */
  describe(): string[] {
    const some = (number: number, what: string): string[] => (number === 0 ? [] : [count(number, what)]);
    return [
      ...some(this.staticKeys.length, 'OpenVPN static key'),
      ...some(this.cryptV2Servers.length + this.cryptV2Clients.length, 'tls-crypt-v2 key'),
      ...some(this.tls.size, 'TLS session'),
      ...some(this.logged.length, 'logged data key'),
    ];
  }

  merge(other: OpenvpnKeys): void {
    this.staticKeys.push(...other.staticKeys);
    this.cryptV2Servers.push(...other.cryptV2Servers);
    this.cryptV2Clients.push(...other.cryptV2Clients);
    this.logged.push(...other.logged);
    for (const [random, secrets] of other.tls) for (const [label, secret] of secrets) this.addTls(random, label, secret);
  }

  addTls(clientRandom: string, label: string, secret: Secret): void {
    const known = this.tls.get(clientRandom);
    if (known === undefined) this.tls.set(clientRandom, new Map([[label, secret]]));
    else known.set(label, secret);
  }

  addCryptV2(kind: 'server' | 'client', bytes: Uint8Array): void {
    const key = cryptV2Key(kind, bytes);
    if (key.kind === 'server') this.cryptV2Servers.push(new Secret(key.bytes));
    else this.cryptV2Clients.push(key.key);
  }
}

const KEY_LOG =
  /^(CLIENT_RANDOM|(?:CLIENT|SERVER)_(?:HANDSHAKE_TRAFFIC_SECRET|TRAFFIC_SECRET_0)|EXPORTER_SECRET|[A-Z_0-9]+) ([0-9a-f]{64}) ([0-9a-f]{64,128})$/i;

/** Whether a line is one of an NSS key log (`SSLKEYLOGFILE`). */
export function isKeyLogLine(line: string): boolean {
  return KEY_LOG.test(line);
}

/** Takes such a line; false when it is none. */
export function readKeyLogLine(keys: OpenvpnKeys, line: string): boolean {
  const [, label = '', random = '', secret = ''] = KEY_LOG.exec(line) ?? [];
  if (label === '') return false;
  keys.addTls(random.toLowerCase(), label.toUpperCase(), new Secret(new Uint8Array(Buffer.from(secret, 'hex'))));
  return true;
}

/** Whether a text holds key files of OpenVPN, by themselves or within a configuration. */
export function holdsOpenvpnKeys(text: string): boolean {
  return /-----BEGIN OpenVPN (?:Static key V1|tls-crypt-v2 (?:server|client) key)-----/.test(text);
}

/** Every key file in a text. Throws `UsageError` for a broken one. */
export function readOpenvpnKeys(keys: OpenvpnKeys, text: string): void {
  keys.staticKeys.push(...parseStaticKeys(text));
  for (const key of parseCryptV2Keys(text)) {
    if (key.kind === 'server') keys.cryptV2Servers.push(new Secret(key.bytes));
    else keys.cryptV2Clients.push(key.key);
  }
}
