import { type Answer, answered, type CommandOutput } from '../host/host.js';
import type { Connection } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unknown } from './shared/lines.js';
import { namesOf, placeOf, readTunnels, type Tunnels } from './shared/tunnels.js';

interface Facts {
  readonly timedatectl: Answer<CommandOutput>;
  readonly chronyc: Answer<CommandOutput>;
  readonly now: Date;
  readonly tunnels: Tunnels;
}

const LABEL = 'clock';
/** No host that runs this program can have an earlier date. */
const IMPOSSIBLE = Date.UTC(2025, 0, 1);

export const check: Check<Facts> = {
  id: 'clock-sync',
  group: 'system',
  title: LABEL,
  reads: ['timedatectl show', 'chronyc -c tracking', 'configuration files'],
  refs: ['RFC 5280 §4.1.2.5', 'timedatectl(1)', 'chronyc(1)'],
  async facts(host) {
    const [timedatectl, chronyc, tunnels] = await Promise.all([
      host.host.run(['timedatectl', 'show']),
      host.host.run(['chronyc', '-c', 'tracking']),
      readTunnels(host),
    ]);
    return { timedatectl, chronyc, now: host.host.now, tunnels };
  },
  judge({ timedatectl, chronyc, now, tunnels }) {
    const users = tunnels.ipsec.filter(usesCertificates);
    const names = [...users, ...tunnels.openvpn.filter(({ role }) => role !== 'static-key').map(({ connection }) => connection)];
    if (now.getTime() < IMPOSSIBLE) return [wrong(now, names)];
    const synced = isSynced(timedatectl, chronyc);
    if (synced === undefined)
      return [
        unknown(
          LABEL,
          `whether it is synchronised could not be seen: ${timedatectl.ok ? 'timedatectl does not say' : timedatectl.message}`,
        ),
      ];
    if (synced.is) return [pass(LABEL, synced.how)];
    if (names.length === 0) return [skip(LABEL, `${synced.how}; no connection uses certificates`)];
    return [unsynced(synced.how, names)];
  },
};

function usesCertificates({ local, remote }: Connection): boolean {
  return (
    local.certificate !== undefined ||
    remote.certificate !== undefined ||
    [...local.auth, ...remote.auth].some(({ value }) => value === 'pubkey')
  );
}

function isSynced(
  timedatectl: Facts['timedatectl'],
  chronyc: Facts['chronyc'],
): { readonly is: boolean; readonly how: string } | undefined {
  const said = /^NTPSynchronized=(yes|no)$/m.exec(answered(timedatectl)?.stdout ?? '')?.[1];
  if (said === 'yes') return { is: true, how: 'synchronised (timedatectl: NTPSynchronized=yes)' };
  // Reference id, name, stratum, …, leap status, as comma separated values.
  const fields = (answered(chronyc)?.stdout ?? '').trim().split(',');
  const leap = fields.length > 12 ? fields.at(-1) : undefined;
  if (leap !== undefined) return { is: leap !== 'Not synchronised', how: `chronyc tracking: ${leap}` };
  return said === 'no' ? { is: false, how: 'timedatectl: NTPSynchronized=no' } : undefined;
}

function unsynced(how: string, users: readonly Connection[]): CheckLine {
  return {
    status: 'warn',
    label: LABEL,
    detail: 'not synchronised',
    finding: hostFinding('clock-sync', {
      what: 'unsynchronised',
      severity: 'warning',
      confidence: 0.7,
      title: `the clock is not synchronised, and ${namesOf(users)} uses certificates`,
      cause:
        'A clock that drifts makes certificates and CRLs seem expired or not yet valid, at one end only, and logs of the two ends cannot be compared.',
      evidence: [{ text: how }],
      fix: [{ end: 'ours', text: 'timedatectl set-ntp true, or install chrony' }],
      retest: 'vpndoctor verify --only clock-sync',
      refs: ['RFC 5280 §4.1.2.5', 'timedatectl(1)'],
    }),
    mend: [{ comment: 'certificates need the right time', apply: 'timedatectl set-ntp true', undo: 'timedatectl set-ntp false' }],
  };
}

function wrong(now: Date, users: readonly Connection[]): CheckLine {
  const [first] = users;
  return {
    status: 'fail',
    label: LABEL,
    detail: `says ${now.toISOString().slice(0, 10)}`,
    finding: hostFinding('clock-sync', {
      what: 'wrong',
      severity: 'error',
      title: `the clock says ${now.toISOString().slice(0, 10)}, which is past`,
      cause:
        'A host without a battery starts at a date long ago. Every certificate is then "not yet valid", and so are signatures of the packages that would mend it.',
      evidence: [
        { text: `the clock: ${now.toISOString()}` },
        ...(first === undefined ? [] : [{ ...placeOf(first), text: `${first.name} uses certificates` }]),
      ],
      fix: [{ end: 'ours', text: 'date -s "YYYY-MM-DD HH:MM", then timedatectl set-ntp true' }],
      retest: 'vpndoctor verify --only clock-sync',
      refs: ['RFC 5280 §4.1.2.5'],
    }),
  };
}
