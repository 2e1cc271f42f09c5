import type { KeyObject, X509Certificate } from 'node:crypto';
import type { Secret } from '../../bytes/secret.js';
import type { OpenvpnCipher, OpenvpnDigest } from '../../keymat/openvpn-algorithms.js';
import type { KeyDirection, KeyHalf, StaticKey } from '../../keymat/openvpn-static-key.js';
import type { AgreedFraming } from '../../wire/openvpn/compression.js';
import type { TlsVersion } from '../step.js';

export interface Compression {
  readonly framing: AgreedFraming;
  /** Whether we compress what we send: false for `comp-lzo no` and `allow-compression asym`, which still understand it. */
  readonly compressOut: boolean;
  /** `compress migrate` of a server: clients that frame are given what adds least, the others nothing. */
  readonly migrate?: true;
}

/** Seconds; 0: never. */
export interface KeepaliveSettings {
  /** Send a ping when nothing was sent for so long. */
  readonly ping: number;
  /** Give the session up when nothing came for so long. */
  readonly timeout: number;
}

/** An address of the tunnel: ours, and the peer's (`topology net30`, `p2p`) or our netmask (`subnet`, tap). */
export interface TunnelAddress {
  readonly local: string;
  readonly remoteOrNetmask: string;
}

/** What both modes have. */
export interface CommonSettings {
  readonly protocol: 'udp' | 'tcp';
  readonly device: 'tun' | 'tap';
  readonly topology: 'net30' | 'p2p' | 'subnet';
  readonly ifconfig?: TunnelAddress;
  /** `ADDRESS/BITS`, and the peer's address. */
  readonly ifconfigIpv6?: { readonly local: string; readonly remote: string };
  /** `cipher none` is undefined: in static mode no encryption, with TLS no old-style cipher. */
  readonly cipher: OpenvpnCipher | undefined;
  /** `auth none` is undefined. Unused with AEAD, but for `tls-auth`. */
  readonly auth: OpenvpnDigest | undefined;
  readonly compression: Compression;
  readonly keepalive: KeepaliveSettings;
  /** Bytes of the largest packet inside, without Ethernet header. */
  readonly tunMtu: number;
  /** `fragment`: bytes, where it is switched on; both ends must. */
  readonly fragment?: number;
  readonly mssfix?: number;
  /** `explicit-exit-notify N`: how often the end is said; 0: not at all. UDP only. */
  readonly explicitExitNotify: number;
  /** `mtu-test`. */
  readonly mtuTest: boolean;
}

/** `secret FILE [direction]`: no handshake at all. */
export interface StaticSettings extends CommonSettings {
  readonly mode: 'static';
  readonly key: StaticKey;
  readonly direction: KeyDirection;
  /** Over TCP: whether this end waits for the other (`tcp-server`), which its options string says. */
  readonly listens?: boolean;
}

/** What stands around control packets. Client and server have opposite directions, or none. */
export type ControlWrapping =
  | { readonly kind: 'none' }
  | { readonly kind: 'tls-auth'; readonly key: StaticKey; readonly direction: KeyDirection; readonly digest: OpenvpnDigest }
  | { readonly kind: 'tls-crypt'; readonly key: StaticKey }
  /** Client: its key, and the same wrapped for the server, with the two bytes of length. */
  | { readonly kind: 'tls-crypt-v2-client'; readonly key: StaticKey; readonly wrapped: Uint8Array }
  | { readonly kind: 'tls-crypt-v2-server'; readonly serverKey: KeyHalf };

