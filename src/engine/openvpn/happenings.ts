import type { X509Certificate } from 'node:crypto';
import type { OpenvpnCipher } from '../../keymat/openvpn-algorithms.js';
import type { Refusal } from '../refusal.js';
import type { Path } from '../step.js';
import type { DataKeys } from './data-keys.js';
import type { Compression, KeepaliveSettings, TunnelAddress } from './settings.js';

/** What the user of an endpoint can ask for. `session`: the number that happenings carry; a client has one session. */
export type OpenvpnCommand =
  /** Client: begins; path to the server. `question`: to learn whether it is answered, and no more, which its session id says. */
  | { readonly kind: 'connect'; readonly path: Path; readonly question?: true }
  /** New keys: a soft reset. */
  | { readonly kind: 'renegotiate'; readonly session: number }
  /** Server: the client shall begin anew (RESTART). */
  | { readonly kind: 'restart-peer'; readonly session: number }
  /** A ping or a question (OCC) that the data channel opened: `isInnerMessage` of its payload was true. */
  | { readonly kind: 'inner'; readonly session: number; readonly bytes: Uint8Array }
  /** Finds out what size goes through (OCC_MTU_LOAD). */
  | { readonly kind: 'mtu-test'; readonly session: number }
  /** An authentic data packet came from another address: the peer has moved. */
  | { readonly kind: 'moved'; readonly session: number; readonly path: Path }
  /** Says goodbye, as far as the settings have it, and ends the session. */
  | { readonly kind: 'close'; readonly session: number };

/** An item of the options strings, or one that only one end has. */
export interface OptionDifference {
  /** `link-mtu`, `cipher`, `comp-lzo`, … */
  readonly option: string;
  /** The item as it stands; absent where that end does not have it. */
  readonly ours?: string;
  readonly theirs?: string;
  /** Ends that negotiate do not mind: `cipher`, `auth`, `keysize` and the sizes that follow, and what TLS has proved already. */
  readonly negotiable: boolean;
}

/** What a client made of the options it was pushed, a server of those it pushes. */
export interface TunnelParameters {
  readonly ifconfig?: TunnelAddress;
  readonly ifconfigIpv6?: { readonly local: string; readonly remote: string };
  readonly topology: 'net30' | 'p2p' | 'subnet';
  /** Server: what the client was given. */
  readonly peerAddress?: string;
  /** The server's own address in the tunnel (`route-gateway`), where it says so. */
  readonly gateway?: string;
  readonly keepalive: KeepaliveSettings;
  readonly peerId?: number;
  readonly cipher: OpenvpnCipher | undefined;
  readonly compression: Compression;
  readonly tunMtu: number;
  readonly device: 'tun' | 'tap';
}

