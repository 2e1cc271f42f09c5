import type { Answer } from '../host/host.js';
import type { Stack } from '../host/linux/stacks.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, unseen } from './shared/lines.js';
import { namesOf, placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly stacks: Answer<readonly Stack[]>;
  readonly tunnels: Tunnels;
}

const LABEL = 'implementations installed';

export const check: Check<Facts> = {
  id: 'installed-stacks',
  group: 'stack',
  title: LABEL,
  reads: ['programs in /usr/sbin, /usr/lib/ipsec …', 'dpkg-query -W or rpm -q', 'ipsec, swanctl, openvpn --version', 'configuration files'],
  refs: ['ipsec verify: Version check and ipsec on-path'],
  async facts(host) {
    const [stacks, tunnels] = await Promise.all([host.stacks(), readTunnels(host)]);
    return { stacks, tunnels };
  },
  judge({ stacks, tunnels }) {
    if (!stacks.ok) return [unseen(LABEL, stacks)];
    const lines: CheckLine[] = stacks.value.map(({ name, version, programs, packages }) =>
      pass(name, [version ?? 'version not told', programs[0] ?? packages[0]?.name].filter((part) => part !== undefined).join(', ')),
    );
    const ipsec = stacks.value.some(({ id }) => id !== 'openvpn');
    const openvpn = stacks.value.some(({ id }) => id === 'openvpn');
    if (!ipsec && tunnels.ipsec[0] !== undefined) lines.push(missing('IPsec', namesOf(tunnels.ipsec), placeOf(tunnels.ipsec[0])));
    if (!openvpn && tunnels.openvpn[0] !== undefined) {
      lines.push(missing('OpenVPN', namesOf(tunnels.openvpn.map(({ connection }) => connection)), { file: tunnels.openvpn[0].file }));
    }
    return lines.length > 0 ? lines : [unneeded(LABEL, tunnels, 'none found on the usual paths, and nothing is configured', 'both')];
  },
};

function missing(what: 'IPsec' | 'OpenVPN', names: string, place: { readonly file: string; readonly line?: number }): CheckLine {
  return {
    status: 'fail',
    label: `an implementation of ${what}`,
    detail: 'none found on the usual paths',
    finding: hostFinding('installed-stacks', {
      what: 'missing',
      severity: 'error',
      confidence: 0.8,
      title: `${names} is configured, but no implementation of ${what} is installed`,
      cause: `Neither a program nor a package of ${what === 'IPsec' ? 'strongSwan, libreswan, Openswan, racoon, isakmpd or iked' : 'OpenVPN'} was found. One outside /usr and /usr/local is not seen from here.`,
      evidence: [{ ...place, text: `configures ${names}` }],
      fix: [
        {
          end: 'ours',
          text:
            what === 'IPsec'
              ? 'apt-get install strongswan-swanctl charon-systemd, or dnf install libreswan'
              : 'apt-get install openvpn, or dnf install openvpn',
        },
      ],
      retest: 'vpndoctor verify --only stack',
      refs: ['swanctl(8)', 'ipsec(8)', 'openvpn(8)'],
    }),
  };
}
