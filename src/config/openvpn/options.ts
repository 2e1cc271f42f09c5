import type { Keyword, KeywordTable } from '../keyword.js';
import { names } from '../keyword-names.js';

/**
 * Options of OpenVPN 2.4 to 2.7 as their parser has them, and what became of old ones.
 * Sources: OpenVPN's options.c by release, Changes.rst 2.4 to 2.8, man page "deprecated".
 */
const plain: KeywordTable = {
  ...names(
    `allow-nonadmin allow-pull-fqdn allow-recursive-routing askpass auth auth-gen-token auth-nocache auth-retry auth-token
      auth-user-pass auth-user-pass-optional auth-user-pass-verify bcast-buffers bind block-outside-dns ca capath ccd-exclusive cd
      cert chroot cipher client client-cert-not-required client-config-dir client-connect client-disconnect client-nat
      client-to-client comp-lzo comp-noadapt compat-names compress config connect-freq connect-retry connect-retry-max connect-timeout
      connection crl-verify cryptoapicert daemon dev dev-node dev-type dh dhcp-internal dhcp-option dhcp-pre-release dhcp-release
      dhcp-renew disable disable-occ down down-pre duplicate-cn ecdh-curve echo engine errors-to-stderr explicit-exit-notify
      extra-certs fast-io float fragment genkey gremlin group hand-window hash-size http-proxy http-proxy-option http-proxy-override
      http-proxy-retry http-proxy-timeout http-proxy-user-pass ifconfig ifconfig-ipv6 ifconfig-ipv6-pool ifconfig-ipv6-push
      ifconfig-noexec ifconfig-nowarn ifconfig-pool ifconfig-pool-persist ifconfig-push ifconfig-push-constraint ignore-unknown-option
      inactive ip-remote-hint ip-win32 ipchange iproute iroute iroute-ipv6 keepalive key key-direction keying-material-exporter
      learn-address link-mtu lladdr local log log-append lport machine-readable-output management management-client
      management-client-auth management-client-group management-client-user management-external-cert management-external-key
      management-forget-disconnect management-hold management-log-cache management-query-passwords management-query-proxy
      management-query-remote management-signal management-up-down mark max-clients max-routes max-routes-per-client mktun mlock mode
      msg-channel mssfix mtu-disc mtu-dynamic mtu-test multihome mute mute-replay-warnings ncp-ciphers nice no-name-remapping
      no-replay nobind ns-cert-type opt-verify passtos pause-exit peer-id persist-key persist-local-ip persist-remote-ip persist-tun
      ping ping-exit ping-restart ping-timer-rem pkcs11-cert-private pkcs11-id pkcs11-id-management pkcs11-pin-cache
      pkcs11-private-mode pkcs11-protected-authentication pkcs11-providers pkcs12 plugin port port-share preresolve prng proto
      proto-force pull pull-filter push push-continuation push-peer-info push-remove push-reset rcvbuf rdns-internal redirect-gateway
      redirect-private register-dns remap-usr1 remote remote-cert-eku remote-cert-ku remote-cert-tls remote-random
      remote-random-hostname reneg-bytes reneg-pkts reneg-sec replay-persist replay-window resolv-retry rmtun route route-delay
      route-gateway route-ipv6 route-method route-metric route-noexec route-nopull route-pre-down route-up rport script-security
      secret server server-bridge server-ipv6 server-poll-timeout service setcon setenv setenv-safe shaper show-adapters show-ciphers
      show-curves show-digests show-engines show-gateway show-net show-net-up show-pkcs11-ids show-tls show-valid-subnets
      single-session sndbuf socket-flags socks-proxy socks-proxy-retry stale-routes-check static-challenge status status-version
      suppress-timestamps syslog tap-sleep tcp-nodelay tcp-queue-limit tls-auth tls-cert-profile tls-cipher tls-ciphersuites
      tls-client tls-crypt tls-exit tls-export-cert tls-server tls-timeout tls-verify tls-version-max tls-version-min tmp-dir topology
      tran-window tun-ipv6 tun-mtu tun-mtu-extra txqueuelen udp-mtu up up-delay up-restart use-prediction-resistance user
      username-as-common-name verb verify-client-cert verify-hash verify-x509-name win-sys writepid x509-track x509-username-field`,
    {},
  ),
  ...names(
    `allow-compression auth-gen-token-secret auth-token-user bind-dev block-ipv6 data-ciphers data-ciphers-fallback providers
      route-ipv6-gateway show-groups tls-crypt-v2 tls-crypt-v2-verify tls-groups vlan-accept vlan-pvid vlan-tagging windows-driver`,
    { since: '2.5' },
  ),
  ...names(
    `client-crresponse compat-mode connect-freq-initial disable-dco dns force-tls-key-material-export key-derivation max-packet-size
      peer-fingerprint protocol-flags session-timeout tun-mtu-max`,
    { since: '2.6' },
  ),
  ...names(`allow-deprecated-insecure-static-crypto dns-updown override-username route-table tls-crypt-v2-max-age`, { since: '2.7' }),
};

const changed: Readonly<Record<string, Keyword>> = {
  'client-cert-not-required': { removed: '2.5', instead: 'verify-client-cert none' },
  'comp-noadapt': { obsolete: '2.7' },
  'compat-names': { removed: '2.5' },
  'disable-occ': { obsolete: '2.6' },
  'fast-io': { obsolete: '2.7' },
  'foreign-option': { removed: '2.6' },
  'http-proxy-retry': { obsolete: '2.4' },
  'http-proxy-timeout': { obsolete: '2.4', instead: 'server-poll-timeout' },
  'ifconfig-pool-linear': { removed: '2.5', instead: 'topology p2p' },
  inetd: { removed: '2.6' },
  'key-method': { removed: '2.5' },
  keysize: { removed: '2.6' },
  'management-client-pf': { removed: '2.6' },
  'max-routes': { obsolete: '2.4' },
  memstats: { removed: '2.7' },
  'ncp-ciphers': { instead: 'data-ciphers' },
  'ncp-disable': { removed: '2.6' },
  'no-iv': { removed: '2.5' },
  'no-name-remapping': { removed: '2.5' },
  'no-replay': { removed: '2.7' },
  'opt-verify': { obsolete: '2.7' },
  'persist-key': { obsolete: '2.7' },
  prng: { obsolete: '2.6' },
  'socks-proxy-retry': { obsolete: '2.4' },
  'tls-remote': { removed: '2.4', instead: 'verify-x509-name' },
  'tun-ipv6': { obsolete: '2.4' },
  'windows-driver': { since: '2.5', obsolete: '2.7' },
};

/** The life of an option by its name without `--`; undefined for one that no release has. */
export function findOption(name: string): Keyword | undefined {
  if (Object.hasOwn(changed, name)) return changed[name];
  return Object.hasOwn(plain, name) ? plain[name] : undefined;
}
