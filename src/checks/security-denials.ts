import { type Answer, answered, type CommandOutput, noAnswer } from '../host/host.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';

interface Facts {
  /** `1`: SELinux enforces. */
  readonly selinux: Answer<string>;
  /** `Y`: AppArmor is on. */
  readonly apparmor: Answer<string>;
  readonly journal: Answer<CommandOutput>;
  readonly dmesg: Answer<CommandOutput>;
}

const LABEL = 'SELinux and AppArmor';
const LINES = '5000';
const NOT_ASKED = noAnswer('not-collected', 'neither SELinux nor AppArmor is active');

/** Daemons and their domains, as both systems name them in a denial. */
const DAEMONS =
  /(?:comm|exe|profile)="[^"]*(?:charon|pluto|starter|stroke|swanctl|openvpn|racoon|isakmpd|iked|_updown|addconn)[^"]*"|scontext=\S*:(?:ipsec|openvpn|racoon|strongswan)\w*_t\b/;
const DENIAL = /avc:\s+denied|apparmor="DENIED"/;

export const check: Check<Facts> = {
  id: 'security-denials',
  group: 'system',
  title: LABEL,
  reads: ['/sys/fs/selinux/enforce', '/sys/module/apparmor/parameters/enabled', `journalctl -k -b -o short -n ${LINES}`, 'dmesg'],
  refs: ['ipsec verify (Openswan): SELinux support', 'selinux(8)', 'apparmor(7)'],
  async facts(host) {
    const { host: asked } = host;
    const [selinux, apparmor] = await Promise.all([
      asked.readFile('/sys/fs/selinux/enforce'),
      asked.readFile('/sys/module/apparmor/parameters/enabled'),
    ]);
    const active = selinux.ok || answered(apparmor)?.trim() === 'Y';
    const [journal, dmesg] = active
      ? await Promise.all([asked.run(['journalctl', '-k', '-b', '-o', 'short', '-n', LINES, '--no-pager']), asked.run(['dmesg'])])
      : [NOT_ASKED, NOT_ASKED];
    return { selinux, apparmor, journal, dmesg };
  },
  judge({ selinux, apparmor, journal, dmesg }) {
    const enforcing = answered(selinux)?.trim();
    const armoured = answered(apparmor)?.trim() === 'Y';
    const refusal = [selinux, apparmor].find((answer) => !answer.ok && answer.reason !== 'missing');
    if (enforcing === undefined && !armoured) {
      return [refusal !== undefined && !refusal.ok ? unseen(LABEL, refusal) : skip(LABEL, 'neither is active')];
    }
    const log = [journal, dmesg].find((output) => output.ok && output.value.status === 0 && output.value.stdout.trim() !== '');
    if (log?.ok !== true) {
      const said = [dmesg, journal].find((output) => output.ok && output.value.stderr.trim() !== '');
      const why = said?.ok === true ? said.value.stderr.trim().split('\n')[0] : dmesg.ok ? 'it is empty' : dmesg.message;
      return [{ status: 'unknown', label: LABEL, detail: `active, but the kernel log could not be read: ${why}` }];
    }
    const denials = log.value.stdout.split('\n').filter((text) => DENIAL.test(text) && DAEMONS.test(text));
    if (denials.length > 0) return [denied(denials)];
    const state = [
      enforcing === '1' ? 'SELinux enforces' : enforcing === '0' ? 'SELinux is permissive' : '',
      armoured ? 'AppArmor is on' : '',
    ];
    return [pass(LABEL, `${state.filter((part) => part !== '').join(', ')}; nothing denied to a VPN daemon since the start`)];
  },
};

function denied(denials: readonly string[]): CheckLine {
  // permissive=1: noted only, not refused.
  const refused = denials.filter((text) => !/permissive=1/.test(text));
  const status = refused.length > 0 ? 'fail' : 'warn';
  const apparmor = denials.some((text) => /apparmor=/.test(text));
  return {
    status,
    label: LABEL,
    detail: `${denials.length} denials for VPN daemons`,
    finding: hostFinding('security-denials', {
      severity: status === 'fail' ? 'error' : 'warning',
      confidence: 0.8,
      title: `${apparmor ? 'AppArmor' : 'SELinux'} ${status === 'fail' ? 'kept a VPN daemon from something' : 'would keep a VPN daemon from something'}`,
      cause:
        'The daemon gets "Permission denied" although file modes allow it: secrets, certificates or scripts in an unusual place are not read, or a route is not set.',
      evidence: denials.slice(-3).map((text) => ({ text: text.trim().slice(0, 300) })),
      fix: [
        {
          end: 'ours',
          text: apparmor
            ? 'add the path to /etc/apparmor.d/local/PROFILE, then apparmor_parser -r /etc/apparmor.d/PROFILE'
            : 'restorecon -Rv /etc/ipsec.d /etc/ipsec.* /etc/strongswan /etc/openvpn; ausearch -m avc -ts boot shows what is left',
        },
      ],
      retest: 'vpndoctor verify --only security-denials, after a restart of the daemon',
      refs: apparmor ? ['apparmor.d(5)'] : ['restorecon(8)', 'ausearch(8)'],
    }),
  };
}
