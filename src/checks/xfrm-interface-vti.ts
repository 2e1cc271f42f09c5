import { shellWord } from '../bytes/shell-word.js';
import { type Answer, answered } from '../host/host.js';
import type { Interface } from '../host/linux/interfaces.js';
import type { Connection, Sourced } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { type Availability, availability, readModuleFacts } from './shared/kernel-modules.js';
import { pass, skip, unknown, unseen } from './shared/lines.js';
import { namesOf, placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly interfaces: Answer<readonly Interface[]>;
  readonly xfrm: Availability;
  readonly vti: Availability;
  readonly tunnels: Tunnels;
}

const LABEL = 'XFRM interfaces and VTI';

export const check: Check<Facts> = {
  id: 'xfrm-interface-vti',
  group: 'kernel',
  title: LABEL,
  reads: [
    'ip -d -j addr',
    '/proc/modules',
    '/lib/modules/<release>/modules.builtin, modules.dep',
    'if_id_in, if_id_out, ipsec-interface, vti-interface of each connection',
  ],
  refs: ['ip-link(8): xfrm, vti', 'strongSwan documentation: Route-based VPN'],
  async facts(host) {
    const [interfaces, modules, tunnels] = await Promise.all([host.interfaces(), readModuleFacts(host), readTunnels(host)]);
    return {
      interfaces,
      xfrm: availability(modules, ['xfrm_interface']),
      vti: availability(modules, ['ip_vti']),
      tunnels,
    };
  },
  judge({ interfaces, xfrm, vti, tunnels }) {
    const byXfrm = tunnels.ipsec.filter((connection) => usesXfrmInterface(connection));
    const byVti = tunnels.ipsec.filter((connection) => settingOf(connection, 'vti-interface') !== undefined);
    const lines = [
      ...(byXfrm.length === 0 ? [] : [support('XFRM interfaces', 'xfrm', byXfrm, xfrm, interfaces)]),
      ...(byVti.length === 0 ? [] : [support('VTI', 'vti', byVti, vti, interfaces)]),
      ...byXfrm.flatMap((connection) => idLine(connection, interfaces)),
    ];
    return lines.length > 0 ? lines : [unneeded(LABEL, tunnels, 'no connection uses one')];
  },
};

function settingOf({ other }: Connection, key: string): Sourced<string> | undefined {
  return other.find((setting) => setting.key.toLowerCase() === key)?.value;
}

const isSet = (value: Sourced<string> | undefined) => value !== undefined && !/^(?:no|0|0x0)$/i.test(value.value);

function usesXfrmInterface(connection: Connection): boolean {
  return ['ipsec-interface', 'if_id_out', 'if_id_in'].some((key) => isSet(settingOf(connection, key)));
}

function support(
  label: string,
  kind: 'xfrm' | 'vti',
  users: readonly Connection[],
  found: Availability,
  interfaces: Facts['interfaces'],
): CheckLine {
  const there = answered(interfaces)?.find((each) => each.kind === kind);
  if (there !== undefined) return pass(label, `${there.name} is there`);
  if (found.is === 'there') return pass(label, found.how);
  if (found.is === 'unknown') return unknown(label, found.how);
  return {
    status: 'fail',
    label,
    detail: found.how,
    finding: hostFinding('xfrm-interface-vti', {
      what: 'missing',
      subject: label,
      severity: 'error',
      title: `the kernel has no ${label}, needed by ${namesOf(users)}`,
      cause:
        'The interface that carries the traffic of such a connection cannot be made, so nothing is routed into the tunnel although the SAs are up. XFRM interfaces came with Linux 4.19.',
      evidence: found.evidence,
      fix: [{ end: 'ours', text: found.fix }],
      retest: 'vpndoctor verify --only xfrm-interface-vti',
      dependsOn: ['host/xfrm-support'],
      refs: ['ip-link(8)'],
    }),
  };
}

/** swanctl names the interface by its id only; somebody has to have made it. libreswan makes its own. */
function idLine(connection: Connection, interfaces: Facts['interfaces']): CheckLine[] {
  const id = settingOf(connection, 'if_id_out') ?? settingOf(connection, 'if_id_in');
  if (id === undefined || !isSet(id) || connection.dialect !== 'swanctl') return [];
  const label = `interface for ${connection.name}`;
  if (/^%/.test(id.value)) return [skip(label, `if_id ${id.value}: made when the tunnel comes up`)];
  if (!interfaces.ok) return [unseen(label, interfaces)];
  const number = Number(id.value);
  const found = interfaces.value.find(({ kind, ifId }) => kind === 'xfrm' && ifId === number);
  if (found?.up === true) return [pass(label, `${found.name}, if_id ${number}`)];
  return [
    {
      status: 'fail',
      label,
      detail: found === undefined ? `none has if_id ${number}` : `${found.name} is down`,
      finding: hostFinding('xfrm-interface-vti', {
        what: 'if-id',
        subject: connection.name,
        severity: 'error',
        confidence: 0.85,
        title:
          found === undefined
            ? `no XFRM interface has the if_id ${number} of ${connection.name}`
            : `${found.name}, the interface of ${connection.name}, is down`,
        cause:
          'The SAs of this connection serve only packets that go through an XFRM interface with the same if_id. Without it they come up and carry nothing.',
        evidence: [
          { ...placeOf(id), text: `if_id ${id.value}` },
          { text: found === undefined ? `ip -d addr: no interface of type xfrm with if_id ${number}` : `ip addr: ${found.name} is not UP` },
        ],
        fix: [
          {
            end: 'ours',
            text:
              found === undefined
                ? `ip link add ipsec${number} type xfrm dev lo if_id ${number} && ip link set ipsec${number} up, and routes to the remote networks through it`
                : `ip link set ${shellWord(found.name)} up`,
          },
        ],
        retest: 'vpndoctor verify --only xfrm-interface-vti',
        refs: ['ip-link(8)', 'swanctl.conf(5): if_id_out'],
      }),
      ...(found === undefined
        ? {}
        : {
            mend: [
              {
                comment: `${found.name} carries ${connection.name}`,
                apply: `ip link set ${shellWord(found.name)} up`,
                undo: `ip link set ${shellWord(found.name)} down`,
              },
            ],
          }),
    },
  ];
}
