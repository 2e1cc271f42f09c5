import type { Firewall } from '../../host/linux/firewall/firewall.js';
import { simulate } from '../../host/linux/firewall/simulate.js';
import type { Packet, RulePlace, Simulation } from '../../host/linux/firewall/simulation.js';
import type { Severity } from '../../model/finding.js';
import { overlaps, parseAddressRange } from '../../wire/ip/address-range.js';
import type { CheckLine } from '../check.js';
import { hostFinding } from './finding.js';
import { insertRule, type NewRule } from './firewall-change.js';
import { type FirewallFacts, onlyWeBegin, type PeerPath, peersInWords } from './firewall-facts.js';
import { doubtsInWords, placeAsEvidence, placeInWords, verdictOf } from './firewall-verdict.js';
import { pass, skip, unknown, unseen } from './lines.js';
import { connectionsAsEvidence, namesOf } from './tunnels.js';

/** One packet that has to reach its end, and for whom. */
export interface Reach {
  readonly path: PeerPath;
  readonly packet: Packet;
  /** `UDP 500` */
  readonly what: string;
}

/** What a check says of packets that do not get through. */
export interface ReachWords {
  readonly id: string;
  readonly label: string;
  /** `accepted from`, `sent to` */
  readonly done: string;
  readonly cause: string;
  readonly refs: readonly string[];
  /** The rule that lets them through. */
  allow(reaches: readonly Reach[]): NewRule;
}

/** Why a firewall check has nothing to look at; undefined when it has. */
export function nothingToFilter(label: string, { firewall, tunnels, daemon }: FirewallFacts): CheckLine | undefined {
  if (tunnels.ipsec.length === 0 && !daemon) {
    if (tunnels.unread.length > 0) return unknown(label, `which tunnels there are could not be read: ${tunnels.unread.join(', ')}`);
    return skip(label, 'no IPsec connection is configured and no IKE daemon runs');
  }
  return firewall.ok ? undefined : unseen(label, firewall);
}

interface Judged {
  readonly reach: Reach;
  readonly simulation: Simulation;
  readonly verdict: 'passes' | 'answers' | 'unsure' | 'late' | 'blocked';
  /** Rule that gives it to another host. */
  readonly elsewhere?: RulePlace;
}

/**
 * Sends every packet through the rules, and prints one line for those that pass and one for each rule that stops some.
 * @param ours addresses of this host
 */
export function judgeReach(
  words: ReachWords,
  firewall: Firewall,
  reaches: readonly Reach[],
  ours: readonly string[] = [],
): readonly CheckLine[] {
  const judged = reaches.map((reach) => judge(firewall, reach, ours));
  const lines: CheckLine[] = [];
  const through = judged.filter(({ verdict }) => verdict === 'passes' || verdict === 'answers');
  if (through.length > 0) lines.push(passLine(words, through, firewall));
  const stopped = new Map<string, Judged[]>();
  for (const entry of judged) {
    if (entry.verdict === 'passes' || entry.verdict === 'answers') continue;
    const place = entry.elsewhere ?? entry.simulation.decidedBy;
    const why = entry.verdict === 'unsure' ? doubtsInWords(entry.simulation.uncertain) : place === undefined ? '' : placeInWords(place);
    const key = `${entry.verdict} ${entry.reach.packet.family} ${why}`;
    stopped.set(key, [...(stopped.get(key) ?? []), entry]);
  }
  for (const group of stopped.values()) lines.push(stoppedLine(words, group));
  return lines;
}

function judge(firewall: Firewall, reach: Reach, ours: readonly string[]): Judged {
  const simulation = simulate(firewall, reach.packet);
  const elsewhere = reach.packet.path === 'input' ? sentElsewhere(simulation, reach, ours) : undefined;
  // Answers belong to a connection that was not translated.
  if (elsewhere !== undefined) {
    if (onlyWeBegin(reach.path)) return { reach, simulation, verdict: 'answers' };
    return { reach, simulation, verdict: weBegin(reach.path) ? 'late' : 'blocked', elsewhere };
  }
  const verdict = verdictOf(simulation);
  if (verdict === 'passes') return { reach, simulation, verdict };
  // "Anybody" need not be everybody: rules against some sources are meant.
  if (verdict === 'partly' && simulation.otherwise === 'accept') return { reach, simulation, verdict: 'passes' };
  if (verdict !== 'blocked') return { reach, simulation, verdict: 'unsure' };
  if (reach.packet.path !== 'input') return { reach, simulation, verdict: 'blocked' };
  // A firewall that knows connections lets answers in: enough for the side that calls.
  const answersPass = verdictOf(simulate(firewall, { ...reach.packet, ctState: 'established' })) === 'passes';
  if (!answersPass) return { reach, simulation, verdict: 'blocked' };
  if (onlyWeBegin(reach.path)) return { reach, simulation, verdict: 'answers' };
  return { reach, simulation, verdict: weBegin(reach.path) ? 'late' : 'blocked' };
}

