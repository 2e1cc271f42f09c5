import { shellWord } from '../bytes/shell-word.js';
import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import type { Check } from './check.js';
import { isDockers, isDockersPolicy } from './shared/docker.js';
import { asRoot, hostFinding } from './shared/finding.js';
import { type FirewallFacts, readFirewallFacts } from './shared/firewall-facts.js';
import { placeAsEvidence, placeInWords } from './shared/firewall-verdict.js';
import { forwardRule } from './shared/forward-rule.js';
import { forwardVerdicts } from './shared/forward-verdicts.js';
import { pass, skip, unseen } from './shared/lines.js';
import { pairInWords, tunnelTraffic } from './shared/tunnel-traffic.js';

const LABEL = "Docker's FORWARD policy";

export const check: Check<FirewallFacts> = {
  id: 'firewall-docker-forward',
  group: 'firewall',
  title: "Docker's FORWARD policy DROP does not take tunnel traffic",
  reads: firewallReads,
  refs: ['Docker documentation: Packet filtering and firewalls, "Docker on a router"'],
  facts: readFirewallFacts,
  judge(facts) {
    if (!facts.firewall.ok) return [unseen(LABEL, facts.firewall)];
    const { value } = facts.firewall;
    const table = value.tables.find((candidate) => candidate.name === 'filter' && isDockers(candidate));
    if (table === undefined) return [skip(LABEL, 'no rules of Docker')];
    const pairs = tunnelTraffic(facts).filter(({ forwarded }) => forwarded);
    if (pairs.length === 0) return [skip(LABEL, 'no connection has a network behind this host')];
    const blocked = forwardVerdicts(value, pairs).filter(
      ({ verdict, simulation }) => verdict === 'blocked' && simulation.decidedBy !== undefined && isDockersPolicy(simulation.decidedBy),
    );
    const place = blocked[0]?.simulation.decidedBy;
    if (place === undefined) return [pass(LABEL, 'tunnel traffic passes before it or is not its concern')];
    const { command } = place.table;
    // DOCKER-USER is the chain that Docker leaves to the admin and keeps over its own restarts.
    const chain = shellWord(place.table.chains.has('DOCKER-USER') ? 'DOCKER-USER' : place.chain.name);
    const rules = forwardRule(blocked).iptables;
    const mend = rules.map((rule) => ({
      comment: `tunnel traffic passes before the policy that Docker sets`,
      apply: `${command} -I ${chain} 1 ${rule}`,
      undo: `${command} -D ${chain} ${rule}`,
    }));
    const words = [...new Set(blocked.map(({ traffic }) => pairInWords(traffic)))].slice(0, 2).join(' and ');
    return [
      {
        status: 'fail',
        label: LABEL,
        detail: `${words}: dropped by ${placeInWords(place)}`,
        mend,
        finding: hostFinding(check.id, {
          severity: 'error',
          title: `Docker's FORWARD policy drops the tunnel traffic ${words}`,
          cause:
            'When Docker starts it sets the policy of FORWARD to DROP and lets through only what concerns its own networks. A gateway that forwarded tunnel traffic before stops doing so, often days later, after a restart.',
          evidence: [{ text: placeAsEvidence(place) }],
          fix: [
            asRoot(...mend.map(({ apply }) => apply)),
            {
              end: 'ours',
              text: 'or let Docker keep its hands off the policy: "ip-forward-no-drop": true in /etc/docker/daemon.json (Docker 28 and later)',
            },
          ],
          retest: `vpndoctor verify --only ${check.id}`,
          refs: check.refs,
        }),
      },
    ];
  },
};
