import type { Secret } from '../../bytes/secret.js';
import type { ConfigRemark, Connection, Sourced } from '../../model/connection.js';

/** One line: `remote vpn.example.com 1194 udp`. Arguments are unquoted; those that are passwords are not there. */
export interface OpenvpnDirective {
  /** Without leading `--`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** `<ca> … </ca>`. */
export interface OpenvpnInline {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** What is public: certificates. */
  readonly text?: string;
  /** What is not: private keys, static keys, passwords. */
  readonly secret?: Secret;
}

/** A `remote`, `<connection>` blocks included. */
export interface OpenvpnRemote {
  readonly host: string;
  readonly port: number;
  /** `udp`, `udp4`, `tcp-client` … as written or inherited. */
  readonly proto: string;
  readonly file: string;
  readonly line: number;
}

/** An OpenVPN configuration file with what it includes through `config`. */
export interface OpenvpnConfig {
  readonly file: string;
  readonly files: readonly string[];
  /** Of OpenVPN, where it is known; absent: the newest is assumed. */
  readonly version?: string;
  /** `static-key`: point to point with `secret`, without TLS. */
  readonly role: 'server' | 'client' | 'peer-to-peer' | 'static-key';
  readonly directives: readonly OpenvpnDirective[];
  readonly inline: readonly OpenvpnInline[];
  /** `tun`, `tap0`; absent: none given, which OpenVPN refuses. */
  readonly dev?: Sourced<string>;
  readonly deviceType: 'tun' | 'tap' | 'null' | 'unknown';
  /** `udp` unless said otherwise. */
  readonly proto: Sourced<string>;
  /** Port it listens on; absent with `nobind` and for TCP clients. */
  readonly localPort?: Sourced<number>;
  readonly localAddress?: Sourced<string>;
  readonly remotes: readonly OpenvpnRemote[];
  /** `server` and `server-ipv6`: the networks it gives addresses from, CIDR. */
  readonly networks: readonly Sourced<string>[];
  /** `route` and `route-ipv6`: what it reaches through the tunnel, CIDR. */
  readonly routes: readonly Sourced<string>[];
  /** `push "route …"`, CIDR. */
  readonly pushedRoutes: readonly Sourced<string>[];
  /** Files by directive (`ca`, `cert`, `key`, `tls-auth` …), as written, not inline. */
  readonly filesNamed: ReadonlyMap<string, Sourced<string>>;
  readonly connection: Connection;
  readonly remarks: readonly ConfigRemark[];
}
