import { type Answer, answered, type CommandOutput } from '../host/host.js';
import type { Stack } from '../host/linux/stacks.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';

interface Facts {
  readonly version: Answer<CommandOutput>;
  readonly stacks: Answer<readonly Stack[]>;
}

const LABEL = "the command 'ip'";

export const check: Check<Facts> = {
  id: 'tool-ip',
  group: 'system',
  title: LABEL,
  reads: ['ip -V'],
  refs: ["ipsec verify: Checking 'ip' command", 'ip-xfrm(8)'],
  async facts(host) {
    const [version, stacks] = await Promise.all([host.host.run(['ip', '-V']), host.stacks()]);
    return { version, stacks };
  },
  judge({ version, stacks }) {
    if (version.ok) {
      const said = `${version.value.stdout}${version.value.stderr}`;
      const iproute = /ip utility, iproute2[-\w.]*/.exec(said)?.[0];
      if (iproute !== undefined) return [pass(LABEL, iproute.replace('ip utility, ', ''))];
      return [
        {
          status: 'fail',
          label: LABEL,
          detail: 'not that of iproute2',
          finding: hostFinding(check.id, {
            what: 'other',
            severity: 'error',
            title: `the ip on the path is not that of iproute2${/busybox/i.test(said) ? ' but BusyBox' : ''}`,
            cause:
              'It knows no "ip xfrm". The scripts of libreswan and Openswan that install routes and the tools that show SAs and policies need iproute2.',
            evidence: [{ text: `ip -V: ${said.trim().split('\n')[0] || `nothing, status ${version.value.status}`}` }],
            fix: [{ end: 'ours', text: 'apt-get install iproute2, dnf install iproute, apk add iproute2' }],
            retest: 'vpndoctor verify --only tool-ip',
            refs: ['ip-xfrm(8)'],
          }),
        },
      ];
    }
    if (version.reason !== 'missing') return [unseen(LABEL, version)];
    const [stack] = answered(stacks) ?? [];
    if (stack === undefined) return [skip(LABEL, 'not found, and nothing is installed that needs it')];
    return [
      {
        status: 'fail',
        label: LABEL,
        detail: 'not found',
        finding: hostFinding(check.id, {
          what: 'missing',
          severity: 'error',
          title: `${stack.name} is installed, the command ip is not`,
          cause:
            'The scripts that run when a tunnel comes up set routes and addresses with it; without it SAs come up and no route leads into them. vpndoctor too sees less without it.',
          evidence: [{ text: 'ip: not found in /usr/sbin, /usr/bin, /sbin, /bin' }],
          fix: [{ end: 'ours', text: 'apt-get install iproute2, dnf install iproute, apk add iproute2' }],
          retest: 'vpndoctor verify --only tool-ip',
          refs: ['ip-xfrm(8)'],
        }),
      },
    ];
  },
};
