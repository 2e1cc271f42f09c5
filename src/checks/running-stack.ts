import { shellWord } from '../bytes/shell-word.js';
import type { Answer } from '../host/host.js';
import type { Process } from '../host/linux/processes.js';
import type { Stack } from '../host/linux/stacks.js';
import type { Connection } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { unitOf } from './shared/daemon-unit.js';
import { asRoot, hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';
import { namesOf, readTunnels, stackOf, type Tunnels } from './shared/tunnels.js';

interface Facts {
  readonly processes: Answer<readonly Process[]>;
  readonly stacks: Answer<readonly Stack[]>;
  readonly tunnels: Tunnels;
}

const LABEL = 'implementations running';
/** Each configuration of OpenVPN has a unit of its own. */
const MAX_UNITS = 8;

export const check: Check<Facts> = {
  id: 'running-stack',
  group: 'stack',
  title: LABEL,
  reads: ['/proc/<pid>/stat, cmdline, ns/net', 'configuration files'],
  refs: ['ipsec verify: Checking that pluto is running'],
  async facts(host) {
    const [processes, stacks, tunnels] = await Promise.all([host.processes(), host.stacks(), readTunnels(host)]);
    return { processes, stacks, tunnels };
  },
  judge({ processes, stacks, tunnels }) {
    if (!processes.ok) return [unseen(LABEL, processes)];
    if (!stacks.ok) return [unseen(LABEL, stacks)];
    if (stacks.value.length === 0) return [skip(LABEL, 'none is installed')];
    const anyIke = stacks.value.some(({ id, running }) => id !== 'openvpn' && running.length > 0);
    return stacks.value.map((stack) => line(stack, anyIke, tunnels));
  },
};

function line(stack: Stack, anyIke: boolean, { ipsec, openvpn }: Tunnels): CheckLine {
  const { id, name, running } = stack;
  const label = `${name} running`;
  if (running.length > 0) return pass(label, running.map((process) => `${process.name} (pid ${process.pid})`).join(', '));
  if (id === 'openvpn') {
    if (openvpn.length === 0) return skip(label, 'not running, nothing is configured for it');
    return notRunning(
      stack,
      'warn',
      openvpn.map(({ file, connection }) => ({ ...connection, file })),
    );
  }
  // One ipsec.conf may be read by either of two; whichever runs serves it.
  const its = ipsec.filter((connection) => stackOf(connection) === id);
  if (its[0] === undefined) return skip(label, 'not running, nothing is configured for it');
  return anyIke ? skip(label, 'not running, another implementation is') : notRunning(stack, 'fail', its);
}

function notRunning(stack: Stack, status: 'fail' | 'warn', unserved: readonly Connection[]): CheckLine {
  const { id, name } = stack;
  const connections = namesOf(unserved);
  const units = [...new Set(unserved.map((connection) => unitOf(stack, connection)))].slice(0, MAX_UNITS).join(' ');
  return {
    status,
    label: `${name} running`,
    detail: `not running, ${connections} configured`,
    finding: hostFinding('running-stack', {
      what: 'stopped',
      severity: status === 'fail' ? 'error' : 'warning',
      title: `${name} is not running, so nothing serves ${connections}`,
      cause: `No process of ${name} runs in this network namespace. Without its daemon nothing negotiates keys and no tunnel comes up.`,
      evidence: [{ text: '/proc: no process of that name' }, { file: unserved[0]?.file ?? '', text: `configures ${connections}` }],
      // OpenVPN ends where it gets no interface.
      dependsOn: id === 'openvpn' ? ['host/openvpn-tun-device-missing'] : [],
      fix: [
        asRoot(...renamed(unserved), `systemctl enable --now ${units}`),
        { end: 'ours', text: `if it does not stay up, see its log:\njournalctl -b -u ${units.replaceAll(' ', ' -u ')}` },
      ],
      retest: 'vpndoctor verify --only stack sockets',
      refs: ['systemctl(1)'],
    }),
  };
}

/** The units of OpenVPN read files that end in .conf alone. */
function renamed(connections: readonly Connection[]): readonly string[] {
  return connections
    .filter(({ file }) => /^\/etc\/openvpn\/.*\.ovpn$/.test(file))
    .slice(0, MAX_UNITS)
    .map(({ file }) => `mv ${shellWord(file)} ${shellWord(file.replace(/\.ovpn$/, '.conf'))}`);
}
