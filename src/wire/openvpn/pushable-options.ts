/** Options that a client of OpenVPN 2.4 to 2.7 takes from a server (`init.c`, `pull_permission_mask`; `options.c`, `add_option`). */
const PUSHABLE: ReadonlySet<string> = new Set(
  `auth-token auth-token-user bind-dev block-ipv6 block-outside-dns cipher client-nat comp-lzo comp-noadapt compress dhcp-option
    dhcp-pre-release dhcp-release dhcp-renew dns echo errors-to-stderr explicit-exit-notify ifconfig ifconfig-ipv6 ifconfig-noexec
    ifconfig-nowarn inactive ip-win32 key-derivation lladdr max-routes mute parameter peer-id persist-key persist-tun ping ping-exit
    ping-restart ping-timer-rem protocol-flags push-continuation rcvbuf redirect-gateway redirect-private register-dns route
    route-delay route-gateway route-ipv6 route-ipv6-gateway route-method route-metric route-table session-timeout setenv-safe shaper
    show-net-up sndbuf socket-flags tap-sleep topology tun-ipv6 tun-mtu verb`.split(/\s+/),
);

/** Whether a client does what a pushed option says; of others its log complains and it goes on without. @param option with its values */
export function isPushable(option: string): boolean {
  const [name = '', value] = option.split(/\s+/);
  // `setenv opt NAME …` is for those who know it, and says nothing to others.
  return PUSHABLE.has(name) || (name === 'setenv' && value === 'opt');
}
