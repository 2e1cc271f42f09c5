import { type Answer, answered, type CommandOutput } from '../host/host.js';
import type { HostFacts } from '../host/host-facts.js';
import type { Family } from '../host/linux/routes.js';
import type { Connection } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { type Availability, availability, readModuleFacts } from './shared/kernel-modules.js';
import { pass, skip, unknown } from './shared/lines.js';
import { namesOf, readTunnels, type Tunnels, usesFamily } from './shared/tunnels.js';

interface Kind {
  readonly label: string;
  readonly protocol: 'esp' | 'ah' | 'comp';
  readonly family: Family;
  readonly module: string;
}

const kinds: readonly Kind[] = [
  { label: 'ESP over IPv4', protocol: 'esp', family: 'ipv4', module: 'esp4' },
  { label: 'ESP over IPv6', protocol: 'esp', family: 'ipv6', module: 'esp6' },
  { label: 'AH over IPv4', protocol: 'ah', family: 'ipv4', module: 'ah4' },
  { label: 'AH over IPv6', protocol: 'ah', family: 'ipv6', module: 'ah6' },
  { label: 'IPComp over IPv4', protocol: 'comp', family: 'ipv4', module: 'ipcomp' },
  { label: 'IPComp over IPv6', protocol: 'comp', family: 'ipv6', module: 'ipcomp6' },
];

interface Facts {
  readonly kinds: readonly { readonly kind: Kind; readonly availability: Availability; readonly wanted: Wanted }[];
}

/** Whether anybody needs it, and who. */
interface Wanted {
  readonly is: boolean;
  readonly users: readonly Connection[];
}

export const check: Check<Facts> = {
  id: 'esp-ah-ipcomp',
  group: 'kernel',
  title: 'ESP, AH and IPComp',
  reads: [
    '/proc/modules',
    '/lib/modules/<release>/modules.builtin, modules.dep',
    '/etc/modprobe.d',
    'unshare -n ip xfrm state add … (as root, where the files do not tell)',
  ],
  refs: ['ipsec verify: Checking for IPsec support in kernel', 'RFC 4303', 'RFC 4302', 'RFC 3173'],
  async facts(host) {
    const [modules, tunnels, stacks] = await Promise.all([readModuleFacts(host), readTunnels(host), host.stacks()]);
    const installed = (answered(stacks) ?? []).some(({ id }) => id !== 'openvpn');
    return {
      kinds: await Promise.all(
        kinds.map(async (kind) => {
          const wanted = wantedBy(kind, tunnels, installed);
          const read = availability(modules, [kind.module]);
          const tries = wanted.is && read.is === 'unknown' && host.host.isRoot;
          return { kind, wanted, availability: tries ? await tryIt(host, kind, read) : read };
        }),
      ),
    };
  },
  judge({ kinds }) {
    return kinds.map(({ kind, availability, wanted }) => judgeOne(kind, availability, wanted));
  },
};

function wantedBy({ protocol, family }: Kind, { ipsec }: Tunnels, installed: boolean): Wanted {
  const users = ipsec.filter(
    (connection) =>
      usesFamily(connection, family) && (protocol === 'comp' ? connection.compress.value : connection.protocol.value === protocol),
  );
  // Whoever installs IPsec wants ESP, even before there is a connection.
  return { users, is: users.length > 0 || (protocol === 'esp' && family === 'ipv4' && installed && ipsec.length === 0) };
}

const ENDS: Readonly<Record<Family, readonly [string, string]>> = {
  ipv4: ['192.0.2.1', '192.0.2.2'],
  ipv6: ['2001:db8::1', '2001:db8::2'],
};
const KEY = `0x${'00'.repeat(16)}`;
const ALGORITHMS = { esp: ['enc', 'cbc(aes)', KEY], ah: ['auth', 'hmac(md5)', KEY], comp: ['comp', 'deflate'] } as const;

/**
 * Adds an SA in a network namespace that exists as long as the command. Only where the module folder is not there to be read:
 * there nothing can be loaded by it either.
 */
async function tryIt(host: HostFacts, { protocol, family, module }: Kind, read: Availability): Promise<Availability> {
  const [from, to] = ENDS[family];
  const state = ['src', from, 'dst', to, 'proto', protocol, 'spi', '0x1000', 'mode', 'tunnel', ...ALGORITHMS[protocol]];
  return judgeTry(await host.host.run(['unshare', '-n', 'ip', 'xfrm', 'state', 'add', ...state]), module) ?? read;
}

/** The kernel's own answer; undefined where it says nothing about the protocol. */
export function judgeTry(output: Answer<CommandOutput>, module: string): Availability | undefined {
  if (!output.ok) return undefined;
  const { status, stderr } = output.value;
  if (status === 0) return { is: 'there', how: 'an SA could be added' };
  if (!/Requested type not found|answers: Protocol not supported/.test(stderr)) return undefined;
  return {
    is: 'absent',
    how: 'the kernel does not know it',
    evidence: [{ text: `adding an SA in a namespace of its own: ${stderr.trim().split('\n')[0]}` }],
    fix: `modprobe ${module}, or start a kernel that has it`,
  };
}

function judgeOne({ label, module }: Kind, found: Availability, { is: wanted, users }: Wanted): CheckLine {
  if (found.is === 'there') return pass(label, found.how);
  if (!wanted) return skip(label, 'no connection uses it');
  if (found.is === 'unknown') return unknown(label, found.how);
  return {
    status: 'fail',
    label,
    detail: found.how,
    finding: hostFinding('esp-ah-ipcomp', {
      severity: 'error',
      subject: label,
      title: `the kernel has no ${label}${users.length > 0 ? `, needed by ${namesOf(users)}` : ''}`,
      cause: `IKE may come up all the same; then the SA cannot be installed, and the daemon reports "Protocol not supported". The module is ${module}.`,
      evidence: found.evidence,
      fix: [{ end: 'ours', text: found.fix }],
      retest: 'vpndoctor verify --only esp-ah-ipcomp',
      dependsOn: ['host/xfrm-support'],
      refs: ['ip-xfrm(8)', 'modprobe.d(5)'],
    }),
  };
}
