import { shellWord } from '../bytes/shell-word.js';
import { type Answer, answered } from '../host/host.js';
import type { Interface } from '../host/linux/interfaces.js';
import type { XfrmState } from '../host/linux/xfrm-states.js';
import type { Check, CheckLine } from './check.js';
import { asRoot, hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';

interface Facts {
  readonly interfaces: Answer<readonly Interface[]>;
  readonly states: Answer<readonly XfrmState[]>;
  /** `net.ipv4.conf.<vti>.disable_policy` by interface, where it could be read. */
  readonly disablePolicy: ReadonlyMap<string, string>;
}

const LABEL = 'tunnel interfaces fit the SAs';
const vtiKinds: ReadonlySet<string> = new Set(['vti', 'vti6']);

export const check: Check<Facts> = {
  id: 'tunnel-interface',
  group: 'routing',
  title: LABEL,
  reads: ['ip -d -j addr', 'ip -s xfrm state', '/proc/sys/net/ipv4/conf/<vti>/disable_policy'],
  refs: ['ip-link(8): xfrm, vti', 'strongSwan documentation: Route-based VPN'],
  async facts(host) {
    const [interfaces, states] = await Promise.all([host.interfaces(), host.xfrmStates()]);
    const vtis = (answered(interfaces) ?? []).filter(({ kind }) => kind === 'vti');
    const disablePolicy = new Map<string, string>();
    for (const { name } of vtis) {
      const value = answered(await host.sysctl(`net/ipv4/conf/${name}/disable_policy`));
      if (value !== undefined) disablePolicy.set(name, value);
    }
    return { interfaces, states, disablePolicy };
  },
  judge({ interfaces, states, disablePolicy }) {
    if (!interfaces.ok) return [unseen(LABEL, interfaces)];
    const virtual = interfaces.value.filter(({ kind }) => kind === 'xfrm' || vtiKinds.has(kind ?? ''));
    if (virtual.length === 0 && !(states.ok && states.value.some(({ ifId = 0 }) => ifId !== 0)))
      return [skip(LABEL, 'no VTI or XFRM interface')];
    const lines = [
      ...(states.ok ? orphans(states.value, virtual) : []),
      ...virtual.filter(({ name, kind }) => kind === 'vti' && disablePolicy.get(name) === '0').map(policyLine),
    ];
    if (lines.length > 0) return lines;
    return states.ok ? [pass(LABEL, virtual.map(({ name }) => name).join(', '))] : [unseen(LABEL, states)];
  },
};

/** SAs with an interface id that no interface has: they take nothing in and give nothing out. */
function orphans(states: readonly XfrmState[], interfaces: readonly Interface[]): readonly CheckLine[] {
  const ids = new Set(states.filter(({ larval }) => !larval).map(({ ifId = 0 }) => ifId));
  const xfrm = interfaces.filter(({ kind }) => kind === 'xfrm');
  return [...ids]
    .filter((id) => id !== 0 && !xfrm.some(({ ifId }) => ifId === id))
    .map((id): CheckLine => {
      const first = states.find(({ ifId }) => ifId === id);
      const others = xfrm.filter(({ ifId = 0 }) => ifId !== 0).map(({ name, ifId }) => `${name} has ${ifId}`);
      const apply = `ip link add ipsec${id} type xfrm dev lo if_id ${id} && ip link set ipsec${id} up`;
      return {
        status: 'fail',
        label: LABEL,
        detail: `SAs with if_id ${id}, ${others.length === 0 ? 'no interface with one' : others.join(', ')}`,
        mend: [{ comment: `the SAs with if_id ${id} get their interface`, apply, undo: `ip link del ipsec${id}` }],
        finding: hostFinding(check.id, {
          what: 'if-id',
          severity: 'error',
          confidence: 0.9,
          title: `SAs have the interface id ${id}, and no XFRM interface has it`,
          cause:
            'SAs with an interface id serve that interface alone. The tunnel is up, its counters stay at zero, and what arrives is dropped (XfrmInTmplMismatch, XfrmInNoPols).',
          evidence: [
            { text: `ip xfrm state: ${first?.source} > ${first?.destination} spi 0x${first?.spi.toString(16)} if_id ${id}` },
            { text: `ip -d link: ${others.length === 0 ? 'no XFRM interface with an if_id' : others.join(', ')}` },
          ],
          fix: [
            asRoot(apply),
            { end: 'ours', text: 'or write the id of the interface that is there into the connection (if_id_in, if_id_out)' },
          ],
          retest: `vpndoctor verify --only ${check.id}`,
          refs: check.refs,
        }),
      };
    });
}

function policyLine({ name }: Interface): CheckLine {
  const setting = `net.ipv4.conf.${name.includes('.') ? name.replaceAll('.', '/') : name}.disable_policy`;
  const set = (value: number) => `sysctl -w ${shellWord(`${setting}=${value}`)}`;
  return {
    status: 'warn',
    label: `disable_policy on ${name}`,
    detail: '0',
    mend: [{ comment: `${name}: the VTI looks at its own policies`, apply: set(1), undo: set(0) }],
    finding: hostFinding(check.id, {
      what: 'disable-policy',
      severity: 'warning',
      confidence: 0.6,
      title: `${name} is a VTI and still looks up policies for what comes out of it`,
      cause:
        'A VTI has checked already that a packet came through its SA. The second lookup does not see the mark and may drop what was decrypted (XfrmInTmplMismatch).',
      evidence: [{ text: `${setting} = 0` }],
      fix: [asRoot(set(1))],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['strongSwan documentation: Route-based VPN'],
    }),
  };
}
