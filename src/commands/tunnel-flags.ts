import { Option, type Command as Program } from 'commander';

/** Headings in `--help`, by protocol: what stands under them means nothing in the other one. */
export const OPENVPN_GROUP = 'OpenVPN:';
const GROUP = {
  version: 'Version:',
  proposals: 'Proposals (words of swanctl.conf and ipsec.conf):',
  credentials: 'Identities and authentication:',
  child: 'CHILD_SA:',
  lifetimes: 'Lifetimes:',
  transport: 'Transport:',
} as const;
export const IPSEC_GROUPS: ReadonlySet<string> = new Set(Object.values(GROUP));

/** Adds the flags that say what a test tunnel is to be like: the same words for `probe peer`, `probe loopback` and `serve`. */
export function tunnelFlags(program: Program): Program {
  return program
    .optionsGroup(GROUP.version)
    .option('--ikev1', 'IKEv1 instead of IKEv2: main mode; serve takes both modes')
    .option('--aggressive', 'IKEv1 in aggressive mode, with one group; serve takes main mode too')
    .optionsGroup(GROUP.proposals)
    .option('--ike <proposals>', 'of the IKE SA: aes256gcm16-prfsha256-ecp256, aes256-sha2_256;modp2048')
    .option('--esp <proposals>', 'of the CHILD_SA: aes256gcm16, aes256-sha2_256')
    .option('--ah <proposals>', 'AH instead of ESP: sha256-sha1; with --esp (IKEv1) around ESP')
    .option('--pfs [groups]', 'with a key exchange in the CHILD_SA; without groups those of the IKE SA')
    .option('--esn', 'offer extended sequence numbers first')
    .option('--ipcomp', 'offer compression (IPComp)')
    .optionsGroup(GROUP.credentials)
    .option('--id <identity>', 'ours: address, name, user@name, "C=CH, O=Example, CN=gw", keyid:…')
    .option('--peer-id <identity>', "the peer's, asked for and checked")
    .option('--psk-file <file>', 'pre-shared key: text, 0x hex or 0s base64')
    .option('--psk-prompt', 'asks for the pre-shared key')
    .option('--psk <secret>', 'pre-shared key on the command line, where others see it')
    .option('--cert <file>', 'our certificate and intermediates, PEM or DER (repeatable)', words, [])
    .option('--key <file>', 'the private key of it, PEM or DER')
    .addOption(new Option('--signature <scheme>', 'how to sign, where the key leaves a choice').choices(['classic', 'pkcs1', 'pss']))
    .option('--ca <file>', 'authorities to trust (repeatable)', words, [])
    .option('--crl <file>', 'revocation list (repeatable)', words, [])
    .option('--peer-key <file>', 'public key to trust without certificate: PEM, DER, or 0s… of ipsec showhostkey (repeatable)', words, [])
    .option('--eap-user <name>', 'user of EAP: who we are; with serve, whom it takes')
    .option('--eap-password-file <file>', 'its password')
    .option('--eap-method <name>', 'md5, mschapv2, gtc, tls (repeatable; default: what the peer asks for)', words, [])
    .option('--xauth-user <name>', 'user of XAuth after phase 1 of IKEv1, likewise')
    .option('--xauth-password-file <file>', 'its password')
    .option('--hybrid', 'IKEv1: XAuth alone at the client, a key at the gateway')
    .option('--null-auth', 'NULL authentication')
    .option('--ppk-id <name>', 'postquantum pre-shared key (RFC 8784): its name')
    .option('--ppk-file <file>', 'and its secret')
    .option('--ppk-optional', 'go on without it where the peer has none')
    .optionsGroup(GROUP.child)
    .option('--local-ts <selectors>', 'traffic selectors here: 10.1.0.0/16, 10.1.0.1[tcp/80] (repeatable)', words, [])
    .option('--remote-ts <selectors>', 'traffic selectors there (repeatable; default: everything, for the peer to narrow)', words, [])
    .option('--transport-mode', 'transport mode instead of tunnel mode')
    .option('--virtual-ip', 'ask for an address')
    .addOption(new Option('--mode-config <way>', 'IKEv1: pull has the initiator ask, push the responder begin').choices(['pull', 'push']))
    .option('--no-child', 'IKE SA alone (RFC 6023)')
    .optionsGroup(GROUP.lifetimes)
    .option('--ike-lifetime <seconds>', 'of the IKE SA: rekeyed before it ends (default: never by ourselves)')
    .option('--lifetime <seconds>', 'of the CHILD_SA, likewise')
    .option('--lifebytes <kilobytes>', 'of the CHILD_SA in IKEv1, by what it protects')
    .option('--commit-bit', 'IKEv1: initiators wait until our SAs are there')
    .optionsGroup(GROUP.transport)
    .option('--force-encap', 'ESP in UDP even without NAT')
    .option('--nat-t <ways>', 'IKEv1: rfc3947, draft-03, draft-02, draft-02n, draft-01, draft-00')
    .option('--mobike', 'offer MOBIKE')
    .option('--fragment-size <bytes>', 'IKE fragments above this size of IP packet; 0: never');
}

