import type { OpenvpnConfig } from '../../src/config/openvpn/openvpn-config.js';
import type { Configurations } from '../../src/host/configurations.js';
import type { Host } from '../../src/host/host.js';
import { HostFacts, type HostFactsOptions } from '../../src/host/host-facts.js';
import type { Connection, ConnectionAuth, ConnectionEnd, Sourced } from '../../src/model/connection.js';

/** A host of which the test says what its files configure, so that no parser stands between. */
export class ConfiguredFacts extends HostFacts {
  readonly #configurations: Configurations;

  constructor(host: Host, configurations: Partial<Configurations>, options: HostFactsOptions = {}) {
    super(host, options);
    this.#configurations = {
      files: [],
      ipsecConfs: [],
      swanctl: [],
      openvpn: [],
      connections: [],
      secrets: [],
      remarks: [],
      ...configurations,
    };
  }

  override configurations(): Promise<Configurations> {
    return Promise.resolve(this.#configurations);
  }
}

const FILE = '/etc/swanctl/swanctl.conf';

/** A value that stands in a line of a file. */
export function sourced<T>(value: T, line = 1, file = FILE): Sourced<T> {
  return { value, file, line };
}

export interface EndChanges {
  readonly addresses?: readonly string[];
  readonly subnets?: readonly string[];
  readonly auth?: readonly ConnectionAuth[];
  readonly certificate?: string;
}

function end({ addresses = [], subnets = [], auth = ['psk'], certificate }: EndChanges): ConnectionEnd {
  return {
    addresses: addresses.map((address) => sourced(address, 3)),
    subnets: subnets.map((subnet) => sourced(subnet, 5)),
    auth: auth.map((each) => sourced(each, 7)),
    ...(certificate === undefined ? {} : { certificate: sourced(certificate, 8) }),
  };
}

type Changes = Omit<Partial<Connection>, 'local' | 'remote' | 'other'> & {
  readonly localEnd?: EndChanges;
  readonly remoteEnd?: EndChanges;
  readonly settings?: Readonly<Record<string, string>>;
};

/** `net-net` from 192.0.2.1 (10.1.0.0/24 behind it) to 198.51.100.1 (10.2.0.0/24), changed as given. */
export function connection({ localEnd = {}, remoteEnd = {}, settings = {}, ...changes }: Changes = {}): Connection {
  return {
    name: 'net-net',
    dialect: 'swanctl',
    file: FILE,
    line: 2,
    side: 'known',
    ikeVersion: sourced('ikev2', 0),
    aggressive: sourced(false, 0),
    mode: sourced('tunnel', 0),
    protocol: sourced('esp', 0),
    ikeProposals: [],
    espProposals: [],
    pfs: sourced(true, 0),
    forceEncapsulation: sourced(false, 0),
    compress: sourced(false, 0),
    auto: sourced('trap', 0),
    local: end({ addresses: ['192.0.2.1'], subnets: ['10.1.0.0/24'], ...localEnd }),
    remote: end({ addresses: ['198.51.100.1'], subnets: ['10.2.0.0/24'], ...remoteEnd }),
    other: Object.entries(settings).map(([key, value]) => ({ key, value: sourced(value, 9) })),
    ...changes,
  };
}

/** A server on UDP 1194 that pushes a route, changed as given. */
export function openvpnServer(changes: Partial<OpenvpnConfig> = {}): OpenvpnConfig {
  const file = '/etc/openvpn/server.conf';
  return {
    file,
    files: [file],
    role: 'server',
    directives: [],
    inline: [],
    dev: sourced('tun', 1, file),
    deviceType: 'tun',
    proto: sourced('udp', 2, file),
    localPort: sourced(1194, 3, file),
    remotes: [],
    networks: [sourced('10.8.0.0/24', 4, file)],
    routes: [],
    pushedRoutes: [sourced('10.1.0.0/24', 5, file)],
    filesNamed: new Map(),
    connection: connection({ name: 'server', dialect: 'openvpn', file, line: 0 }),
    remarks: [],
    ...changes,
  };
}