/** What happened, in the order it did. `session` 0: of no session, what strangers sent. */
export type OpenvpnHappening = { readonly session: number; readonly at: number } & (
  | {
      readonly kind: 'sent' | 'received';
      /** `P_CONTROL_V1`, … */
      readonly opcode: string;
      readonly keyId: number;
      /** The message's own number; absent in P_ACK_V1. */
      readonly packetId?: number;
      readonly acks: readonly number[];
      /** Bytes of payload. */
      readonly payload: number;
      /** Bytes of the whole datagram or record. */
      readonly length: number;
      readonly path: Path;
    }
  | { readonly kind: 'retransmitted'; readonly opcode: string; readonly keyId: number; readonly packetId: number; readonly times: number }
  /**
   * Something was dropped and nothing changed. `wrapping`: HMAC or tag does not fit; `replay`: the packet came before; `wrapped-key`: the
   * client's key of tls-crypt-v2 is not of this server; `malformed`; `unexpected`; `limit`.
   */
  | {
      readonly kind: 'ignored';
      readonly code: 'malformed' | 'wrapping' | 'wrapped-key' | 'replay' | 'unexpected' | 'limit';
      readonly reason: string;
      readonly path: Path;
    }
  /** Client: the server's reset came, so that the wrapping fits. Server: the client has answered ours. Session ids in hex. */
  | { readonly kind: 'reset-answered'; readonly local: string; readonly remote: string; readonly wrapping: string; readonly path: Path }
  /** Server: the client's metadata of tls-crypt-v2, and its wrapped key fits. */
  | { readonly kind: 'client-key'; readonly metadata: Uint8Array }
  /** The TLS handshake is through, as far as this end sees. Certificates: the peer's first. */
  | {
      readonly kind: 'tls-up';
      readonly keyId: number;
      readonly version: string;
      readonly cipher?: string;
      readonly certificates: readonly X509Certificate[];
    }
  /** Server: the client has not said a word since our first flight of TLS, our certificate in it. */
  | { readonly kind: 'fallen-silent'; readonly milliseconds: number; readonly suspected: string }
  /** Lines of an NSS key log, for `-w`. */
  | { readonly kind: 'tls-secrets'; readonly lines: string }
  /** Our judgement of the peer's certificate: one sentence. */
  | {
      readonly kind: 'peer-certificate';
      readonly verdict: 'valid' | 'invalid' | 'unverified';
      readonly text: string;
      readonly refusal?: Refusal;
    }
  /** Key method 2 of the peer came. */
  | {
      readonly kind: 'options';
      readonly keyId: number;
      readonly ours: string;
      readonly theirs: string;
      readonly differences: readonly OptionDifference[];
    }
  /** `IV_VER=2.6.14`, … in order. */
  | { readonly kind: 'peer-info'; readonly lines: readonly string[] }
  /** Server: a user name came, and was judged. */
  | { readonly kind: 'credentials'; readonly username: string; readonly accepted: boolean }
  /** A line inside TLS, whatever it is: PUSH_REQUEST, INFO, AUTH_PENDING, CR_TEXT, RESTART, EXIT, …; secrets hidden. */
  | { readonly kind: 'control-message'; readonly direction: 'sent' | 'received'; readonly text: string }
  /** Client: all parts are there. Options in their order, as the server wrote them (tokens hidden). Server: what it sent. */
  | { readonly kind: 'push-reply'; readonly options: readonly string[]; readonly parts: number; readonly parameters: TunnelParameters }
  /** For a peer that neither pushes nor pulls, or at the end of what is negotiated: what holds. */
  | { readonly kind: 'up'; readonly parameters: TunnelParameters; readonly path: Path }
  /** Keys for the data channel, to open with from now on; `replaces`: the key id that goes when the transition is over (`keys-gone`). */
  | { readonly kind: 'keys'; readonly keys: DataKeys; readonly replaces?: number }
  /** The peer has them too: seal with them from now on. */
  | { readonly kind: 'keys-active'; readonly keyId: number }
  | { readonly kind: 'keys-gone'; readonly keyId: number }
  /** To be sealed by the data channel and sent: a ping, or OCC. */
  | { readonly kind: 'send-inner'; readonly bytes: Uint8Array; readonly what: string }
  | { readonly kind: 'inner-received'; readonly what: string }
  /** The MTU test is over: largest packets, bytes of UDP payload, that either end sent and the other got. */
  | {
      readonly kind: 'mtu';
      readonly ours: { readonly sent: number; readonly received: number };
      readonly theirs: { readonly sent: number; readonly received: number };
    }
  | { readonly kind: 'moved'; readonly path: Path }
  /** A renegotiation failed; the session lives on its old keys until they end. */
  | { readonly kind: 'renegotiation-failed'; readonly refusal: Refusal }
  /** The peer said that it leaves (OCC_EXIT, EXIT), or that we shall come again (RESTART). */
  | { readonly kind: 'exit-notify'; readonly how: 'OCC_EXIT' | 'EXIT' | 'RESTART' | 'HALT'; readonly text: string }
  /** The session is gone: refused, timed out, or closed. `AUTH_FAILED` has the server's words in the refusal. */
  | { readonly kind: 'ended'; readonly by: 'us' | 'peer' | 'nobody'; readonly refusal?: Refusal }
);
