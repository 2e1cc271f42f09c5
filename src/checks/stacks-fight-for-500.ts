import type { Answer } from '../host/host.js';
import type { Process } from '../host/linux/processes.js';
import type { ListeningSocket } from '../host/linux/sockets.js';
import type { Stack } from '../host/linux/stacks.js';
import { IKE_PORT } from '../wire/udp-encap.js';
import type { Check } from './check.js';
import { unitOf } from './shared/daemon-unit.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';

interface Facts {
  readonly processes: Answer<readonly Process[]>;
  readonly stacks: Answer<readonly Stack[]>;
  readonly sockets: Answer<readonly ListeningSocket[]>;
}

const LABEL = 'one IKE daemon alone';

export const check: Check<Facts> = {
  id: 'stacks-fight-for-500',
  group: 'stack',
  title: LABEL,
  reads: ['/proc/<pid>/stat, ns/net', 'ss -H -l -n -t -u -w -p'],
  refs: ['strongswan.conf(5): charon.port', 'RFC 7296 §2'],
  async facts(host) {
    const [processes, stacks, sockets] = await Promise.all([host.processes(), host.stacks(), host.sockets()]);
    return { processes, stacks, sockets };
  },
  judge({ processes, stacks, sockets }) {
    if (!processes.ok) return [unseen(LABEL, processes)];
    if (!stacks.ok) return [unseen(LABEL, stacks)];
    const ike = stacks.value.filter(({ id, running }) => id !== 'openvpn' && running.length > 0);
    const [one, other] = ike;
    if (one === undefined) return [skip(LABEL, 'none is running')];
    if (other === undefined) return [pass(LABEL, one.name)];
    const holders = ike.map((stack) => ({ stack, addresses: addressesOf(stack, sockets) }));
    if (holders.every(({ addresses }) => addresses.length > 0) && apart(holders.map(({ addresses }) => addresses))) {
      return [pass(LABEL, `${ike.map(({ name }) => name).join(' and ')}, each on addresses of its own`)];
    }
    const names = ike.map(({ name }) => name).join(' and ');
    return [
      {
        status: 'fail',
        label: LABEL,
        detail: `${names} run side by side`,
        finding: hostFinding(check.id, {
          severity: 'error',
          title: `${names} run at the same time and want the same port 500`,
          cause:
            'Only one can bind UDP 500 and 4500 of an address. The other never sees an answer, and both change the same policies of the kernel.',
          evidence: holders.flatMap(({ stack, addresses }) =>
            stack.running.map(({ name, pid }) => ({
              text: `${name} (pid ${pid}), ${addresses.length === 0 ? 'holds no socket on port 500' : `on ${addresses.join(', ')}`}`,
            })),
          ),
          fix: [
            {
              end: 'ours',
              text: [
                'keep one, and stop the other:',
                ...ike.map((stack) => `systemctl disable --now ${unitOf(stack)}  # ${stack.name}`),
              ].join('\n'),
            },
          ],
          retest: 'vpndoctor verify --only stacks-fight-for-500 udp-500',
          refs: ['RFC 7296 §2'],
        }),
      },
    ];
  },
};

function addressesOf(stack: Stack, sockets: Facts['sockets']): readonly string[] {
  if (!sockets.ok) return [];
  const pids = new Set(stack.running.map(({ pid }) => pid));
  return sockets.value
    .filter(({ protocol, port, owners = [] }) => protocol === 'udp' && port === IKE_PORT && owners.some(({ pid }) => pids.has(pid)))
    .map(({ address }) => address);
}

function apart(lists: readonly (readonly string[])[]): boolean {
  const all = lists.flat();
  return new Set(all).size === all.length && !all.some((address) => ['0.0.0.0', '::', '*'].includes(address));
}
