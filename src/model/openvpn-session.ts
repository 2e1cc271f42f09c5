import type { PacketEnd } from './endpoint.js';
import type { Timestamp } from './packet.js';

/** A control packet as it stands in the capture. Retransmissions are messages of their own. */
export interface OpenvpnMessageFacts extends Timestamp {
  readonly frame: number;
  readonly fromClient: boolean;
  readonly opcode: number;
  readonly keyId: number;
  /** Bytes from the opcode on. */
  readonly length: number;
  /** Sender's and, where it acknowledges something, receiver's; `0x` + 16 digits. */
  readonly sessionId: string;
  readonly remoteSessionId?: string;
  /** The message's own number; absent in acknowledgments and where it is encrypted. */
  readonly packetId?: number;
  readonly acks?: readonly number[];
  /** Packet id of `tls-auth` and `tls-crypt`. */
  readonly replayId?: number;
  /** Frame of the first copy. */
  readonly retransmissionOf?: number;
  /** What it carries, as far as it can be read: `ClientHello`, `alert unknown_ca`, `PUSH_REQUEST`. */
  readonly content: readonly string[];
}

/** How the control channel is wrapped. */
export interface OpenvpnWrappingFacts {
  readonly kind: 'none' | 'tls-auth' | 'tls-crypt' | 'tls-crypt-v2';
  /** `tls-auth`: bytes of HMAC. */
  readonly hmacLength?: number;
  /** `tls-auth`: the digest, found with the key; without it those of this length. */
  readonly digest?: string;
  readonly digestCertain?: boolean;
  /** What the keys given did with packets of each end. `unknown`: none given, or no packet. */
  readonly client: OpenvpnKeyVerdict;
  readonly server: OpenvpnKeyVerdict;
  /** `--key-direction` by which each end sends, found with the key. `none`: the halves are not told apart. */
  readonly clientDirection?: 0 | 1;
  readonly serverDirection?: 0 | 1;
  /** Metadata in the wrapped client key, opened with the server's key. */
  readonly metadata?: string;
}

export type OpenvpnKeyVerdict = 'fits' | 'wrong' | 'unknown';

export interface OpenvpnCertificateFacts {
  readonly frame: number;
  readonly fromClient: boolean;
  readonly subject: string;
  readonly issuer: string;
  /** `2026-01-02T03:04:05.000Z`. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly altNames?: string;
  /** OIDs of the extended key usage; absent: everything is allowed. */
  readonly usages?: readonly string[];
}

export interface OpenvpnAlertFacts {
  readonly frame: number;
  readonly fromClient: boolean;
  readonly level: 'warning' | 'fatal';
  /** `unknown_ca`. */
  readonly name: string;
}

/** One TLS handshake inside: the first one, or a renegotiation under another key id. */
export interface OpenvpnNegotiationFacts {
  readonly keyId: number;
  readonly frame: number;
  readonly time: Timestamp;
  readonly startedByClient: boolean;
  readonly resets: number;
  /** Both ends said something in it. */
  readonly answered: boolean;
  /** The first packet of the client that acknowledges or follows what the server sent. */
  readonly heardServer: boolean;
  /** Frame of the first data packet with this key id. */
  readonly firstDataFrame?: number;
  readonly tls?: {
    /** `TLS 1.3`, as chosen; while there is no ServerHello, the highest offered. */
    readonly version?: string;
    readonly offeredVersions: readonly string[];
    readonly cipherSuite?: string;
    readonly offeredSuites: readonly string[];
    readonly serverName?: string;
    /** ServerHello came. */
    readonly answered: boolean;
    /** Encrypted records of both ends behind the handshake: as far as the wire tells it is complete. */
    readonly complete: boolean;
    /** A key log opened it. */
    readonly decrypted: boolean;
  };
  /** Read with a key log. */
  readonly options?: { readonly client?: string; readonly server?: string };
  readonly username?: string;
  /** The password has an answer in it: to the question of the client's configuration (`static`), or of the server (`dynamic`). */
  readonly answer?: 'static' | 'dynamic';
  readonly peerInfo?: readonly string[];
}

