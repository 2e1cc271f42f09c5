import type { Connection, Sourced } from '../model/connection.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass } from './shared/lines.js';
import { namesOf, placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  /** Connections of the groups of opportunistic encryption, bypasses and blocks among them. */
  readonly groups: readonly Connection[];
  /** Openswan's `oe` in each ipsec.conf of it; undefined where it is not set. */
  readonly openswan: readonly { readonly file: string; readonly oe: Sourced<string> | undefined }[];
}

const LABEL = 'opportunistic encryption';

export const check: Check<Facts> = {
  id: 'opportunistic-encryption',
  group: 'system',
  title: LABEL,
  reads: ['configuration files: oe, right=%opportunistic, right=%opportunisticgroup, right=%group'],
  refs: ['ipsec verify (Openswan): Opportunistic Encryption Support', 'ipsec.conf(5)', 'RFC 4322'],
  async facts(host) {
    const [tunnels, { ipsecConfs, connections }] = await Promise.all([readTunnels(host), host.configurations()]);
    return {
      tunnels,
      groups: connections.filter(({ local, remote }) =>
        [...local.addresses, ...remote.addresses].some(({ value }) => /^%(?:opportunistic(?:group)?|group)$/.test(value)),
      ),
      openswan: ipsecConfs
        .filter(({ product }) => product === 'openswan')
        .map(({ setup, files }) => ({ file: files[0] ?? 'ipsec.conf', oe: setup.get('oe') })),
    };
  },
  judge({ tunnels, groups, openswan }) {
    const on = openswan.find(({ oe }) => oe !== undefined && /^(?:yes|on|true|1)$/i.test(oe.value));
    if (on?.oe !== undefined) {
      return [
        {
          status: 'warn',
          label: LABEL,
          detail: 'on (oe=yes)',
          finding: hostFinding(check.id, {
            severity: 'warning',
            confidence: 0.7,
            title: 'Openswan tries to encrypt to everybody: oe=yes',
            cause:
              'Every new destination first waits for lookups in the DNS and is held by a %trap policy meanwhile. Almost nobody publishes such keys any more, so it costs seconds and leaves policies for strangers beside those of the tunnels.',
            evidence: [{ ...placeOf(on.oe), text: `oe=${on.oe.value}` }],
            fix: [{ end: 'ours', text: `${on.file}, config setup: oe=off` }],
            retest: 'vpndoctor verify --only opportunistic-encryption',
            refs: ['ipsec.conf(5): oe', 'RFC 4322'],
          }),
        },
      ];
    }
    if (groups.length > 0) return [pass(LABEL, `on for groups: ${namesOf(groups)}`)];
    if (tunnels.ipsec.length === 0) return [unneeded(LABEL, tunnels, 'no IPsec connection')];
    return [tunnels.unread.length > 0 ? unneeded(LABEL, tunnels, '') : pass(LABEL, 'off')];
  },
};
