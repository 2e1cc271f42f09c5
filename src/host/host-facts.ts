import { type ConfigurationOptions, type Configurations, readConfigurations } from './configurations.js';
import { type Answer, answered, type CommandOutput, type Host } from './host.js';
import { type Container, readContainer } from './linux/container.js';
import { readNetworkCounters, readXfrmCounters } from './linux/counters.js';
import type { Firewall } from './linux/firewall/firewall.js';
import { readFirewall } from './linux/firewall/read-firewall.js';
import type { Interface } from './linux/interfaces.js';
import { type CryptoAlgorithm, type Modules, readCrypto, readModules } from './linux/modules.js';
import { type Process, readProcesses } from './linux/processes.js';
import { readInterfaces } from './linux/read-interfaces.js';
import { readSockets } from './linux/read-sockets.js';
import { type Family, type Route, type RouteLookup, type RoutingRule, readLookup, readRoutes, readRules } from './linux/routes.js';
import type { ListeningSocket } from './linux/sockets.js';
import { IPSEC_VERSION, readStacks, type Stack, type StackId } from './linux/stacks.js';
import { type EffectiveSysctl, type InterfaceSysctl, readInterfaceSysctl, readSysctl } from './linux/sysctls.js';
import { readXfrmPolicies, type XfrmPolicy } from './linux/xfrm-policies.js';
import { readXfrmStates, type XfrmState } from './linux/xfrm-states.js';
import { withStrengths } from './redaction/strengths.js';

export interface HostFactsOptions {
  /** Look at this implementation alone (`--stack`). */
  readonly stack?: StackId;
  /** Configuration files to read instead of those in the usual places (`--config`). */
  readonly configPaths?: readonly string[];
}

/**
 * What checks want to know of a host, read when first asked for and then remembered, so that forty checks ask for the
 * routes once. Every getter answers or says why not; none throws for what a host may be.
 */
export class HostFacts {
  readonly #remembered = new Map<string, unknown>();

  readonly options: HostFactsOptions;

  constructor(
    readonly host: Host,
    options: HostFactsOptions = {},
  ) {
    this.options = host.configPaths === undefined ? options : { configPaths: host.configPaths, ...options };
  }

