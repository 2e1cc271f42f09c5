import type { OpenvpnConfig } from '../config/openvpn/openvpn-config.js';
import type { Answer } from '../host/host.js';
import type { Process } from '../host/linux/processes.js';
import type { ListeningSocket } from '../host/linux/sockets.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unknown, unseen } from './shared/lines.js';
import { placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly sockets: Answer<readonly ListeningSocket[]>;
  readonly processes: Answer<readonly Process[]>;
  readonly tunnels: Tunnels;
}

const LABEL = 'ports of OpenVPN';

export const check: Check<Facts> = {
  id: 'openvpn-ports',
  group: 'sockets',
  title: LABEL,
  reads: ['ss -H -l -n -t -u -w -p', '/proc/<pid>/stat, cmdline', 'configuration files of OpenVPN'],
  refs: ['openvpn(8): --port, --local, --proto'],
  async facts(host) {
    const [sockets, processes, tunnels] = await Promise.all([host.sockets(), host.processes(), readTunnels(host)]);
    return { sockets, processes, tunnels };
  },
  judge({ sockets, processes, tunnels }) {
    const listening = tunnels.openvpn.filter(({ role, localPort }) => role === 'server' && localPort !== undefined);
    if (listening.length === 0) return [unneeded(LABEL, tunnels, 'no server of OpenVPN is configured', 'openvpn')];
    if (!sockets.ok) return [unseen(LABEL, sockets)];
    return listening.map((config) => line(config, sockets.value, processes));
  },
};

function line(config: OpenvpnConfig, sockets: readonly ListeningSocket[], processes: Facts['processes']): CheckLine {
  const { file, connection, localPort, localAddress, proto } = config;
  if (localPort === undefined) return skip(connection.name, 'listens on no port');
  const protocol = proto.value.startsWith('tcp') ? 'tcp' : 'udp';
  const port = localPort.value;
  const label = `${connection.name} on ${protocol.toUpperCase()} ${port}`;
  const open = sockets.filter(
    (socket) =>
      socket.protocol === protocol &&
      socket.port === port &&
      (localAddress === undefined || ['0.0.0.0', '::', '*', localAddress.value].includes(socket.address)),
  );
  const where = [...new Set(open.map(({ address }) => address))].join(', ');
  const owners = [...new Map(open.flatMap(({ owners = [] }) => owners).map((owner) => [owner.pid, owner])).values()];
  if (owners.some(({ name }) => name === 'openvpn')) return pass(label, `openvpn on ${where}`);
  if (owners.length > 0) {
    const names = owners.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ');
    return bad(config, label, 'foreign', `held by ${names}`, {
      title: `${protocol.toUpperCase()} port ${port} of ${connection.name} belongs to ${names}`,
      cause:
        'OpenVPN cannot bind the port and ends with "TCP/UDP: Socket bind failed … Address already in use". Clients reach the other program instead.',
      evidence: `ss -ln: ${where}:${port} ${names}`,
      fix: `stop ${names}, or another port in ${file}`,
    });
  }
  if (open.length > 0) return unknown(label, `open on ${where}, by whom could not be seen`);
  if (!processes.ok) return unseen(label, processes);
  if (!processes.value.some((process) => runs(process, file))) return skip(label, 'not started');
  return bad(config, label, 'closed', 'closed, although openvpn runs with it', {
    title: `openvpn runs with ${file}, but ${protocol.toUpperCase()} port ${port} is closed`,
    cause:
      'The process is there and does not listen: it hangs before it opens the port (waiting for a password or a name), or was started with another configuration than the file has now.',
    evidence: `ss -ln: no ${protocol} socket on port ${port}`,
    fix: 'see its log, then restart it',
  });
}

function runs({ name, command, sameNetwork }: Process, file: string): boolean {
  const base = file.split('/').at(-1) ?? file;
  return name === 'openvpn' && sameNetwork !== false && command.some((word) => word === file || word === base);
}

interface Words {
  readonly title: string;
  readonly cause: string;
  readonly evidence: string;
  readonly fix: string;
}

function bad({ connection, localPort, file }: OpenvpnConfig, label: string, what: string, detail: string, words: Words): CheckLine {
  return {
    status: 'fail',
    label,
    detail,
    finding: hostFinding('openvpn-ports', {
      what,
      subject: connection.name,
      severity: 'error',
      title: words.title,
      cause: words.cause,
      evidence: [{ text: words.evidence }, { ...placeOf(localPort ?? { file, line: 0 }), text: `port ${localPort?.value ?? ''}` }],
      fix: [{ end: 'ours', text: words.fix }],
      retest: 'vpndoctor verify --only openvpn-ports',
      refs: ['openvpn(8): --port, --local, --proto'],
    }),
  };
}