/** Destination NAT towards an address that is not ours: what comes in for us is forwarded. */
function sentElsewhere({ nat }: Simulation, { packet }: Reach, ours: readonly string[]): RulePlace | undefined {
  if (nat.length === 0) return undefined;
  const own = ours.flatMap((address) => parseAddressRange(address) ?? []);
  // Without our addresses any may be ours.
  if (own.length === 0) return undefined;
  return nat.find(({ kind, certain, place }) => {
    const step = place.rule?.steps.find((candidate) => candidate.kind === 'nat');
    const to = kind === 'dnat' && certain && step?.kind === 'nat' ? step.address : undefined;
    // `dnat ip to …` in a table of both families leaves the other alone.
    return to !== undefined && (to.version === 4) === (packet.family === 'ip') && !own.some((address) => overlaps(address, to));
  })?.place;
}

/** The connection is started from here, to a peer whose address is known. */
function weBegin({ peer, connections }: PeerPath): boolean {
  return peer !== undefined && connections.length > 0 && connections.every(({ auto }) => /start|route|ondemand|trap|^up$/.test(auto.value));
}

function passLine({ label, done }: ReachWords, judged: readonly Judged[], firewall: Firewall): CheckLine {
  const whats = [...new Set(judged.map(({ reach }) => reach.what))].join(' and ');
  const notes: string[] = [];
  const doubted = judged.find(({ simulation }) => simulation.verdict === 'depends');
  if (judged.some(({ verdict }) => verdict === 'answers')) notes.push('answers only, which is enough for the side that calls');
  if (doubted !== undefined) notes.push(`but for ${doubtsInWords(doubted.simulation.uncertain)}`);
  if (firewall.unread.length > 0) return unknown(label, `accepted by what could be read, but not read: ${firewall.unread.join(', ')}`);
  const detail = `${whats} ${done} ${peersInWords(judged.map(({ reach }) => reach.path))}`;
  return pass(label, [detail, ...notes].join('; '));
}

function stoppedLine(words: ReachWords, group: readonly Judged[]): CheckLine {
  const { id, label, cause, refs } = words;
  const reaches = group.map(({ reach }) => reach);
  const [{ simulation, verdict, elsewhere } = group[0] as Judged] = group;
  const what = [...new Set(reaches.map((reach) => reach.what))];
  const whats = what.join(' and ');
  const are = what.length === 1 ? 'is' : 'are';
  const who = peersInWords(reaches.map(({ path }) => path));
  const inward = reaches[0]?.packet.path === 'input';
  const direction = inward ? 'from' : 'to';
  if (verdict === 'unsure') return unknown(label, `${whats} ${direction} ${who}: depends on ${doubtsInWords(simulation.uncertain)}`);
  const place = elsewhere ?? simulation.decidedBy;
  if (place === undefined) return unknown(label, `${whats} ${direction} ${who}: no rule could be named`);
  const connections = [...new Set(reaches.flatMap(({ path }) => path.connections))];
  // Without a connection nobody has said that a peer is to come.
  const asked = connections.length > 0;
  const late = verdict === 'late';
  const severity: Severity = asked && !late ? 'error' : 'warning';
  const { fix, mend } = insertRule(place, words.allow(reaches));
  return {
    status: severity === 'error' ? 'fail' : 'warn',
    label,
    detail: `${whats} ${direction} ${who} ${elsewhere === undefined ? 'dropped' : 'sent to another host'} by ${placeInWords(place)}${late ? ', answers excepted' : ''}`,
    mend,
    finding: hostFinding(id, {
      ...(late && { what: 'answers-only' }),
      ...(elsewhere !== undefined && { what: 'elsewhere' }),
      severity,
      confidence: asked ? (late ? 0.7 : 0.95) : 0.6,
      title: `${whats} ${direction} ${who} ${are} ${late ? 'let in as an answer only' : elsewhere === undefined ? 'dropped by the firewall of this host' : 'given to another host by destination NAT'}`,
      cause:
        elsewhere !== undefined
          ? 'Destination NAT comes before the question for whom a packet is: what it gives to another host never reaches the daemon here. Right only where the tunnel ends at that host.'
          : late
            ? `${cause} What this host began is answered; what the peer begins (its own negotiation after a restart, a rekey or traffic after a pause) is dropped.`
            : cause,
      evidence: [{ text: placeAsEvidence(place) }, ...connectionsAsEvidence(connections)],
      fix: [...fix],
      retest: `vpndoctor verify --only ${id}`,
      refs: [...refs],
      ...(connections.length > 0 &&
        connections.length <= 3 && { subject: subjectOf(reaches, connections.length === 1 ? namesOf(connections) : undefined) }),
    }),
  };
}

/** Ends, where there is one pair of them. */
function subjectOf(reaches: readonly Reach[], name: string | undefined): string {
  const ends = new Set(
    reaches.map(({ path }) => (path.own !== undefined && path.peer !== undefined ? `${path.own} - ${path.peer}` : (name ?? 'this host'))),
  );
  return ends.size === 1 ? ([...ends][0] as string) : 'this host';
}
