import type { IpsecConf } from '../config/ipsec-conf/document.js';
import type { Host } from '../host/host.js';
import type { Connection } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip } from './shared/lines.js';
import { placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

/** A group of addresses with which opportunistic encryption is tried, or not: `/etc/ipsec.d/policies/private-or-clear`. */
interface Group {
  readonly file: string;
  readonly entries: readonly { readonly value: string; readonly line: number }[];
}

interface Facts {
  readonly tunnels: Tunnels;
  readonly confs: readonly IpsecConf[];
  readonly groups: ReadonlyMap<string, Group>;
}

const LABEL = 'opportunistic encryption';
const POLICIES = '/etc/ipsec.d/policies';

export const check: Check<Facts> = {
  id: 'conf-opportunistic',
  group: 'configuration',
  title: LABEL,
  reads: ['config setup: oe=', 'connections with right=%opportunisticgroup', `${POLICIES}/*`],
  refs: ['ipsec verify: Opportunistic Encryption', 'RFC 4322', 'RFC 7619'],
  async facts(host) {
    const [tunnels, configurations] = await Promise.all([readTunnels(host), host.configurations()]);
    const groups = new Map<string, Group>();
    for (const { name } of tunnels.ipsec.filter(isGroup)) {
      const group = groups.has(name) ? undefined : await readGroup(host.host, name);
      if (group !== undefined) groups.set(name, group);
    }
    return { tunnels, confs: configurations.ipsecConfs, groups };
  },
  judge({ tunnels, confs, groups }) {
    const swan = confs.filter(({ product }) => product !== 'strongswan');
    if (swan.length === 0) {
      return [
        tunnels.ipsec.length > 0 ? skip(LABEL, 'strongSwan has none') : unneeded(LABEL, tunnels, 'no ipsec.conf of Openswan or libreswan'),
      ];
    }
    const switched = swan.flatMap(({ setup }) => setup.get('oe') ?? []).filter(({ value }) => /^(yes|on|true|1)$/i.test(value));
    const lines: CheckLine[] = switched.map((oe) => ({
      status: 'warn',
      label: LABEL,
      detail: `on: oe=${oe.value}`,
      finding: hostFinding(check.id, {
        severity: 'warning',
        confidence: 0.7,
        title: 'opportunistic encryption is on: pluto tries to negotiate with whomever this host sends to',
        cause: CAUSE,
        evidence: [{ ...placeOf(oe), text: `oe=${oe.value}` }],
        fix: [{ end: 'ours', text: `${oe.file}:${oe.line} becomes:\n\toe=no` }],
        retest: `vpndoctor verify --only ${check.id}`,
        refs: ['RFC 4322', 'ipsec.conf(5): oe'],
      }),
    }));
    for (const connection of tunnels.ipsec.filter(isGroup)) lines.push(judgeGroup(connection, groups.get(connection.name)));
    return lines.length > 0 ? lines : [pass(LABEL, 'off')];
  },
};

const CAUSE =
  'Traffic to strangers waits for a negotiation that nobody answers, with delays and a log full of %trap and %hold. Right only where it was meant.';

function isGroup({ remote, auto }: Connection): boolean {
  return auto.value !== 'ignore' && remote.addresses.some(({ value }) => /^%(opportunisticgroup|oppogroup|group)$/i.test(value));
}

function judgeGroup(connection: Connection, group: Group | undefined): CheckLine {
  const { name } = connection;
  const label = `${LABEL}: ${name}`;
  if (group === undefined) return pass(label, `no addresses in ${POLICIES}/${name}`);
  const everybody = group.entries.find(({ value }) => /^(0\.0\.0\.0\/0|::\/0)$/.test(value));
  if (everybody === undefined || !OPPORTUNISTIC.has(name)) return pass(label, `${group.entries.length} entries in ${group.file}`);
  return {
    status: 'warn',
    label,
    detail: `tried with everybody: ${group.file}:${everybody.line}`,
    finding: hostFinding(check.id, {
      what: 'everybody',
      subject: name,
      severity: 'warning',
      confidence: 0.7,
      title: `opportunistic encryption (${name}) is tried with every address`,
      cause: CAUSE,
      evidence: [
        { file: group.file, line: everybody.line, text: everybody.value },
        { file: connection.file, line: connection.line, text: `conn ${name}, auto=${connection.auto.value}` },
      ],
      fix: [
        {
          end: 'ours',
          text: `take ${everybody.value} out of ${group.file}:${everybody.line}, or set auto=ignore in ${connection.file}:${connection.line}`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['RFC 7619', 'ipsec.conf(5)'],
    }),
  };
}

const OPPORTUNISTIC = new Set(['private', 'private-or-clear', 'clear-or-private']);

async function readGroup(host: Host, name: string): Promise<Group | undefined> {
  const file = `${POLICIES}/${name}`;
  const text = await host.readFile(file);
  if (!text.ok) return undefined;
  const entries = text.value.split('\n').flatMap((line, index) => {
    const [value = ''] = line.trim().split(/\s+/);
    return value === '' || value.startsWith('#') ? [] : [{ value, line: index + 1 }];
  });
  return entries.length === 0 ? undefined : { file, entries };
}
