import { type Answer, answered } from '../host/host.js';
import type { Interface } from '../host/linux/interfaces.js';
import type { Route } from '../host/linux/routes.js';
import type { Check } from './check.js';
import { type DeviceSetting, judgeDevices, pathOf, readDeviceSettings, sourcesText } from './shared/device-settings.js';
import { hostFinding } from './shared/finding.js';
import { unseen } from './shared/lines.js';
import { sysctlFix } from './shared/sysctl-mend.js';
import { deviceTo, familyOf, outerDevices, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly interfaces: Answer<readonly Interface[]>;
  readonly routes: readonly Route[];
  readonly settings: readonly DeviceSetting[];
  readonly tunnels: Tunnels;
  /** Packets that the filter dropped since the start. */
  readonly dropped?: number;
}

const LABEL = 'rp_filter';
const WORDS: Readonly<Record<number, string>> = { 0: '0 (off)', 1: '1 (strict)', 2: '2 (loose)' };

export const check: Check<Facts> = {
  id: 'rp-filter',
  group: 'sysctls',
  title: LABEL,
  reads: ['/proc/sys/net/ipv4/conf/{all,<if>}/rp_filter', 'ip -d -j addr', 'ip -j route', '/proc/net/netstat: IPReversePathFilter'],
  refs: ['ipsec verify: Checking rp_filter', 'Linux Documentation/networking/ip-sysctl', 'RFC 3704'],
  async facts(host) {
    const [interfaces, routes, tunnels, counters] = await Promise.all([
      host.interfaces(),
      host.routes(),
      readTunnels(host),
      host.networkCounters(),
    ]);
    const seen = { interfaces: answered(interfaces) ?? [], routes: answered(routes) ?? [] };
    const outer = outerDevices(tunnels.ipsec, seen.interfaces, seen.routes);
    const inner = tunnels.ipsec.length === 0 ? [] : tunnelDevices(seen.interfaces);
    const dropped = answered(counters)?.get('TcpExt.IPReversePathFilter');
    return {
      interfaces,
      routes: seen.routes,
      tunnels,
      settings: await readDeviceSettings(host, 'ipv4', 'rp_filter', [...new Set([...outer, ...inner])]),
      ...(dropped === undefined ? {} : { dropped }),
    };
  },
  judge({ interfaces, routes, settings, tunnels, dropped = 0 }) {
    if (tunnels.ipsec.length === 0) return [unneeded(LABEL, tunnels, 'no IPsec connection')];
    if (!interfaces.ok) return [unseen(LABEL, interfaces)];
    if (settings.length === 0) return [unneeded(LABEL, tunnels, 'no interface carries a tunnel')];
    const elsewhere = new Map(settings.map(({ device }) => [device, comesBackElsewhere(device, tunnels, interfaces.value, routes)]));
    return judgeDevices(settings, {
      label: `${LABEL} on`,
      bad: ({ value, device }) => (value !== 1 ? undefined : { status: elsewhere.get(device) === undefined ? 'warn' : 'fail' }),
      words: (value) => WORDS[value] ?? `${value}`,
      changes: ({ sources, device }) => {
        const own = sources.find(({ name }) => name === `net.ipv4.conf.${device}.rp_filter`);
        // The larger of "all" and the interface is in force: 2 wins over 1.
        return [{ path: pathOf(`net.ipv4.conf.${device}.rp_filter`), old: own?.value ?? 1, value: 2 }];
      },
      why: 'strict reverse path filtering drops packets that come another way than answers go',
      finding: (bad, status, changes) =>
        hostFinding(check.id, {
          severity: status === 'fail' ? 'error' : 'warning',
          confidence: status === 'fail' ? 0.95 : 0.6,
          title: `strict rp_filter on ${bad.map(({ device }) => device).join(', ')}, which carries tunnel traffic`,
          cause: `The kernel drops a packet when the answer to its source would leave by another interface, silently, before any rule or counter of IPsec sees it.${
            status === 'fail'
              ? ''
              : ' At present the ways are the same, so nothing is lost yet: a second uplink or a changed route ends that.'
          }`,
          evidence: [
            ...bad.flatMap((each) => {
              const other = elsewhere.get(each.device);
              return [{ text: sourcesText(each) }, ...(other === undefined ? [] : [{ text: other }])];
            }),
            ...(dropped > 0 ? [{ text: `/proc/net/netstat: IPReversePathFilter ${dropped} packets dropped since the start` }] : []),
          ],
          fix: sysctlFix(changes),
          retest: 'vpndoctor verify --only rp-filter snmp-counters --watch 10',
          refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 3704'],
        }),
    });
  },
};

/** Interfaces that packets come out of decrypted. OpenVPN's have a route for every address that comes out of them. */
const ROUTE_BASED: ReadonlySet<string> = new Set(['vti', 'vti6', 'xfrm']);

function tunnelDevices(interfaces: readonly Interface[]): readonly string[] {
  return interfaces.filter(({ kind = '', up }) => up && ROUTE_BASED.has(kind)).map(({ name }) => name);
}

/** A source that arrives on a device and is answered through another one. What policies decrypted is exempt (net/ipv4/fib_frontend.c). */
function comesBackElsewhere(
  device: string,
  { ipsec }: Tunnels,
  interfaces: readonly Interface[],
  routes: readonly Route[],
): string | undefined {
  const outer = interfaces.find(({ name }) => name === device);
  for (const { name, local, remote } of ipsec) {
    if (!local.addresses.some(({ value }) => outer?.addresses.some(({ address }) => address === value))) continue;
    for (const { value } of remote.addresses) {
      const back = familyOf(value) === 'ipv4' ? deviceTo(value, routes) : undefined;
      if (back !== undefined && back !== device) return `${name}: ${value} reaches us on ${device}, the route to it leaves by ${back}`;
    }
  }
  return undefined;
}
