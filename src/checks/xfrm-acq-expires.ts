import type { Answer } from '../host/host.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, unknown, unseen } from './shared/lines.js';
import { sysctlFix, sysctlMends } from './shared/sysctl-mend.js';

const LABEL = 'xfrm_acq_expires';
/** A peer that needs one retransmission of each message is not done sooner. */
const LEAST = 10;
const DEFAULT = 30;

export const check: Check<Answer<string>> = {
  id: 'xfrm-acq-expires',
  group: 'sysctls',
  title: LABEL,
  reads: ['/proc/sys/net/core/xfrm_acq_expires'],
  refs: ['Linux Documentation/networking/xfrm_sysctl'],
  facts: (host) => host.sysctl('net/core/xfrm_acq_expires'),
  judge(value) {
    if (!value.ok) return [unseen(LABEL, value)];
    if (!/^\d+$/.test(value.value)) return [unknown(LABEL, `not a number: ${value.value.slice(0, 40)}`)];
    const seconds = Number(value.value);
    if (seconds >= LEAST) return [pass(LABEL, `${seconds} s`)];
    const changes = [{ path: 'net/core/xfrm_acq_expires', old: seconds, value: DEFAULT }];
    return [
      {
        status: seconds === 0 ? 'fail' : 'warn',
        label: LABEL,
        detail: `${seconds} s`,
        finding: hostFinding(check.id, {
          severity: seconds === 0 ? 'error' : 'warning',
          title:
            seconds === 0
              ? 'the kernel never forgets that it asked for a tunnel: net.core.xfrm_acq_expires is 0'
              : `the kernel forgets after ${seconds} s that it asked for a tunnel`,
          cause: `When a packet needs an SA, the kernel asks the IKE daemon and waits this long. ${
            seconds === 0
              ? 'Without an end to it the question is never put again: a negotiation that came to nothing keeps every later packet waiting, until somebody deletes the larval SA.'
              : 'A negotiation that takes longer ends with an SA that the kernel no longer expects, and the next packet starts another one.'
          } ${DEFAULT} is the default; strongSwan sets 165.`,
          evidence: [{ text: `net.core.xfrm_acq_expires = ${seconds}` }],
          fix: sysctlFix(changes),
          retest: 'vpndoctor verify --only xfrm-acq-expires',
          refs: ['Linux Documentation/networking/xfrm_sysctl'],
        }),
        mend: sysctlMends(changes, 'time for the negotiation of an SA'),
      },
    ];
  },
};
