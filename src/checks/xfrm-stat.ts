import { type Answer, answered } from '../host/host.js';
import type { XfrmState } from '../host/linux/xfrm-states.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, unseen } from './shared/lines.js';
import { xfrmCounters } from './shared/xfrm-counters.js';

interface Facts {
  readonly counters: Answer<ReadonlyMap<string, number>>;
  readonly states: Answer<readonly XfrmState[]>;
}

const LABEL = 'xfrm_stat';
/** Since the start of a host, this many of what never happens in health may still be an accident long ago. */
const FEW = 10;
/** And this many of what happens now and then. */
const FEW_USUAL = 100;
/** Of the packets of the SAs that are there now. */
const SHARE = 0.01;

export const check: Check<Facts> = {
  id: 'xfrm-stat',
  group: 'counters',
  title: LABEL,
  reads: ['/proc/net/xfrm_stat', 'ip -s xfrm state'],
  refs: ['Linux Documentation/networking/xfrm_proc'],
  async facts(host) {
    const [counters, states] = await Promise.all([host.xfrmCounters(), host.xfrmStates()]);
    return { counters, states };
  },
  judge({ counters, states }) {
    if (!counters.ok) return [unseen(LABEL, counters)];
    const packets = (answered(states) ?? []).reduce((sum, state) => sum + (state.packets ?? 0), 0);
    const lines = [...counters.value].flatMap(([name, value]) => (value > 0 ? [sinceStart(name, value, packets)] : []));
    return lines.length > 0 ? lines : [pass(LABEL, counters.value.size === 0 ? 'no counter' : 'all counters are 0')];
  },
  judgeChange(before, after, seconds) {
    if (!before.counters.ok) return [unseen(LABEL, before.counters)];
    if (!after.counters.ok) return [unseen(LABEL, after.counters)];
    const old = before.counters.value;
    const lines = [...after.counters.value].flatMap(([name, value]) => {
      const rise = value - (old.get(name) ?? 0);
      return rise > 0 ? [rising(name, rise, seconds)] : [];
    });
    return lines.length > 0 ? lines : [pass(LABEL, `no counter rose in ${seconds} s`)];
  },
};

const of = (name: string) =>
  xfrmCounters[name] ?? {
    meaning: 'not known to vpndoctor',
    cause: 'The kernel is newer than the table of its counters.',
    fix: 'see xfrm_proc in the documentation of this kernel',
    usual: true,
  };

function sinceStart(name: string, value: number, packets: number): CheckLine {
  const { meaning, usual } = of(name);
  const many = value > Math.max(usual ? FEW_USUAL : FEW, usual ? packets * SHARE : 0);
  if (!many) return pass(name, `${value} since the start: ${meaning}. Few enough for a rekey or restart`);
  return line(name, 'warn', `${value} since the start`, `${packetsText(value)} since the start`);
}

function rising(name: string, rise: number, seconds: number): CheckLine {
  return line(name, of(name).usual ? 'warn' : 'fail', `+${rise} in ${seconds} s`, `${packetsText(rise)} in ${seconds} s`);
}

function line(name: string, status: 'warn' | 'fail', detail: string, seen: string): CheckLine {
  const { meaning, cause, fix } = of(name);
  return {
    status,
    label: name,
    detail: `${detail}: ${meaning}`,
    finding: hostFinding('xfrm-stat', {
      subject: name,
      severity: status === 'fail' ? 'error' : 'warning',
      confidence: status === 'fail' ? 0.9 : 0.6,
      title: `${name}: ${seen}, ${meaning}`,
      cause: `${cause} Every count is a packet that the kernel threw away.`,
      evidence: [{ file: '/proc/net/xfrm_stat', text: `${name}: ${seen}` }],
      fix: [{ end: 'either', text: fix }],
      retest: 'vpndoctor verify --only xfrm-stat --watch 10, with traffic in the tunnel',
      refs: ['Linux Documentation/networking/xfrm_proc'],
    }),
  };
}

function packetsText(count: number): string {
  return count === 1 ? '1 packet' : `${count} packets`;
}
