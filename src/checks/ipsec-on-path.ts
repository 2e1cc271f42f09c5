import type { Answer, CommandOutput } from '../host/host.js';
import type { Stack } from '../host/linux/stacks.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';

interface Facts {
  readonly stacks: Answer<readonly Stack[]>;
  readonly ipsec: Answer<CommandOutput>;
}

const LABEL = 'ipsec on the path';

export const check: Check<Facts> = {
  id: 'ipsec-on-path',
  group: 'stack',
  title: LABEL,
  reads: ['ipsec --version'],
  refs: ['ipsec verify: Version check and ipsec on-path', 'ipsec(8)'],
  async facts(host) {
    const [stacks, ipsec] = await Promise.all([host.stacks(), host.ipsecVersion()]);
    return { stacks, ipsec };
  },
  judge({ stacks, ipsec }) {
    if (ipsec.ok) {
      const said = `${ipsec.value.stdout}${ipsec.value.stderr}`;
      const first = said.split('\n').find((text) => text.trim() !== '') ?? 'nothing';
      return [/swan/i.test(said) ? pass(LABEL, first.trim()) : foreign(first.trim())];
    }
    if (ipsec.reason !== 'missing') return [unseen(LABEL, ipsec)];
    if (!stacks.ok) return [unseen(LABEL, stacks)];
    const owner = stacks.value.find(({ id }) => id === 'libreswan' || id === 'openswan');
    if (owner !== undefined) return [missing(owner)];
    const other = stacks.value.find(({ id }) => id !== 'openvpn');
    return [
      other === undefined
        ? skip(LABEL, 'not found, nor anything it would belong to')
        : skip(LABEL, `${other.name} does without it${other.id === 'strongswan' ? ': swanctl is its command' : ''}`),
    ];
  },
};

function foreign(said: string): CheckLine {
  return {
    status: 'fail',
    label: LABEL,
    detail: 'another program of that name',
    finding: hostFinding('ipsec-on-path', {
      what: 'foreign',
      severity: 'error',
      confidence: 0.7,
      title: 'the ipsec on the path is not that of strongSwan, libreswan or Openswan',
      cause:
        'Start scripts and administrators call the first ipsec on the path. This one does not name itself as one of them, so their commands do something else or fail.',
      evidence: [{ text: `ipsec --version: ${said}` }],
      fix: [{ end: 'ours', text: 'find all with "type -a ipsec" and remove the wrong one or put its folder behind /usr/sbin in PATH' }],
      retest: 'vpndoctor verify --only ipsec-on-path',
      refs: ['ipsec(8)'],
    }),
  };
}

function missing({ name, programs, packages }: Stack): CheckLine {
  const found = programs[0] ?? packages[0]?.name ?? name;
  return {
    status: 'fail',
    label: LABEL,
    detail: `not found, although ${name} is installed`,
    finding: hostFinding('ipsec-on-path', {
      what: 'missing',
      severity: 'error',
      title: `${name} is installed, but its command ipsec is on none of the usual paths`,
      cause:
        'Its unit file, its updown script and every command of an administrator go through ipsec. Without it the daemon starts no connection.',
      evidence: [
        { text: `${found} is there` },
        { text: 'ipsec: not found in /usr/sbin, /usr/bin, /sbin, /bin, /usr/local/sbin, /usr/local/bin' },
      ],
      fix: [
        {
          end: 'ours',
          text: `reinstall ${name} (apt-get install --reinstall libreswan, dnf reinstall libreswan), or link its ipsec into /usr/sbin`,
        },
      ],
      retest: 'vpndoctor verify --only ipsec-on-path',
      refs: ['ipsec(8)'],
    }),
  };
}
