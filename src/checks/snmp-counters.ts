import type { Answer } from '../host/host.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, unseen } from './shared/lines.js';

interface Counter {
  readonly name: string;
  readonly label: string;
  readonly meaning: string;
  readonly cause: string;
  readonly fix: string;
  readonly refs: readonly string[];
}

const counters: readonly Counter[] = [
  {
    name: 'TcpExt.IPReversePathFilter',
    label: 'IPReversePathFilter',
    meaning: 'dropped by rp_filter',
    cause:
      'Strict reverse path filtering dropped packets whose answer would leave by another interface. No firewall rule and no counter of IPsec shows these.',
    fix: 'sysctl -w net.ipv4.conf.IF.rp_filter=2 on the interface where they arrive (vpndoctor verify --only rp-filter)',
    refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 3704'],
  },
  {
    name: 'Ip.ReasmFails',
    label: 'ReasmFails',
    meaning: 'fragments that could not be put together',
    cause:
      'Large IKE messages and ESP packets arrive in fragments, of which some are lost or filtered on the path. Negotiation then hangs at the message with certificates, and large transfers hang.',
    fix: 'let fragments pass on the path, switch on IKE fragmentation (fragmentation=yes at both ends), clamp the MSS',
    refs: ['RFC 7383', 'RFC 791 §3.2'],
  },
];

/** Stray fragments and misrouted packets come from strangers too: less than this since the start says nothing. */
const FEW = 100;

const LABEL = 'reverse path, reassembly';

export const check: Check<Answer<ReadonlyMap<string, number>>> = {
  id: 'snmp-counters',
  group: 'counters',
  title: LABEL,
  reads: ['/proc/net/snmp: ReasmFails', '/proc/net/netstat: IPReversePathFilter'],
  refs: ['Linux Documentation/networking/snmp_counter'],
  facts: (host) => host.networkCounters(),
  judge(facts) {
    if (!facts.ok) return [unseen(LABEL, facts)];
    return counters.map((counter) => {
      const value = facts.value.get(counter.name) ?? 0;
      return value <= FEW ? pass(counter.label, `${value} since the start`) : line(counter, 'warn', `${value} since the start`);
    });
  },
  judgeChange(before, after, seconds) {
    if (!before.ok) return [unseen(LABEL, before)];
    if (!after.ok) return [unseen(LABEL, after)];
    return counters.map((counter) => {
      const rise = (after.value.get(counter.name) ?? 0) - (before.value.get(counter.name) ?? 0);
      return rise <= 0 ? pass(counter.label, `did not rise in ${seconds} s`) : line(counter, 'warn', `+${rise} in ${seconds} s`);
    });
  },
};

function line({ name, label, meaning, cause, fix, refs }: Counter, status: 'warn', seen: string): CheckLine {
  return {
    status,
    label,
    detail: `${seen}: ${meaning}`,
    finding: hostFinding('snmp-counters', {
      what: label === 'ReasmFails' ? 'reassembly' : 'reverse-path',
      severity: 'warning',
      confidence: 0.5,
      title: `${label}: ${seen}, packets ${meaning}`,
      cause,
      evidence: [{ file: label === 'ReasmFails' ? '/proc/net/snmp' : '/proc/net/netstat', text: `${name} ${seen}` }],
      fix: [{ end: label === 'ReasmFails' ? 'path' : 'ours', text: fix }],
      retest: 'vpndoctor verify --only snmp-counters --watch 10',
      dependsOn: label === 'ReasmFails' ? [] : ['host/rp-filter'],
      refs,
    }),
  };
}
