import { nameOf } from '../../bytes/registry.js';
import { ByteWriter } from '../../bytes/writer.js';
import { DATA_KEYS_LABEL, DYNAMIC_TLS_CRYPT_LABEL, deriveKeyMethod2, dynamicTlsCryptKey } from '../../keymat/openvpn-prf.js';
import type { StaticKey } from '../../keymat/openvpn-static-key.js';
import { splitStaticKey } from '../../keymat/openvpn-static-key.js';
import type { OpenvpnNegotiationFacts } from '../../model/openvpn-session.js';
import type { Timestamp } from '../../model/packet.js';
import { answerIn } from '../../wire/openvpn/challenge.js';
import { tlsCipherSuites, tlsVersions } from '../../wire/tls/tables.js';
import type { OpenvpnKeys } from '../keys/openvpn-keys.js';
import { InnerControl } from './inner-control.js';
import { ReliableStream } from './reliability.js';
import { TlsReader } from './tls-reader.js';

const KEY_BYTES = 256;
/** Lists of a hello are kept this long. */
const MAX_LIST = 64;

/** One handshake of a session: its reliability layer, its TLS, and the keys that come of it. */
export class Negotiation {
  readonly client = new ReliableStream();
  readonly server = new ReliableStream();
  readonly tls: TlsReader;
  readonly inner = new InnerControl();
  resets = 0;
  clientPackets = 0;
  serverPackets = 0;
  heardServer = false;
  firstDataFrame: number | undefined;
  lastTime: Timestamp;
  #keys: readonly StaticKey[] | undefined;

  constructor(
    readonly keyId: number,
    readonly frame: number,
    readonly time: Timestamp,
    readonly startedByClient: boolean,
    keys: OpenvpnKeys,
  ) {
    this.tls = new TlsReader(keys);
    this.lastTime = time;
  }

  /** Data channel keys as either way of deriving them gives; empty while they are not known. */
  dataKeys(clientSession: bigint, serverSession: bigint): readonly StaticKey[] {
    if (this.#keys !== undefined) return this.#keys;
    const exported = this.tls.export(DATA_KEYS_LABEL, KEY_BYTES);
    const keys = exported === undefined ? [] : [splitStaticKey(exported)];
    const { client, server } = this.inner;
    if (client?.preMaster !== undefined && server !== undefined) {
      keys.push(
        deriveKeyMethod2({
          preMaster: client.preMaster,
          client: { ...client, sessionId: idBytes(clientSession) },
          server: { ...server, sessionId: idBytes(serverSession) },
        }),
      );
      // Both are known now: they do not change any more.
      this.#keys = keys;
    }
    return keys;
  }

  /** The key that wraps renegotiations: the exporter's, mixed with the one of `tls-crypt` where there is one (`tls_crypt.c`). */
  dynamicCrypt(original: StaticKey | undefined): StaticKey | undefined {
    const exported = this.tls.export(DYNAMIC_TLS_CRYPT_LABEL, KEY_BYTES);
    return exported === undefined ? undefined : dynamicTlsCryptKey(exported, original);
  }

  facts(): OpenvpnNegotiationFacts {
    const { tls, inner } = this;
    const { clientHello, serverHello } = tls;
    const version = serverHello?.version ?? clientHello?.version;
    const suite = tls.cipherSuite;
    const options = {
      ...(inner.client ? { client: inner.client.options } : {}),
      ...(inner.server ? { server: inner.server.options } : {}),
    };
    const answer = answerIn(inner.client?.password ?? '');
    const peerInfo = inner.client?.peerInfo?.split('\n').filter((line) => line !== '');
    return {
      keyId: this.keyId,
      frame: this.frame,
      time: this.time,
      startedByClient: this.startedByClient,
      resets: this.resets,
      answered: this.clientPackets > 0 && this.serverPackets > 0,
      heardServer: this.heardServer,
      ...(this.firstDataFrame === undefined ? {} : { firstDataFrame: this.firstDataFrame }),
      ...(clientHello === undefined && serverHello === undefined
        ? {}
        : {
            tls: {
              ...(version === undefined ? {} : { version: nameOf(tlsVersions, version) }),
              offeredVersions: (clientHello?.versions ?? []).slice(0, MAX_LIST).map((one) => nameOf(tlsVersions, one)),
              ...(suite === undefined ? {} : { cipherSuite: suite }),
              offeredSuites: (clientHello?.cipherSuites ?? []).slice(0, MAX_LIST).map((one) => nameOf(tlsCipherSuites, one)),
              ...(clientHello?.serverName === undefined ? {} : { serverName: clientHello.serverName.slice(0, 255) }),
              answered: serverHello !== undefined,
              complete: tls.complete,
              decrypted: tls.decrypted,
            },
          }),
      ...(inner.client === undefined && inner.server === undefined ? {} : { options }),
      ...(inner.client?.username === undefined || inner.client.username === '' ? {} : { username: inner.client.username.slice(0, 255) }),
      ...(answer === undefined ? {} : { answer }),
      ...(peerInfo === undefined || peerInfo.length === 0
        ? {}
        : { peerInfo: peerInfo.slice(0, MAX_LIST).map((line) => line.slice(0, 255)) }),
    };
  }
}

function idBytes(id: bigint): Uint8Array {
  return new ByteWriter(8).u64(id).finish();
}
