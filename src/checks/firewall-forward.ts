import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import type { RulePlace } from '../host/linux/firewall/simulation.js';
import type { Check, CheckLine } from './check.js';
import { isDockersPolicy } from './shared/docker.js';
import { hostFinding } from './shared/finding.js';
import { insertRule } from './shared/firewall-change.js';
import { type FirewallFacts, readFirewallFacts } from './shared/firewall-facts.js';
import { doubtsInWords, placeAsEvidence, placeInWords } from './shared/firewall-verdict.js';
import { forwardRule } from './shared/forward-rule.js';
import { byPlace, type ForwardVerdict, forwardVerdicts } from './shared/forward-verdicts.js';
import { pass, skip, unknown, unseen } from './shared/lines.js';
import { ofPairs, pairInWords, pairsInWords, tunnelTraffic } from './shared/tunnel-traffic.js';
import { connectionsAsEvidence, isAddress, namesOf, unneeded } from './shared/tunnels.js';

const LABEL = 'tunnel traffic forwarded';

export const check: Check<FirewallFacts> = {
  id: 'firewall-forward',
  group: 'firewall',
  title: 'decrypted traffic between the selectors is forwarded both ways',
  reads: firewallReads,
  refs: ['RFC 4301 §5', 'iptables-extensions(8): policy', 'nft(8): rt ipsec'],
  facts: readFirewallFacts,
  judge(facts) {
    const pairs = tunnelTraffic(facts).filter(({ forwarded }) => forwarded);
    if (pairs.length === 0) return [unneeded(LABEL, facts.tunnels, 'no connection has a network behind this host')];
    if (!facts.firewall.ok) return [unseen(LABEL, facts.firewall)];
    const verdicts = forwardVerdicts(facts.firewall.value, pairs);
    const lines: CheckLine[] = [];
    const blocked = verdicts.filter(({ verdict }) => verdict === 'blocked');
    const dockers = blocked.filter(({ simulation }) => simulation.decidedBy !== undefined && isDockersPolicy(simulation.decidedBy));
    for (const group of byPlace(blocked.filter((entry) => !dockers.includes(entry)))) lines.push(blockedLine(group.place, group.verdicts));
    if (dockers.length > 0) lines.push(skip(LABEL, "dropped by Docker's policy: see firewall-docker-forward"));
    for (const { traffic, simulation } of verdicts.filter(({ verdict }) => verdict === 'unsure').slice(0, 5)) {
      lines.push(unknown(LABEL, `${pairInWords(traffic)}: depends on ${doubtsInWords(simulation.uncertain)}`));
    }
    if (lines.length > 0) return lines;
    if (facts.firewall.value.unread.length > 0) {
      return [unknown(LABEL, `forwarded by what could be read, but not read: ${facts.firewall.value.unread.join(', ')}`)];
    }
    const partly = verdicts.find(({ verdict }) => verdict === 'partly');
    const words = pairsInWords(pairs);
    return [
      pass(LABEL, partly === undefined ? `${words}, both ways` : `${words}, as far as ${doubtsInWords(partly.simulation.uncertain)} goes`),
    ];
  },
};

function blockedLine(place: RulePlace, verdicts: readonly ForwardVerdict[]): CheckLine {
  const pairs = verdicts.map(({ traffic }) => traffic);
  const connections = [...new Set(pairs.map(({ connection }) => connection))];
  const directions = new Set(verdicts.map(({ direction }) => direction));
  const ways = directions.size === 2 ? 'both ways' : directions.has('there') ? 'towards the peer' : 'from the peer';
  // One side may be meant to begin and the other to answer: a choice, as long as answers come through. Road warriors always begin.
  const theyBegin = connections.every(({ remote }) => !remote.addresses.some(({ value }) => isAddress(value)));
  const oneSided = directions.size === 1 && !(directions.has('back') && theyBegin) && verdicts.every(({ answersPass }) => answersPass);
  const { fix, mend } = insertRule(place, forwardRule(verdicts));
  return {
    status: oneSided ? 'warn' : 'fail',
    label: LABEL,
    detail: `${pairsInWords(pairs)}, ${ways}: dropped by ${placeInWords(place)}${oneSided ? ', answers excepted' : ''}`,
    mend,
    finding: hostFinding(check.id, {
      ...(oneSided && { what: 'one-sided' }),
      severity: oneSided ? 'warning' : 'error',
      confidence: oneSided ? 0.5 : 0.95,
      title: `Traffic ${ofPairs(pairs)} is not forwarded ${ways}: ${placeInWords(place)} drops it`,
      cause: oneSided
        ? 'Connections can be begun from one side of the tunnel only. Where that is meant, nothing needs to change.'
        : 'The tunnel comes up and carries packets, but the firewall of this gateway takes them for ordinary forwarded traffic and drops them: before encryption on the way out, after decryption on the way in.',
      evidence: [{ text: placeAsEvidence(place) }, ...connectionsAsEvidence(connections)],
      fix: [...fix],
      retest: `vpndoctor verify --only ${check.id}`,
      // Where the peer is taken for this host, the way of its traffic is another one.
      dependsOn: ['host/route-to-peer-ourselves'],
      refs: check.refs.slice(1),
      subject: connections.length === 1 ? namesOf(connections) : 'this host',
    }),
  };
}
