import { type Answer, answered, type FileStat } from '../host/host.js';
import type { Modules } from '../host/linux/modules.js';
import type { Sourced } from '../model/connection.js';
import type { Check } from './check.js';
import { asRoot, hostFinding } from './shared/finding.js';
import { pass, unknown } from './shared/lines.js';
import { placeOf } from './shared/tunnels.js';

interface Facts {
  readonly eroute: Answer<FileStat>;
  readonly modules: Answer<Modules>;
  /** `protostack` of each ipsec.conf that has one. */
  readonly protostack: readonly Sourced<string>[];
}

const LABEL = 'no KLIPS left behind';

export const check: Check<Facts> = {
  id: 'klips-remnants',
  group: 'kernel',
  title: LABEL,
  reads: ['/proc/net/ipsec_eroute', '/proc/modules', 'ipsec.conf: protostack'],
  refs: ['ipsec verify (KLIPS): natt_available, ocf_available, saref', 'libreswan CHANGES 4.0'],
  async facts(host) {
    const [eroute, modules, { ipsecConfs }] = await Promise.all([
      host.host.stat('/proc/net/ipsec_eroute'),
      host.modules(),
      host.configurations(),
    ]);
    const protostack = ipsecConfs.map(({ setup }) => setup.get('protostack')).filter((value) => value !== undefined);
    return { eroute, modules, protostack };
  },
  judge({ eroute, modules, protostack }) {
    const loaded = answered(modules)?.loaded.has('ipsec') === true;
    const asked = protostack.find(({ value }) => /^(klips|mast)$/i.test(value));
    if (asked !== undefined && !eroute.ok) {
      return [
        {
          status: 'fail',
          label: LABEL,
          detail: `protostack=${asked.value}, and the kernel has none`,
          finding: hostFinding(check.id, {
            what: 'protostack',
            severity: 'error',
            title: `ipsec.conf asks for ${asked.value}, which this kernel does not have`,
            cause:
              'KLIPS was a module outside the kernel; libreswan dropped it in 4.0, Openswan needs it built for this very kernel. pluto does not start, or installs no SA.',
            evidence: [{ ...placeOf(asked), text: `protostack=${asked.value}` }, { text: '/proc/net/ipsec_eroute: no such file' }],
            fix: [{ end: 'ours', text: 'protostack=netkey (libreswan 3.30 and later: protostack=xfrm), or take the line out' }],
            retest: 'vpndoctor verify --only klips-remnants',
            refs: ['ipsec.conf(5): protostack', 'libreswan CHANGES 4.0'],
          }),
        },
      ];
    }
    if ((eroute.ok || loaded) && asked === undefined) {
      return [
        {
          status: 'warn',
          label: LABEL,
          detail: 'the module ipsec is loaded, ipsec.conf does not ask for it',
          finding: hostFinding(check.id, {
            what: 'loaded',
            severity: 'warning',
            title: 'KLIPS is loaded beside XFRM',
            cause: 'Both take ESP from the network before the other sees it: packets of a tunnel that XFRM holds are dropped by KLIPS.',
            evidence: [{ text: eroute.ok ? '/proc/net/ipsec_eroute is there' : '/proc/modules: ipsec' }],
            fix: [asRoot('rmmod ipsec', 'echo "blacklist ipsec" >/etc/modprobe.d/no-klips.conf')],
            retest: 'vpndoctor verify --only klips-remnants',
            refs: ['libreswan CHANGES 4.0'],
          }),
          mend: [{ comment: 'KLIPS stands in the way of XFRM', apply: 'rmmod ipsec', undo: 'modprobe ipsec' }],
        },
      ];
    }
    if (asked !== undefined) return [pass(LABEL, `${asked.value} is asked for and there`)];
    return [modules.ok ? pass(LABEL, 'none loaded, none asked for') : unknown(LABEL, modules.message)];
  },
};