/** The data channel in one direction. */
export interface OpenvpnDirectionFacts {
  readonly packets: number;
  /** Bytes from the opcode on, summed. */
  readonly bytes: number;
  /** Pings: known when decrypted, otherwise the shortest packets that come by the clock. */
  readonly keepalives: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly firstTime: Timestamp;
  readonly lastTime: Timestamp;
  /** Longest silence, seconds, and the frame that ended it. */
  readonly longestGap: number;
  readonly longestGapFrame: number;
  readonly largest: number;
  /** By packet ids, where they stand open (AEAD) or were decrypted. */
  readonly sequence?: {
    readonly first: number;
    readonly highest: number;
    readonly lost: number;
    readonly reordered: number;
    readonly duplicates: number;
    readonly maxReorderDistance: number;
    /** Late by more than the default window of 64. */
    readonly beyondWindow: number;
    readonly lateFrames: readonly number[];
  };
  readonly decrypted?: { readonly good: number; readonly bad: number };
  /** How payloads are framed inside, decrypted: `none`, `no-compress`, `lzo`, …, by number of packets. */
  readonly framings?: Readonly<Record<string, number>>;
  /** What OpenVPN says inside for itself: `ping`, `OCC_EXIT`, by number of packets. */
  readonly inner?: Readonly<Record<string, number>>;
  /** Cipher and digest by which the packets opened. */
  readonly cipher?: string;
  readonly digest?: string;
  /** Static key: the direction by which this end sends. */
  readonly direction?: 0 | 1;
}

/** A message of the control channel inside TLS, read with a key log. */
export interface OpenvpnControlText {
  readonly frame: number;
  readonly fromClient: boolean;
  /** Passwords and tokens are left out. */
  readonly text: string;
}

/** One OpenVPN session (from hard reset to hard reset), or a tunnel with a static key. */
export interface OpenvpnSession {
  /** Counts from 1 in order of appearance. */
  readonly id: number;
  readonly protocol: 'openvpn';
  readonly mode: 'tls' | 'static-key';
  readonly transport: 'udp' | 'tcp';
  readonly client: PacketEnd;
  readonly server: PacketEnd;
  /** No reset was seen: ports or order say who is the client. With a static key there is none: whoever sent first. */
  readonly rolesGuessed?: true;
  /** `0x` + 16 digits. */
  readonly sessionIdClient?: string;
  readonly sessionIdServer?: string;
  /** Why it is taken for OpenVPN. */
  readonly evidence: string;
  readonly wrapping?: OpenvpnWrappingFacts;
  readonly firstTime: Timestamp;
  readonly lastTime: Timestamp;
  readonly firstFrame: number;
  /** `established`: data both ways; `failed`: refused or given up; `incomplete`: the capture ends or starts in between. */
  readonly outcome: 'established' | 'failed' | 'incomplete';
  /** Where it stopped, in words. */
  readonly stoppedAt?: string;
  /** It only asked: nobody wanted it to come up, and nothing is wrong with it. */
  readonly question?: true;
  /** The same for rules. */
  readonly stop?: OpenvpnStop;
  /** Frame of the hard reset with which the same client began anew. */
  readonly supersededIn?: number;
  readonly startsMidway: boolean;
  /** Milestones with seconds from the beginning. */
  readonly phases: readonly { readonly name: string; readonly frame: number; readonly seconds: number }[];
  readonly negotiations: readonly OpenvpnNegotiationFacts[];
  readonly messages: readonly OpenvpnMessageFacts[];
  readonly messagesDropped: number;
  readonly retransmissions: { readonly client: number; readonly server: number };
  readonly certificates: readonly OpenvpnCertificateFacts[];
  readonly alerts: readonly OpenvpnAlertFacts[];
  readonly control: readonly OpenvpnControlText[];
  readonly data: { readonly client?: OpenvpnDirectionFacts; readonly server?: OpenvpnDirectionFacts };
  readonly peerId?: number;
  /** The client was seen under another address or port. */
  readonly floats: readonly { readonly frame: number; readonly from: PacketEnd; readonly to: PacketEnd }[];
  /** Packets that could not be read to the end. */
  readonly malformed: readonly { readonly frame: number; readonly message: string }[];
}

export type OpenvpnStopKind =
  | 'reset-unanswered'
  | 'answer-unheard'
  | 'hello-unanswered'
  | 'alert'
  | 'tls-stopped'
  | 'refused-after-tls'
  | 'auth-failed'
  | 'no-data';

export interface OpenvpnStop {
  readonly kind: OpenvpnStopKind;
  readonly frame: number;
  readonly fromClient: boolean;
  /** How often it was sent, the first time included. */
  readonly copies: number;
}
