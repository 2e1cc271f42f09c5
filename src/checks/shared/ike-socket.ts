import { type Answer, answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Interface } from '../../host/linux/interfaces.js';
import { daemonNames, type Process } from '../../host/linux/processes.js';
import type { ListeningSocket, SocketOwner } from '../../host/linux/sockets.js';
import type { Stack } from '../../host/linux/stacks.js';
import type { Connection } from '../../model/connection.js';
import { IKE_PORT } from '../../wire/udp-encap.js';
import type { CheckLine } from '../check.js';
import { unitOf } from './daemon-unit.js';
import { hostFinding } from './finding.js';
import { pass, skip, unknown, unseen } from './lines.js';
import { familyOf, namesOf, placeOf, readTunnels, stackOf, type Tunnels } from './tunnels.js';

export interface IkeSocketFacts {
  readonly sockets: Answer<readonly ListeningSocket[]>;
  readonly stacks: Answer<readonly Stack[]>;
  readonly processes: Answer<readonly Process[]>;
  readonly interfaces: Answer<readonly Interface[]>;
  readonly tunnels: Tunnels;
}

/** Which of the two ports, and what its absence means. */
export interface IkePort {
  /** Of the check. */
  readonly id: string;
  readonly port: 500 | 4500;
  readonly label: string;
  /** When nobody holds it although a daemon runs. */
  readonly closed: { readonly status: 'fail' | 'warn'; readonly cause: string; fix(daemon: Stack): string };
}

export async function readIkeSockets(host: HostFacts): Promise<IkeSocketFacts> {
  const [sockets, stacks, processes, interfaces, tunnels] = await Promise.all([
    host.sockets(),
    host.stacks(),
    host.processes(),
    host.interfaces(),
    readTunnels(host),
  ]);
  return { sockets, stacks, processes, interfaces, tunnels };
}

const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::', '*']);
const isIke = ({ name }: SocketOwner) => daemonNames.has(name) && name !== 'openvpn';

export function judgeIkeSocket(port: IkePort, facts: IkeSocketFacts): readonly CheckLine[] {
  const { sockets, stacks, processes, tunnels } = facts;
  if (!sockets.ok) return [unseen(port.label, sockets)];
  const open = sockets.value.filter((socket) => socket.protocol === 'udp' && socket.port === port.port);
  const running = (answered(stacks) ?? []).filter(({ id, running }) => id !== 'openvpn' && running.length > 0);
  const foreign = open.filter(({ owners }) => owners !== undefined && !owners.some(isIke));
  const wanted = running.length > 0 || tunnels.ipsec.length > 0;
  if (foreign.length > 0 && wanted) return [held(port, foreign)];
  if (foreign.length > 0 && foreign.length === open.length) {
    return [skip(port.label, `held by ${ownersInWords(foreign)}; no IKE daemon runs, and no connection wants one`)];
  }
  const [daemon] = running;
  if (open.length === 0) {
    if (daemon !== undefined) return [closed(port, daemon)];
    if (tunnels.ipsec.length === 0) return [skip(port.label, 'no IKE daemon runs, and no connection wants one')];
    return [processes.ok ? silent(port, tunnels, answered(stacks) ?? []) : unknown(port.label, processes.message)];
  }
  const where = [...new Set(open.map(({ address }) => address))].join(', ');
  if (!open.some(({ owners }) => owners !== undefined)) {
    return [unknown(port.label, `open on ${where}, by whom could not be seen`)];
  }
  const uncovered = notCovered(open, facts);
  if (uncovered.length > 0) return [elsewhere(port, open, uncovered)];
  return [pass(port.label, `${[...new Set(open.flatMap(({ owners = [] }) => owners.map(({ name }) => name)))].join(', ')} on ${where}`)];
}

/** Connections with an address of this host on which nobody listens. */
function notCovered(
  open: readonly ListeningSocket[],
  { tunnels, interfaces }: IkeSocketFacts,
): readonly { connection: Connection; address: string }[] {
  const own = new Set((answered(interfaces) ?? []).flatMap(({ addresses }) => addresses.map(({ address }) => address)));
  return tunnels.ipsec.flatMap((connection) =>
    connection.local.addresses
      .map(({ value }) => value)
      .filter((address) => own.has(address) && !open.some((socket) => listensOn(socket.address, address)))
      .map((address) => ({ connection, address })),
  );
}

function listensOn(bound: string, address: string): boolean {
  if (bound === address || bound === '*') return true;
  // Daemons open "::" for IPv6 alone and have another socket for IPv4.
  return bound === (familyOf(address) === 'ipv4' ? '0.0.0.0' : '::') && ANY.has(bound);
}

function ownersOf(sockets: readonly ListeningSocket[]): readonly SocketOwner[] {
  return [...new Map(sockets.flatMap(({ owners = [] }) => owners).map((owner) => [owner.pid, owner])).values()];
}

/** `dnsmasq (pid 321)` */
function ownersInWords(sockets: readonly ListeningSocket[]): string {
  return ownersOf(sockets)
    .map(({ name, pid }) => `${name} (pid ${pid})`)
    .join(', ');
}

