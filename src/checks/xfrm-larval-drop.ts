import { type Answer, answered } from '../host/host.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';
import { sysctlFix, sysctlMends } from './shared/sysctl-mend.js';

interface Facts {
  readonly value: Answer<string>;
  /** The kernel shows its other XFRM settings, or does not have them. */
  readonly xfrm: Answer<string>;
  readonly ipsec: boolean;
}

const LABEL = 'xfrm_larval_drop';

export const check: Check<Facts> = {
  id: 'xfrm-larval-drop',
  group: 'sysctls',
  title: LABEL,
  reads: ['/proc/sys/net/core/xfrm_larval_drop'],
  refs: ['ipsec verify: XFRM larval drop', 'Linux Documentation/networking/xfrm_sysctl'],
  async facts(host) {
    const [value, xfrm, stacks] = await Promise.all([
      host.sysctl('net/core/xfrm_larval_drop'),
      host.sysctl('net/core/xfrm_acq_expires'),
      host.stacks(),
    ]);
    return { value, xfrm, ipsec: (answered(stacks) ?? []).some(({ id }) => id !== 'openvpn') };
  },
  judge({ value, xfrm, ipsec }) {
    if (!value.ok) return [value.reason === 'missing' && !xfrm.ok ? unseen(LABEL, xfrm) : unseen(LABEL, value)];
    if (value.value !== '0') return [pass(LABEL, value.value)];
    if (!ipsec) return [skip(LABEL, '0, and no implementation of IPsec is installed')];
    const changes = [{ path: 'net/core/xfrm_larval_drop', old: 0, value: 1 }];
    return [
      {
        status: 'fail',
        label: LABEL,
        detail: '0',
        finding: hostFinding(check.id, {
          severity: 'error',
          title: 'packets wait in the kernel while keys are negotiated: net.core.xfrm_larval_drop is 0',
          cause:
            'A program whose packet needs an SA that is not there yet is blocked until negotiation ends, and non-blocking ones too. A peer that does not answer then hangs name lookups and whole services. 1 is the default since Linux 2.6.29.',
          evidence: [{ text: 'net.core.xfrm_larval_drop = 0' }],
          fix: sysctlFix(changes),
          retest: 'vpndoctor verify --only xfrm-larval-drop',
          refs: ['Linux Documentation/networking/xfrm_sysctl'],
        }),
        mend: sysctlMends(changes, 'drop the first packets instead of blocking their senders'),
      },
    ];
  },
};