  #once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#remembered.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const reading = read();
    this.#remembered.set(key, reading);
    return reading;
  }

  processes(): Promise<Answer<readonly Process[]>> {
    return this.#once('processes', () => readProcesses(this.host));
  }

  /** UDP, TCP and raw sockets that listen, with their owners. */
  sockets(): Promise<Answer<readonly ListeningSocket[]>> {
    return this.#once('sockets', () => readSockets(this.host));
  }

  interfaces(): Promise<Answer<readonly Interface[]>> {
    return this.#once('interfaces', () => readInterfaces(this.host));
  }

  /** All tables, both families. */
  routes(): Promise<Answer<readonly Route[]>> {
    return this.#once('routes', () => readRoutes(this.host));
  }

  routingRules(): Promise<Answer<readonly RoutingRule[]>> {
    return this.#once('rules', () => readRules(this.host));
  }

  /** How the kernel would send to an IP address, from a source address of ours where one is given. */
  routeTo(destination: string, from?: string): Promise<Answer<RouteLookup>> {
    return this.#once(`route to ${destination} from ${from}`, () => readLookup(this.host, destination, from));
  }

  /** SAs in the kernel, without keys (root only). */
  xfrmStates(): Promise<Answer<readonly XfrmState[]>> {
    return this.#once('xfrm states', () => readXfrmStates(this.host));
  }

  /** Policies in the kernel, those of sockets included (root only). */
  xfrmPolicies(): Promise<Answer<readonly XfrmPolicy[]>> {
    return this.#once('xfrm policies', () => readXfrmPolicies(this.host));
  }

  /** `XfrmInNoStates` and its sisters. */
  xfrmCounters(): Promise<Answer<ReadonlyMap<string, number>>> {
    return this.#once('xfrm counters', () => readXfrmCounters(this.host));
  }

  /** `TcpExt.IPReversePathFilter`, `Ip.ReasmFails` … */
  networkCounters(): Promise<Answer<ReadonlyMap<string, number>>> {
    return this.#once('network counters', () => readNetworkCounters(this.host));
  }

  /** One setting by its path below /proc/sys: `net/core/xfrm_larval_drop`. Trimmed. */
  sysctl(path: string): Promise<Answer<string>> {
    return this.#once(`sysctl ${path}`, () => readSysctl(this.host, path));
  }

  /** The value in force on an interface, with the sum that gives it. */
  interfaceSysctl(family: Family, device: string, name: InterfaceSysctl): Promise<Answer<EffectiveSysctl>> {
    return this.#once(`sysctl ${family} ${device} ${name}`, () => readInterfaceSysctl(this.host, family, device, name));
  }

  /** Rules in force, of nftables and both back ends of iptables (root only). */
  firewall(): Promise<Answer<Firewall>> {
    return this.#once('firewall', () => readFirewall(this.host));
  }

  modules(): Promise<Answer<Modules>> {
    return this.#once('modules', () => readModules(this.host));
  }

  /** Algorithms that the kernel has registered; others may load on demand. */
  crypto(): Promise<Answer<readonly CryptoAlgorithm[]>> {
    return this.#once('crypto', () => readCrypto(this.host));
  }

  container(): Promise<Answer<Container>> {
    return this.#once('container', () => readContainer(this.host));
  }

  /** What `ipsec --version` says, whoever is behind it. */
  ipsecVersion(): Promise<Answer<CommandOutput>> {
    return this.#once('ipsec --version', () => this.host.run(IPSEC_VERSION));
  }

  /** Implementations installed or running; with `options.stack`, that one alone. */
  stacks(): Promise<Answer<readonly Stack[]>> {
    return this.#once('stacks', async () => {
      const stacks = await readStacks(this.host, await this.processes(), this.ipsecVersion());
      const only = this.options.stack;
      return only === undefined || !stacks.ok ? stacks : { ok: true, value: stacks.value.filter(({ id }) => id === only) };
    });
  }

  /** Implementations that run here, in this network namespace; empty too when it could not be seen. */
  async runningStacks(): Promise<readonly Stack[]> {
    return (answered(await this.stacks()) ?? []).filter(({ running }) => running.length > 0);
  }

  /** What the files say about tunnels; never without an answer: what could not be read is listed with the reason. */
  configurations(): Promise<Configurations> {
    return this.#once('configurations', async () => {
      const [interfaces, stacks] = await Promise.all([this.interfaces(), this.stacks()]);
      const found = answered(stacks) ?? [];
      const openvpn = found.find(({ id }) => id === 'openvpn')?.version;
      const product = productOf(found) ?? productNamed(this.options.stack);
      const read = await readConfigurations(this.host, {
        ...(this.options.configPaths !== undefined && { files: this.options.configPaths }),
        addresses: (answered(interfaces) ?? []).flatMap(({ addresses }) => addresses.map(({ address }) => address)),
        ...(product !== undefined && { product }),
        versions: new Map(ikeStacks(found).flatMap(({ name, version }) => (version === undefined ? [] : [[name, version] as const]))),
        ...(openvpn !== undefined && { openvpnVersion: openvpn }),
      });
      const strengths = this.host.secretStrengths;
      return strengths === undefined ? read : { ...read, secrets: withStrengths(read.secrets, strengths) };
    });
  }
}

/** The user says whose configuration it is, installed or not. */
function productNamed(stack: StackId | undefined): ConfigurationOptions['product'] {
  return stack === 'libreswan' || stack === 'openswan' || stack === 'strongswan' ? { name: stack } : undefined;
}

/** Whose ipsec.conf is in force: of the one that runs, or else of the only one installed. */
function productOf(stacks: readonly Stack[]): ConfigurationOptions['product'] {
  const candidates = ikeStacks(stacks);
  const running = candidates.filter((candidate) => candidate.running.length > 0);
  const [only, second] = running.length > 0 ? running : candidates;
  return only === undefined || second !== undefined
    ? undefined
    : { name: only.name, ...(only.version !== undefined && { version: only.version }) };
}

/** Those that read an ipsec.conf. */
function ikeStacks(stacks: readonly Stack[]) {
  return stacks.flatMap(({ id, version, running }) =>
    id === 'libreswan' || id === 'openswan' || id === 'strongswan'
      ? [{ name: id, running, ...(version !== undefined && { version }) }]
      : [],
  );
}
