/** A command that opens a mode, and the first words of what may stand in it. */
interface Mode {
  readonly head: RegExp;
  readonly sub: ReadonlySet<string>;
}

function mode(head: RegExp, sub: string): Mode {
  return { head, sub: new Set(sub.split(' ')) };
}

/**
 * The modes that matter to a tunnel: what is pasted into a ticket has often lost its indentation, and then only the words tell what
 * belongs to what. The first that fits counts. Sources: command references of ASA 7 to 9, IOS 12 to 15.
 */
const modes: readonly Mode[] = [
  mode(
    /^crypto (ikev1|ikev2|isakmp) policy /,
    'authentication encryption encr hash group lifetime integrity prf proposal match exit additional-key-exchange1 description',
  ),
  mode(/^isakmp policy \d+$/, 'authentication encryption encr hash group lifetime'),
  mode(/^crypto ikev2 proposal /, 'encryption integrity prf group exit'),
  mode(
    /^crypto ikev2 profile /,
    'match identity authentication keyring pki dpd lifetime nat ivrf aaa virtual-template description config-exchange initial-contact',
  ),
  mode(/^crypto ikev2 keyring /, 'peer address identity hostname pre-shared-key description'),
  mode(/^crypto keyring /, 'pre-shared-key description local-address rsa-pubkey'),
  mode(
    /^crypto isakmp profile /,
    'match keyring self-identity keepalive vrf ca accept initiate local-address description isakmp client virtual-template default',
  ),
  mode(/^crypto isakmp peer /, 'set'),
  mode(/^crypto ipsec ikev2 ipsec-proposal /, 'protocol'),
  mode(/^crypto ipsec (ikev1 )?transform-set \S+ esp-|^crypto ipsec transform-set \S+ (ah|comp)-/, 'mode'),
  mode(/^crypto ipsec profile /, 'set responder-only'),
  mode(/^crypto (dynamic-)?map \S+ \d+( ipsec-isakmp\b.*| ipsec-manual)?$/, 'set match description reverse-route'),
  mode(/^tunnel-group \S+ ipsec-attributes$/, 'pre-shared-key ikev1 ikev2 isakmp peer-id-validate trust-point chain radius-sdi-xauth no'),
  mode(
    /^tunnel-group \S+ (general|ppp)-attributes$/,
    'default-group-policy address-pool authentication-server-group strip-realm no authentication',
  ),
  mode(
    /^group-policy \S+ attributes$/,
    `vpn-tunnel-protocol pfs vpn-idle-timeout vpn-session-timeout vpn-filter ipsec-udp ip-comp re-xauth split-tunnel-policy
     split-tunnel-network-list dns-server wins-server default-domain vpn-simultaneous-logins address-pools no`.replace(/\s+/g, ' '),
  ),
  mode(
    /^interface \S+/,
    'nameif security-level ip ipv6 crypto tunnel description speed duplex shutdown vlan switchport no mac-address standby zone-member',
  ),
  mode(/^object network \S+$/, 'host subnet range fqdn nat description'),
  mode(/^object service \S+$/, 'service description'),
  mode(/^object-group network \S+$/, 'network-object group-object description host range any'),
  mode(/^object-group (service|protocol|icmp-type) /, 'service-object port-object protocol-object group-object icmp-object description'),
  mode(/^ip access-list extended \S+$/, 'permit deny remark'),
];

/** The first words of what may stand below a command; undefined where it opens no mode that we know. */
export function modeOf(command: string): ReadonlySet<string> | undefined {
  return modes.find(({ head }) => head.test(command))?.sub;
}
