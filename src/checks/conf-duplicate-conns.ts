import type { Connection, ConnectionEnd } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';
import { CONFIGURATION_ROLES, judgeRemarks, type RemarkFacts, readRemarks } from './shared/remarks.js';
import { readTunnels, type Tunnels } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly remarks: RemarkFacts;
}

const LABEL = 'connections given twice';

export const check: Check<Facts> = {
  id: 'conf-duplicate-conns',
  group: 'configuration',
  title: LABEL,
  reads: ['/etc/ipsec.conf', '/etc/swanctl/swanctl.conf'],
  refs: ['ipsec.conf(5)', 'RFC 4301 §4.4.1'],
  async facts(host) {
    const [tunnels, remarks] = await Promise.all([readTunnels(host), readRemarks(host)]);
    return { tunnels, remarks };
  },
  judge({ tunnels, remarks }) {
    const written = judgeRemarks(remarks, {
      id: check.id,
      label: LABEL,
      roles: CONFIGURATION_ROLES,
      cause: () => 'Two sections or keys of one name: what one of them says is not in force, and which of them differs between products.',
    });
    const twins = twinsOf(tunnels.ipsec);
    const faults = [...written.filter(({ status }) => status !== 'pass' && status !== 'skip'), ...twins.map(twinLine)];
    if (faults.length > 0) return faults;
    const [first] = remarks.files.flatMap(({ path, unread }) => (unread === undefined ? [] : [{ path, ...unread }]));
    if (tunnels.ipsec.length > 0) return [pass(LABEL, `none among ${tunnels.ipsec.length}`)];
    return [first === undefined ? skip(LABEL, 'no IPsec connection') : unseen(LABEL, first)];
  },
};

type Twins = readonly [Connection, Connection];

/** Pairs of loaded connections that want the same traffic between the same ends. */
function twinsOf(connections: readonly Connection[]): readonly Twins[] {
  const first = new Map<string, Connection>();
  const twins: Twins[] = [];
  for (const connection of connections) {
    if (connection.auto.value === 'ignore') continue;
    const key = keyOf(connection);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, connection);
    else if (earlier.name !== connection.name) twins.push([earlier, connection]);
  }
  return twins;
}

/** What tells policies of the kernel apart beside addresses. */
const DISTINGUISHING = /mark|if_id|reqid|interface|vti|leftid|rightid|username|label|secctx|identity|groups/i;

function keyOf(connection: Connection): string {
  const { local, remote, dialect, ikeVersion, mode, protocol, other } = connection;
  const own = other.filter(({ key }) => DISTINGUISHING.test(key)).map(({ key, value }) => `${key}=${value.value}`);
  return JSON.stringify([dialect, ikeVersion.value, mode.value, protocol.value, endKey(local), endKey(remote), own.sort()]);
}

function endKey({ addresses, id, subnets, protoPort, certificate, auth }: ConnectionEnd): unknown {
  const values = (list: readonly { readonly value: string }[]) => list.map(({ value }) => value).sort();
  return [values(addresses), id?.value, values(subnets), protoPort?.value, certificate?.value, values(auth)];
}

function twinLine([first, second]: Twins): CheckLine {
  const names = `${first.name} and ${second.name}`;
  return {
    status: 'warn',
    label: LABEL,
    detail: `${names} are the same tunnel`,
    finding: hostFinding(check.id, {
      what: 'twins',
      subject: names,
      severity: 'warning',
      confidence: 0.8,
      title: `${names} have the same ends and the same networks`,
      cause:
        'Both ask for the same policy in the kernel. The one that comes up last takes it over, and the other loses its traffic or is refused; rekeying makes them change places.',
      evidence: [first, second].map(({ file, line, name }) => ({ file, line, text: name })),
      fix: [
        {
          end: 'ours',
          text: `take one of the two out${second.dialect === 'swanctl' ? '' : `, or set auto=ignore in ${second.file}:${second.line} (${second.name})`}`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['RFC 4301 §4.4.1'],
    }),
  };
}