/** What the peer's certificate must be. All that is given must hold. */
export interface PeerCertificateSettings {
  /** `ca`: trusted, and what may stand between. Empty with fingerprints only, or, at a client, where the server stays unverified. */
  readonly authorities: readonly X509Certificate[];
  /** `crl-verify`: DER. With lists, a certificate of an issuer without one is refused, as OpenVPN does. */
  readonly revocationLists: readonly Uint8Array[];
  /** `peer-fingerprint`: SHA-256 as lower-case hex without colons; one of them. Empty: not asked. */
  readonly fingerprints: readonly string[];
  /** `verify-x509-name NAME [type]`. */
  readonly name?: { readonly value: string; readonly type: 'subject' | 'name' | 'name-prefix' };
  /** `remote-cert-tls`, `remote-cert-eku` (name or OID), `remote-cert-ku` are these three. */
  readonly extendedKeyUsage?: string;
  readonly keyUsage: boolean;
  /** All bits of one of these, `digitalSignature` being 0x80. */
  readonly keyUsageBits?: readonly number[];
  /** `verify-client-cert` of a server; a client always requires one. */
  readonly required: 'require' | 'optional' | 'none';
}

export interface TlsStackSettings {
  /** Absent: no certificate of our own, `pkcs12` and files already read. */
  readonly key?: KeyObject;
  /** Our own first, then what stands between it and the authority. */
  readonly certificates: readonly X509Certificate[];
  /** `tls-version-min`, `tls-version-max`. */
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** `tls-cipher` and `tls-ciphersuites` as OpenSSL writes them, separated by colons. */
  readonly ciphers?: string;
  /** `tls-groups`, by OpenSSL's names, separated by colons. */
  readonly groups?: string;
  readonly peer: PeerCertificateSettings;
}

export interface Credentials {
  readonly username: string;
  readonly password: Secret;
  /** To a question that the server may ask (CRV1), for a second factor. */
  readonly answer?: Secret;
}

/** `server NETWORK NETMASK`, `server-ipv6`, `push`, users: what a server gives. */
export interface ServerSettings {
  /** IPv4 addresses for clients: first and how many, which `net30` takes four at a time. */
  readonly pool?: { readonly first: string; readonly count: number; readonly netmask: string };
  /** `push "…"`, one option each, beside those the server makes itself (`ifconfig`, `topology`, `ping`, `peer-id`, `cipher`, …). */
  readonly push: readonly string[];
  /** Asked for user name and password when there are any. */
  readonly users: readonly Credentials[];
  /** `auth-gen-token`: gives a token that stands for the password in renegotiations. */
  readonly authToken: boolean;
}

/** `pull-filter ACTION "TEXT"`: what is done with pushed options that begin so. */
export interface PullFilter {
  readonly action: 'accept' | 'ignore' | 'reject';
  readonly text: string;
  /** Where it stands: `client.ovpn:7`. */
  readonly place?: string;
}

/** TLS mode. */
export interface TlsSettings extends CommonSettings {
  readonly mode: 'tls';
  readonly role: 'client' | 'server';
  /** False: `tls-client` and `tls-server` without `pull` and `mode server`: two ends of a wire that push nothing. */
  readonly pushes: boolean;
  readonly wrapping: ControlWrapping;
  /** `data-ciphers`, in order of preference. */
  readonly dataCiphers: readonly OpenvpnCipher[];
  /** The one of them that only `cipher` names: 2.4 offers it, 2.5 adds it with a warning, 2.6 and later leave it out. */
  readonly addedCipher?: OpenvpnCipher;
  /** Client: one of 2.6 or later with these options does not take compression that is pushed; this one does. */
  readonly refusesCompression?: true;
  /** Client: the first that fits counts. */
  readonly pullFilters?: readonly PullFilter[];
  /** `data-ciphers-fallback`, or `cipher` where it was given so: for peers that do not negotiate. */
  readonly dataCiphersFallback?: OpenvpnCipher;
  readonly tls: TlsStackSettings;
  /** Client. */
  readonly credentials?: Credentials;
  /** `setenv UV_…` and `push-peer-info`: lines beside those of our own. */
  readonly peerInfo: readonly string[];
  /** Seconds until the keys are renegotiated by us; 0: never. */
  readonly renegotiate: number;
  /** Seconds for one handshake (`hand-window`). */
  readonly handshakeWindow: number;
  /** Seconds that old keys are kept beside new ones (`tran-window`). */
  readonly transitionWindow: number;
  /** Server that pushes. */
  readonly server?: ServerSettings;
}

export type OpenvpnSettings = StaticSettings | TlsSettings;