function held({ id, port, label }: IkePort, sockets: readonly ListeningSocket[]): CheckLine {
  const names = ownersInWords(sockets);
  return {
    status: 'fail',
    label,
    detail: `held by ${names}`,
    finding: hostFinding(id, {
      what: 'foreign',
      severity: 'error',
      title: `UDP port ${port} belongs to ${names}, which is no IKE daemon`,
      cause:
        'Whatever the peer sends to this port goes to that program, which does not speak IKE; the IKE daemon cannot bind the port and says "Address already in use" in its log.',
      evidence: sockets.map(({ address, owners = [] }) => ({
        text: `ss -lnup: ${endpoint(address, port)} ${owners.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')}`,
      })),
      fix: [
        {
          end: 'ours',
          text: `stop ${ownersOf(sockets)
            .map(({ name }) => name)
            .join(', ')} or give it another port, then restart the IKE daemon`,
        },
      ],
      retest: `vpndoctor verify --only ${id}`,
      refs: ['RFC 7296 §2', 'ss(8)'],
    }),
  };
}

const endpoint = (address: string, port: number) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);

function closed({ id, port, label, closed: { status, cause, fix } }: IkePort, daemon: Stack): CheckLine {
  const { name, running } = daemon;
  const pids = running.map((process) => `${process.name} (pid ${process.pid})`).join(', ');
  return {
    status,
    label,
    detail: `closed, although ${name} runs`,
    finding: hostFinding(id, {
      what: 'closed',
      severity: status === 'fail' ? 'error' : 'warning',
      title: `${name} runs, but nobody listens on UDP port ${port}`,
      cause,
      evidence: [{ text: `ss -lnup: no socket on port ${port}` }, { text: `running: ${pids}` }],
      fix: [{ end: 'ours', text: fix(daemon) }],
      retest: `vpndoctor verify --only ${id}`,
      refs: [port === IKE_PORT ? 'RFC 7296 §2' : 'RFC 7296 §2.23', 'ss(8)'],
    }),
  };
}

function silent({ id, port, label }: IkePort, { ipsec }: Tunnels, installed: readonly Stack[]): CheckLine {
  const [first] = ipsec;
  // Whose configuration it is; one ipsec.conf may be that of several.
  const units = new Set(
    installed.flatMap((stack) => {
      const its = ipsec.find((connection) => stackOf(connection) === stack.id);
      return its === undefined ? [] : [unitOf(stack, its)];
    }),
  );
  return {
    status: 'fail',
    label,
    detail: 'closed, no IKE daemon runs',
    finding: hostFinding(id, {
      what: 'no-daemon',
      severity: 'error',
      title: `nobody listens on UDP port ${port} for ${namesOf(ipsec)}`,
      cause: 'No IKE daemon runs, so the peer gets no answer, or ICMP "port unreachable".',
      evidence: [
        { text: `ss -lnup: no socket on port ${port}` },
        ...(first === undefined ? [] : [{ ...placeOf(first), text: `configures ${first.name}` }]),
      ],
      fix: [
        {
          end: 'ours',
          text:
            units.size === 0
              ? 'install an IKE daemon and start it'
              : `start the daemon: systemctl enable --now ${[...units].join(', or ')}`,
        },
      ],
      retest: 'vpndoctor verify --only stack sockets',
      dependsOn: ['host/running-stack-stopped', 'host/installed-stacks-missing'],
      refs: ['RFC 7296 §2'],
    }),
  };
}

function elsewhere(
  { id, port, label }: IkePort,
  open: readonly ListeningSocket[],
  uncovered: readonly { connection: Connection; address: string }[],
): CheckLine {
  const addresses = [...new Set(uncovered.map(({ address }) => address))].join(', ');
  const names = namesOf(uncovered.map(({ connection }) => connection));
  const pluto = open.some(({ owners = [] }) => owners.some(({ name }) => name === 'pluto'));
  return {
    status: 'fail',
    label,
    detail: `not open on ${addresses}, which ${names} uses`,
    finding: hostFinding(id, {
      what: 'address',
      severity: 'error',
      title: `nobody listens on ${addresses} port ${port}, the address of ${names}`,
      cause:
        'The daemon looked for addresses when it started; this one came later, or the configuration names the addresses to listen on. What the peer sends there is refused.',
      evidence: [
        { text: `ss -lnup: port ${port} on ${[...new Set(open.map(({ address }) => address))].join(', ')}` },
        ...uncovered.slice(0, 3).flatMap(({ connection, address }) => {
          const written = connection.local.addresses.find(({ value }) => value === address);
          return written === undefined ? [] : [{ ...placeOf(written), text: `${connection.name}: ${address}` }];
        }),
      ],
      fix: [
        {
          end: 'ours',
          text: pluto ? 'ipsec whack --listen' : 'restart the IKE daemon, and look for interfaces_use, listen= in its configuration',
        },
      ],
      retest: `vpndoctor verify --only ${id}`,
      refs: ['ipsec_whack(8): --listen', 'strongswan.conf(5): interfaces_use'],
    }),
  };
}
