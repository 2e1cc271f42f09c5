import type { Connection } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip } from './shared/lines.js';
import { readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';
import { type Idle, idleLine, readIdle } from './shared/unloaded-files.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly idle: readonly Idle[];
}

const LABEL = 'connections loaded at start';

/** Languages in which a connection has to say that it wants to be loaded. */
const SWAN = new Set(['openswan', 'libreswan', 'stroke']);

export const check: Check<Facts> = {
  id: 'conf-not-loaded',
  group: 'configuration',
  title: LABEL,
  reads: ['auto= of each connection', '/etc/ipsec.d, /etc/swanctl/conf.d'],
  refs: ['ipsec.conf(5): auto'],
  async facts(host) {
    const [tunnels, idle] = await Promise.all([readTunnels(host), readIdle(host)]);
    return { tunnels, idle };
  },
  judge({ tunnels, idle }) {
    const { off = [] } = tunnels;
    const connections = tunnels.ipsec.filter(({ dialect }) => SWAN.has(dialect));
    const configured = tunnels.ipsec.length + off.length > 0;
    const idleLines = idle.filter(({ files }) => files.length > 0 || !configured).map((each) => idleLine(check.id, LABEL, each));
    if (connections.length + off.length === 0) {
      if (idleLines.length > 0) return idleLines;
      return [
        tunnels.ipsec.length > 0
          ? skip(LABEL, 'swanctl loads every connection')
          : unneeded(LABEL, tunnels, 'no connection in an ipsec.conf'),
      ];
    }
    const unsaid = connections.filter(({ auto }) => auto.line === 0 && auto.value === 'ignore');
    const loaded = connections.length - unsaid.length;
    return [
      ...idleLines,
      ...(loaded > 0 ? [pass(LABEL, `${loaded} of ${connections.length + off.length}`)] : []),
      ...(off.length > 0 ? [skip(LABEL, `switched off with auto=ignore: ${off.map(({ name }) => name).join(', ')}`)] : []),
      ...unsaid.map(line),
    ];
  },
};

function line(connection: Connection): CheckLine {
  const { name, file, line: at } = connection;
  const auto = waits(connection) ? 'add' : 'start';
  return {
    status: 'warn',
    label: `${LABEL}: ${name}`,
    detail: 'no auto=, which means ignore',
    finding: hostFinding(check.id, {
      subject: name,
      severity: 'warning',
      confidence: 0.6,
      title: `the daemon does not load ${name}: it has no auto=`,
      cause:
        'Without auto= a connection is ignored at start. The other end gets "no connection authorized" or NO_PROPOSAL_CHOSEN until somebody loads it by hand. Right only if a script does that.',
      evidence: [{ file, line: at, text: `conn ${name}: no auto=` }],
      fix: [{ end: 'ours', text: `below ${file}:${at}:\n\tauto=${auto}` }],
      retest: `vpndoctor verify --only ${check.id}`,
      dependsOn: ['host/conf-syntax'],
      refs: ['ipsec.conf(5): auto'],
    }),
  };
}

/** The other end is anybody: there is nobody to call. */
function waits({ remote }: Connection): boolean {
  return remote.addresses.every(({ value }) => value.startsWith('%') || value === '0.0.0.0' || value === '::');
}
