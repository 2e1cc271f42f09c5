import { compareVersions } from '../config/versions.js';
import type { Answer } from '../host/host.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unknown, unseen } from './shared/lines.js';
import { namesOf, placeOf, readTunnels, type Tunnels, usesFamily } from './shared/tunnels.js';

interface Facts {
  readonly release: Answer<string>;
  readonly expires: Answer<string>;
  readonly tunnels: Tunnels;
}

const LABEL = 'ESP in UDP (NAT-T)';
/** Encapsulation over IPv6 came with it. */
const IPV6_SINCE = '5.8';

export const check: Check<Facts> = {
  id: 'udp-encap',
  group: 'kernel',
  title: LABEL,
  reads: ['/proc/sys/kernel/osrelease', '/proc/sys/net/core/xfrm_acq_expires', 'configuration files'],
  refs: ['ipsec verify (KLIPS): NAT-T support', 'RFC 3948'],
  async facts(host) {
    const [release, expires, tunnels] = await Promise.all([
      host.sysctl('kernel/osrelease'),
      host.sysctl('net/core/xfrm_acq_expires'),
      readTunnels(host),
    ]);
    return { release, expires, tunnels };
  },
  judge({ release, expires, tunnels }) {
    if (!release.ok) return [unseen(LABEL, release)];
    if (!expires.ok) {
      return [expires.reason === 'missing' ? unknown(LABEL, 'belongs to XFRM, which was not seen') : unseen(LABEL, expires)];
    }
    const kernel = `Linux ${release.value}`;
    if (compareVersions(release.value, IPV6_SINCE) >= 0) return [pass(LABEL, `${kernel}: over IPv4 and IPv6`)];
    const over4 = pass(`${LABEL} over IPv4`, `${kernel}: part of XFRM`);
    const over6 = tunnels.ipsec.filter((connection) => connection.forceEncapsulation.value && usesFamily(connection, 'ipv6'));
    const [first] = over6;
    if (first === undefined) return [over4, skip(`${LABEL} over IPv6`, `${kernel}: not before ${IPV6_SINCE}; no connection forces it`)];
    return [
      over4,
      {
        status: 'fail',
        label: `${LABEL} over IPv6`,
        detail: `${kernel}: not before ${IPV6_SINCE}`,
        finding: hostFinding(check.id, {
          severity: 'error',
          title: `${namesOf(over6)} forces UDP encapsulation over IPv6, which ${kernel} cannot do`,
          cause: `The kernel encapsulates ESP in UDP over IPv6 since Linux ${IPV6_SINCE}. IKE comes up, then the SA is refused.`,
          evidence: [
            { text: `kernel.osrelease = ${release.value}` },
            { ...placeOf(first.forceEncapsulation), text: 'UDP encapsulation is forced' },
          ],
          fix: [
            {
              end: 'ours',
              text: `take the forced encapsulation (encapsulation=yes, forceencaps=yes, encap = yes) out of ${first.name}, or use a kernel of ${IPV6_SINCE} or later`,
            },
          ],
          retest: 'vpndoctor verify --only udp-encap',
          refs: ['RFC 3948', 'Linux net/ipv6/udp.c'],
        }),
      },
    ];
  },
};
