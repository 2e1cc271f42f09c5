import { type Answer, answered, type FileStat } from '../host/host.js';
import type { Stack } from '../host/linux/stacks.js';
import type { Check, CheckLine } from './check.js';
import { asRoot, hostFinding } from './shared/finding.js';
import { type Availability, availability, readModuleFacts } from './shared/kernel-modules.js';
import { pass, skip, unseen } from './shared/lines.js';
import { readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly device: Answer<FileStat>;
  readonly driver: Availability;
  readonly inContainer: boolean;
  readonly openvpn: Stack | undefined;
}

const LABEL = 'TUN device';
const PATH = '/dev/net/tun';
const MAKE = `mkdir -p /dev/net && mknod ${PATH} c 10 200 && chmod 0666 ${PATH}`;

export const check: Check<Facts> = {
  id: 'openvpn-tun-device',
  group: 'openvpn',
  title: LABEL,
  reads: [PATH, '/proc/modules', '/lib/modules/<release>', 'user of openvpn'],
  refs: ['Linux Documentation/networking/tuntap', 'openvpn(8): --dev'],
  async facts(host) {
    const [tunnels, device, modules, container, stacks] = await Promise.all([
      readTunnels(host),
      host.host.stat(PATH),
      readModuleFacts(host),
      host.container(),
      host.stacks(),
    ]);
    return {
      tunnels,
      device,
      driver: availability(modules, ['tun']),
      inContainer: answered(container)?.inside === true,
      openvpn: (answered(stacks) ?? []).find(({ id }) => id === 'openvpn'),
    };
  },
  judge({ tunnels, device, driver, inContainer, openvpn }) {
    if (tunnels.openvpn.length === 0) return [unneeded(LABEL, tunnels, 'no configuration of OpenVPN', 'openvpn')];
    if (tunnels.openvpn.every(({ deviceType }) => deviceType === 'null')) return [skip(LABEL, 'dev null needs none')];
    if (!device.ok && device.reason !== 'missing') return [unseen(LABEL, device)];
    if (!device.ok) return [absent(driver, inContainer)];
    const { kind, mode } = device.value;
    const octal = mode.toString(8).padStart(4, '0');
    if (kind !== 'character-device') {
      return [
        bad(
          'kind',
          `a ${kind}, no character device`,
          `${PATH} is a ${kind} and no character device`,
          `stat ${PATH}: ${kind}, mode ${octal}`,
          {
            fix: `rm -r ${PATH} && ${MAKE}`,
            cause:
              'Something else was put there, by a container that mounts a missing device as a directory for one. OpenVPN cannot open it: "Cannot open TUN/TAP dev".',
          },
        ),
      ];
    }
    const user = openvpn?.running.find(({ uid }) => uid !== undefined && uid !== 0);
    if (user !== undefined && (mode & 0o006) !== 0o006) {
      return [
        bad(
          'mode',
          `mode ${octal}, and openvpn runs as user ${user.uid}`,
          `${PATH} has mode ${octal}, and openvpn runs as user ${user.uid}`,
          `stat ${PATH}: mode ${octal}; process ${user.pid}, user ${user.uid}`,
          {
            status: 'warn',
            fix: `chmod 0666 ${PATH}`,
            cause:
              'A process that is not root cannot open the device anew after a restart of the tunnel: "Cannot open TUN/TAP dev /dev/net/tun: Permission denied". Opening it alone gives nobody an interface: that takes CAP_NET_ADMIN.',
            undo: `chmod ${octal} ${PATH}`,
          },
        ),
      ];
    }
    return [pass(LABEL, `${PATH}, mode ${octal}`)];
  },
};

function absent(driver: Availability, inContainer: boolean): CheckLine {
  const evidence = `stat ${PATH}: no such file`;
  if (inContainer) {
    return bad('missing', `${PATH} is not there`, `${PATH} is not in this container`, evidence, {
      fix: `start the container with the device and the right to use it: --device ${PATH} --cap-add NET_ADMIN (LXC: lxc.mount.entry = ${PATH} dev/net/tun none bind,create=file)`,
      cause:
        'Without the device there is no interface for the tunnel: "Cannot open TUN/TAP dev /dev/net/tun: No such file or directory", and OpenVPN ends.',
    });
  }
  const module = driver.is === 'absent' ? [driver.fix] : driver.how.includes('built-in') ? [] : ['modprobe tun'];
  return bad('missing', `${PATH} is not there`, `${PATH} is not there`, `${evidence}; module tun: ${driver.how}`, {
    fix: [...module, `[ -c ${PATH} ] || { ${MAKE}; }`].join('\n'),
    cause:
      'Without the device there is no interface for the tunnel: "Cannot open TUN/TAP dev /dev/net/tun: No such file or directory", and OpenVPN ends.',
    ...(driver.is === 'absent' ? {} : { undo: `rm -f ${PATH}` }),
  });
}

interface Words {
  readonly status?: 'warn';
  readonly cause: string;
  readonly fix: string;
  /** Absent where no script can mend it. */
  readonly undo?: string;
}

function bad(what: string, detail: string, title: string, evidence: string, { status = undefined, cause, fix, undo }: Words): CheckLine {
  return {
    status: status ?? 'fail',
    label: LABEL,
    detail,
    finding: hostFinding(check.id, {
      what,
      severity: status === undefined ? 'error' : 'warning',
      title,
      cause,
      evidence: [{ file: PATH, text: evidence }],
      fix: [undo === undefined ? { end: 'ours', text: fix } : asRoot(fix)],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['Linux Documentation/networking/tuntap', 'openvpn(8): --dev'],
    }),
    ...(undo !== undefined && { mend: [{ comment: title, apply: fix.split('\n').join('; '), undo }] }),
  };
}
