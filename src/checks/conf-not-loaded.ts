import type { Connection } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip } from './shared/lines.js';
import { readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

const LABEL = 'connections loaded at start';

/** Languages in which a connection has to say that it wants to be loaded. */
const SWAN = new Set(['openswan', 'libreswan', 'stroke']);

export const check: Check<Tunnels> = {
  id: 'conf-not-loaded',
  group: 'configuration',
  title: LABEL,
  reads: ['auto= of each connection'],
  refs: ['ipsec.conf(5): auto'],
  facts: readTunnels,
  judge(tunnels) {
    const { off = [] } = tunnels;
    const connections = tunnels.ipsec.filter(({ dialect }) => SWAN.has(dialect));
    if (connections.length + off.length === 0) {
      return [
        tunnels.ipsec.length > 0
          ? skip(LABEL, 'swanctl loads every connection')
          : unneeded(LABEL, tunnels, 'no connection in an ipsec.conf'),
      ];
    }
    const unsaid = connections.filter(({ auto }) => auto.line === 0 && auto.value === 'ignore');
    const loaded = connections.length - unsaid.length;
    return [
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