/** OpenVPN instead of IPsec: keys and users, and what `openvpnTunnelFlags` adds. `--ca`, `--cert`, `--key` and `--crl` are those of both. */
export function openvpnFlags(program: Program): Program {
  program
    .optionsGroup(OPENVPN_GROUP)
    .option('--secret-file <file>', 'static key, without TLS')
    .option('--key-direction <0|1>', 'direction of the static key, or of tls-auth')
    .option('--ifconfig <addresses>', 'our address inside and that of the peer: "10.8.0.2 10.8.0.1"')
    .option('--tls-auth <file>', 'key that signs control packets')
    .option('--tls-crypt <file>', 'key that encrypts control packets')
    .option('--tls-crypt-v2 <file>', 'the same, a key of our own')
    .option('--peer-fingerprint <sha256>', "the peer's certificate, instead of --ca")
    .option('--auth-user-pass <file>', 'user name and password, a line each; of a server: its users')
    .option('--port <port>', 'default: 1194');
  return openvpnTunnelFlags(program);
}

/** What a tunnel of OpenVPN is to be like, whoever its ends are. */
export function openvpnTunnelFlags(program: Program): Program {
  return program
    .optionsGroup(OPENVPN_GROUP)
    .option('--proto <protocol>', 'udp or tcp')
    .option('--dev <device>', 'tun or tap')
    .option('--cipher <name>', 'with a static key, or for peers that do not negotiate')
    .option('--auth <digest>', 'SHA1, SHA256, …')
    .option('--data-ciphers <names>', 'AES-256-GCM:CHACHA20-POLY1305:…')
    .option('--compress <word>', 'framing: stub-v2, lz4-v2, …')
    .option('--comp-lzo [word]', 'framing of old peers');
}

/** In the order in which they are taken. */
export const STEPS = `
Steps of IPsec: resolve, route, udp-500, udp-4500, ike-sa-init, nat, auth-ours, auth-theirs, configuration,
child, echo, inner-path-mtu, outer-path-mtu, fragments, tcp-connect, udp-datagram, rekey-child, rekey-ike,
liveness, delete-sas. Steps of OpenVPN: resolve, route, socket, reset, tls, options, credentials, push, data, echo,
inner-path-mtu, tcp-connect, udp-datagram, keepalive, renegotiation, exit.`;

/** Those of a run of steps. */
export function runFlags(program: Program): Program {
  return program
    .optionsGroup('Run:')
    .option('--until <step>', 'stop behind this step; all are listed below')
    .option('--timeout <seconds>', 'how long an answer is waited for (default: 8)')
    .option('--ping <address>', 'address inside the tunnel to send echo requests to')
    .option('--connect <address:port>', 'TCP connection inside the tunnel')
    .option('--udp <address:port>', 'UDP datagram inside the tunnel: a question of DNS to 53, of NTP to 123')
    .option('--mtu <bytes>', 'largest inner packet to try (default: 1500)')
    .option('-w, --write <file>', 'write a pcapng of the run with its keys')
    .option('-v, --verbose', 'details of every step')
    .option('--json', 'one JSON object')
    .option('--no-color', 'plain text');
}

const words = (value: string, all: string[]): string[] => [...all, value];
