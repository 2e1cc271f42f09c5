import type { Answer } from '../host/host.js';
import type { Container } from '../host/linux/container.js';
import type { XfrmState } from '../host/linux/xfrm-states.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { type Availability, availability, readModuleFacts } from './shared/kernel-modules.js';
import { pass, unknown, unseen } from './shared/lines.js';

interface Facts {
  /** net.core.xfrm_acq_expires, there in every kernel with CONFIG_XFRM. */
  readonly expires: Answer<string>;
  /** /proc/net/xfrm_stat, there with CONFIG_XFRM_STATISTICS only. */
  readonly statistics: Answer<string>;
  /** A setting beside it that every kernel has: whether the folder could be seen at all. */
  readonly beside: Answer<string>;
  readonly container: Answer<Container>;
  readonly states: Answer<readonly XfrmState[]>;
  readonly netlink: Availability;
}

const LABEL = 'IPsec in the kernel (XFRM)';
const NETLINK = 'its netlink interface (xfrm_user)';

export const check: Check<Facts> = {
  id: 'xfrm-support',
  group: 'kernel',
  title: LABEL,
  reads: [
    '/proc/sys/net/core/xfrm_acq_expires',
    '/proc/net/xfrm_stat',
    '/proc/modules',
    '/lib/modules/<release>/modules.builtin, modules.dep',
    'ip -s xfrm state',
  ],
  refs: ['ipsec verify: Checking for IPsec support in kernel', 'Linux Documentation/networking/xfrm_sysctl'],
  async facts(host) {
    const [expires, statistics, beside, container, states, modules] = await Promise.all([
      host.sysctl('net/core/xfrm_acq_expires'),
      host.host.readFile('/proc/net/xfrm_stat'),
      host.sysctl('net/core/somaxconn'),
      host.container(),
      host.xfrmStates(),
      readModuleFacts(host),
    ]);
    return { expires, statistics, beside, container, states, netlink: availability(modules, ['xfrm_user']) };
  },
  judge(facts) {
    const kernel = kernelLine(facts);
    return kernel.status === 'pass' ? [kernel, netlinkLine(facts)] : [kernel];
  },
};

function kernelLine({ expires, statistics, beside, container }: Facts): CheckLine {
  if (expires.ok) return pass(LABEL, 'net.core.xfrm_acq_expires is there');
  if (statistics.ok) return pass(LABEL, '/proc/net/xfrm_stat is there');
  if (expires.reason !== 'missing') return unseen(LABEL, expires);
  if (!beside.ok) return unknown(LABEL, 'nothing below /proc/sys/net/core could be seen');
  if (container.ok && container.value.inside) return unknown(LABEL, 'this container does not show net.core.xfrm_*');
  return {
    status: 'fail',
    label: LABEL,
    detail: 'not there',
    finding: hostFinding('xfrm-support', {
      severity: 'error',
      title: 'the kernel has no IPsec: it was built without CONFIG_XFRM',
      cause:
        'Every kernel with XFRM has net.core.xfrm_acq_expires. Without XFRM nothing encrypts packets; only an implementation with ESP in user space (strongSwan kernel-libipsec) works here.',
      evidence: [
        { text: 'net.core.xfrm_acq_expires: no such setting, although net.core.somaxconn is there' },
        { text: '/proc/net/xfrm_stat: no such file' },
      ],
      fix: [
        {
          end: 'ours',
          text: 'start a kernel built with CONFIG_XFRM_USER, CONFIG_INET_ESP and CONFIG_INET6_ESP (every distribution kernel is)',
        },
      ],
      retest: 'vpndoctor verify --only kernel',
      refs: ['Linux Documentation/networking/xfrm_sysctl'],
    }),
  };
}

function netlinkLine({ states, netlink }: Facts): CheckLine {
  if (states.ok) return pass(NETLINK, `answers ip xfrm state (${states.value.length} SAs)`);
  if (netlink.is === 'there') return pass(NETLINK, netlink.how);
  if (netlink.is === 'unknown') return unknown(NETLINK, netlink.how);
  return {
    status: 'fail',
    label: NETLINK,
    detail: netlink.how,
    finding: hostFinding('xfrm-support', {
      what: 'netlink',
      severity: 'error',
      title: `daemons cannot give SAs to the kernel: ${netlink.how}`,
      cause:
        'strongSwan and libreswan install SAs and policies through the netlink interface that xfrm_user is. Negotiation succeeds and then no SA can be installed.',
      evidence: netlink.evidence,
      fix: [{ end: 'ours', text: netlink.fix }],
      retest: 'vpndoctor verify --only kernel',
      refs: ['ip-xfrm(8)'],
    }),
  };
}
