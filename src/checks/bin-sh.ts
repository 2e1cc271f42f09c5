import { type Answer, answered } from '../host/host.js';
import type { Stack } from '../host/linux/stacks.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, unseen } from './shared/lines.js';

interface Facts {
  readonly link: Answer<string>;
  readonly stacks: Answer<readonly Stack[]>;
}

const LABEL = '/bin/sh';

/** Openswan's scripts took bash for granted; those of its successors do not. */
export const check: Check<Facts> = {
  id: 'bin-sh',
  group: 'system',
  title: LABEL,
  reads: ['/bin/sh'],
  refs: ['ipsec verify (Openswan): Checking /bin/sh is not /bin/dash'],
  async facts(host) {
    const [link, stacks] = await Promise.all([host.host.readLink('/bin/sh'), host.stacks()]);
    return { link, stacks };
  },
  judge({ link, stacks }) {
    if (!link.ok) return [unseen(LABEL, link)];
    const openswan = (answered(stacks) ?? []).find(({ id }) => id === 'openswan');
    if (openswan === undefined || !/dash|busybox/.test(link.value)) return [pass(LABEL, `${link.value}, nothing installed minds`)];
    return [
      {
        status: 'warn',
        label: LABEL,
        detail: `${link.value}, and Openswan is installed`,
        finding: hostFinding(check.id, {
          severity: 'warning',
          confidence: 0.5,
          title: `/bin/sh is ${link.value}, and scripts of Openswan ${openswan.version ?? ''} were written for bash`,
          cause:
            'Its start and updown scripts use syntax that only bash has. Under another shell some of them end with "Syntax error" or "Bad substitution", and routes or firewall rules are not set.',
          evidence: [{ text: `/bin/sh -> ${link.value}` }],
          fix: [
            { end: 'ours', text: 'replace Openswan by libreswan, which reads the same ipsec.conf' },
            { end: 'ours', text: 'or: dpkg-reconfigure dash, answer no' },
          ],
          retest: 'vpndoctor verify --only bin-sh',
          refs: ['ipsec_verify(8) of Openswan'],
        }),
      },
    ];
  },
};
