/** Words of `protocol-flags`. */
const FLAGS: Readonly<Record<string, string>> = {
  'cc-exit': 'who leaves says so in the control channel',
  'tls-ekm': 'data keys come out of TLS',
  'dyn-tls-crypt': 'renegotiations are wrapped with a key of their own',
  'aead-epoch': 'epoch keys of OpenVPN 2.7',
};

/** What pushed options mean, by their first word. */
const MEANINGS: Readonly<Record<string, (words: readonly string[]) => string>> = {
  route: ([network = '', netmask = '255.255.255.255']) => `reached through the tunnel: ${network} ${netmask}`,
  'route-ipv6': ([network = '']) => `reached through the tunnel: ${network}`,
  'route-gateway': ([address = '']) => `the server inside is ${address}`,
  topology: ([kind = '']) =>
    kind === 'subnet' ? 'all clients in one subnet' : kind === 'net30' ? 'four addresses a client' : 'point to point',
  ifconfig: ([local = '', other = '']) => `our address ${local}, ${other.startsWith('255.') ? `netmask ${other}` : `peer ${other}`}`,
  'ifconfig-ipv6': ([local = '', peer = '']) => `our IPv6 address ${local}, peer ${peer}`,
  ping: ([seconds = '']) => `a ping every ${seconds} s of silence`,
  'ping-restart': ([seconds = '']) => `begin anew after ${seconds} s without a packet`,
  'ping-exit': ([seconds = '']) => `give up after ${seconds} s without a packet`,
  'peer-id': ([id = '']) => `our number in data packets is ${id}`,
  cipher: ([name = '']) => `the data channel has ${name}`,
  'redirect-gateway': () => 'everything is to go through the tunnel',
  'dhcp-option': ([kind = '', value = '']) => `${kind === 'DNS' ? 'name server' : kind === 'DOMAIN' ? 'domain' : kind} ${value}`,
  'tun-mtu': ([bytes = '']) => `packets inside of ${bytes} bytes at most`,
  'key-derivation': ([how = '']) => `keys by ${how}`,
  'protocol-flags': (flags) => flags.map((flag) => (Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : flag)).join(', '),
  'block-outside-dns': () => 'Windows: other name servers are blocked',
  'comp-lzo': ([how = 'adaptive']) => `compression framing lzo (${how})`,
  compress: ([how = 'stub']) => `compression framing ${how}`,
  'auth-token': () => 'a token stands for the password from now on',
  'explicit-exit-notify': () => 'say when you leave',
  inactive: ([seconds = '']) => `the session ends after ${seconds} s without traffic`,
  'session-timeout': ([seconds = '']) => `the session ends after ${seconds} s`,
  'block-ipv6': () => 'IPv6 is not let out beside the tunnel',
};

/** `route 10.2.0.0 255.255.0.0: reached through the tunnel: …`; what is not known is kept as it is. */
export function pushedText(option: string): string {
  const [name = '', ...words] = option.split(/\s+/);
  const meaning = Object.hasOwn(MEANINGS, name) ? MEANINGS[name]?.(words) : undefined;
  return meaning === undefined ? option : `${option} (${meaning})`;
}
