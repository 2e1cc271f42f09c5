import { findOption } from '../../config/openvpn/options.js';
import type { OpenvpnProfile } from './profile.js';

/** What a probe and a server that is here for tests do without: by why. */
const meaningless: readonly (readonly [why: string, options: string])[] = [
  [
    'of OpenVPN as a process',
    `daemon user group chroot setcon nice mlock cd tmp-dir writepid syslog log log-append verb mute errors-to-stderr machine-readable-output status
      status-version suppress-timestamps persist-key persist-tun persist-local-ip persist-remote-ip up-delay up-restart remap-usr1 single-session
      echo parameter service win-sys allow-nonadmin msg-channel pause-exit show-net-up script-security setenv setenv-safe bcast-buffers
      resolv-retry connect-retry connect-retry-max connect-timeout server-poll-timeout preresolve auth-nocache auth-retry inactive session-timeout
      ping-timer-rem ping-exit tls-exit mtu-disc fast-io tcp-queue-limit hash-size use-prediction-resistance replay-persist
      mute-replay-warnings engine providers management management-hold management-log-cache management-query-passwords
      management-query-proxy management-query-remote management-signal management-forget-disconnect management-up-down management-client
      management-client-auth management-client-group management-client-user windows-driver disable-dco remote-random remote-random-hostname`,
  ],
  [
    'scripts and plugins are not run',
    'up down route-up route-pre-down ipchange tls-verify plugin client-connect client-disconnect learn-address tls-crypt-v2-verify client-crresponse dns-updown iproute down-pre',
  ],
  [
    'no interface, address or route of this host is touched (but for --tun)',
    `dev-node lladdr ifconfig-noexec ifconfig-nowarn route route-ipv6 route-noexec route-nopull route-delay route-gateway route-ipv6-gateway
      route-metric route-method route-table redirect-gateway redirect-private block-ipv6 block-outside-dns dhcp-option dns register-dns
      ip-win32 dhcp-renew dhcp-release dhcp-pre-release dhcp-internal tap-sleep txqueuelen max-routes allow-pull-fqdn
      client-nat tun-ipv6 allow-recursive-routing`,
  ],
  [
    'of the socket: what the host gives is taken',
    'sndbuf rcvbuf socket-flags passtos mark nobind bind lport local multihome float bind-dev tcp-nodelay fragment-timeout',
  ],
  [
    'of a gateway with many clients',
    'max-clients client-config-dir ccd-exclusive client-to-client duplicate-cn ifconfig-pool-persist connect-freq connect-freq-initial stale-routes-check username-as-common-name management-client topology-net30',
  ],
];

/** What would make a difference, and is not there. */
const missing: Readonly<Record<string, string>> = {
  'http-proxy': 'no HTTP proxy is used: the probe goes straight to the server',
  'socks-proxy': 'no SOCKS proxy is used: the probe goes straight to the server',
  pkcs11: 'no PKCS #11 token is used',
  capath: 'a folder of authorities is not read: --ca FILE',
  shaper: 'nothing is slowed down',
  'server-ipv6': 'clients are given addresses of IPv4 alone',
  'auth-user-pass-verify': 'its program is not run, and every user is let in: --auth-user-pass FILE names those to let in',
  'replay-window': 'the window of replay protection is our own',
  'no-replay': 'replay protection stays on',
  'tls-cert-profile': 'OpenSSL decides which signatures are good enough',
  'auth-token': 'the token of the file is not used: a password is',
  'ns-cert-type': 'the old Netscape type of a certificate is not looked at: remote-cert-tls in its place',
  'x509-username-field': 'the common name is what counts here',
  'key-derivation': 'how keys are derived is what both ends negotiate',
};

const reasons: ReadonlyMap<string, string> = new Map(
  meaningless.flatMap(([why, options]) => options.split(/\s+/).map((option) => [option, why] as const)),
);

/** Lines about options that are there and change nothing here: each is named, by the reason. */
export function unusedOptions(profile: OpenvpnProfile): { readonly notes: readonly string[]; readonly warnings: readonly string[] } {
  const byReason = new Map<string, string[]>();
  const warnings: string[] = [];
  for (const { name, file, line } of profile.unasked) {
    const without =
      (Object.hasOwn(missing, name) ? missing[name] : undefined) ?? (name.startsWith('pkcs11') ? missing['pkcs11'] : undefined);
    if (without !== undefined) warnings.push(`${profile.place(file, line)}: ${name}: ${without}`);
    // What no release has was said already.
    else if (findOption(name) !== undefined) {
      const why = reasons.get(name) ?? 'nothing that is looked at here';
      byReason.set(why, [...(byReason.get(why) ?? []), name]);
    }
  }
  return { notes: [...byReason].map(([why, names]) => `without meaning here: ${names.join(', ')} (${why})`), warnings };
}
