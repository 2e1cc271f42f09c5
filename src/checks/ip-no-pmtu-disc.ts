import type { Answer } from '../host/host.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, unseen } from './shared/lines.js';
import { sysctlFix, sysctlMends } from './shared/sysctl-mend.js';
import { readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly value: Answer<string>;
  readonly tunnels: Tunnels;
}

const LABEL = 'ip_no_pmtu_disc';

const EFFECT: Readonly<Record<string, string>> = {
  '1': 'path MTU discovery is off: packets go without DF, and a router that reports a smaller MTU is believed at the least MTU only',
  '2': 'ICMP "fragmentation needed" is dropped',
  '3': 'ICMP "fragmentation needed" is believed only where a protocol can prove it, which ESP and UDP cannot',
};

export const check: Check<Facts> = {
  id: 'ip-no-pmtu-disc',
  group: 'sysctls',
  title: LABEL,
  reads: ['/proc/sys/net/ipv4/ip_no_pmtu_disc'],
  refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 1191', 'RFC 4301 §8.2'],
  async facts(host) {
    const [value, tunnels] = await Promise.all([host.sysctl('net/ipv4/ip_no_pmtu_disc'), readTunnels(host)]);
    return { value, tunnels };
  },
  judge({ value, tunnels }) {
    if (!value.ok) return [unseen(LABEL, value)];
    if (value.value === '0') return [pass(LABEL, '0')];
    if (tunnels.ipsec.length + tunnels.openvpn.length === 0)
      return [unneeded(LABEL, tunnels, `${value.value}, and there is no tunnel`, 'both')];
    const changes = [{ path: 'net/ipv4/ip_no_pmtu_disc', old: value.value, value: 0 }];
    return [
      {
        status: 'warn',
        label: LABEL,
        detail: value.value,
        finding: hostFinding(check.id, {
          severity: 'warning',
          title: `net.ipv4.ip_no_pmtu_disc is ${value.value}: the MTU that remains inside the tunnel is not found out`,
          cause: `${EFFECT[value.value] ?? 'Path MTU discovery does not work as usual'}. A tunnel takes 50 to 80 bytes of every packet, so its users depend on that more than others: pings pass, large transfers hang.`,
          evidence: [{ text: `net.ipv4.ip_no_pmtu_disc = ${value.value}` }],
          fix: sysctlFix(changes),
          retest: 'vpndoctor verify --only ip-no-pmtu-disc',
          refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 1191', 'RFC 4301 §8.2'],
        }),
        mend: sysctlMends(changes, 'the MTU inside the tunnel is found out by path MTU discovery'),
      },
    ];
  },
};
