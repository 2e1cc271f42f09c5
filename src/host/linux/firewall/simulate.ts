import { type AddressRange, parseAddressRange } from '../../../wire/ip/address-range.js';
import { evaluate, type Passing, type Truth } from './evaluate.js';
import type { BaseChain, Condition, Firewall, FirewallChain, FirewallTable, Hook, NatKind, Step } from './firewall.js';
import type { NatHit, Packet, RulePlace, Simulation, Uncertainty } from './simulation.js';

const hooksOfPath: Readonly<Record<Packet['path'], readonly Hook[]>> = {
  input: ['ingress', 'prerouting', 'input'],
  forward: ['ingress', 'prerouting', 'forward', 'postrouting', 'egress'],
  output: ['output', 'postrouting', 'egress'],
};

/** Chains that jump into each other often would be walked for ever: the kernel forbids loops, not trees. */
const MAX_RULES_WALKED = 500_000;
const MAX_DEPTH = 16;

/**
 * Sends a packet through the hooks of its path, chains by priority, and says what becomes of it (nft(8), "the hooks"; accept ends a
 * base chain and not the way, drop ends both; NAT chains see the first packet of a connection).
 */
export function simulate(firewall: Firewall, packet: Packet): Simulation {
  return new Walk(firewall, packet).run();
}

type Decided = { readonly kind: 'accept' | 'drop'; readonly place: RulePlace } | { readonly kind: 'nat'; readonly hit: NatHit };

type Outcome =
  | Decided
  | { readonly kind: 'return' }
  /** It may go back from here: what follows in the chain is in doubt. */
  | { readonly kind: 'may-return'; readonly why: string };

class Walk {
  readonly #nat: NatHit[] = [];
  readonly #uncertain: Uncertainty[] = [];
  readonly #passing: Passing;
  #walked = 0;
  #clamped: Simulation['clamped'] = 'no';
  /** 0: to the path MTU. */
  #clampedTo = Number.POSITIVE_INFINITY;
  /** Why the rules now walked may not be reached at all. */
  #doubts: string[] = [];

  constructor(
    readonly firewall: Firewall,
    packet: Packet,
  ) {
    this.#passing = {
      family: packet.family,
      path: packet.path,
      hook: 'prerouting',
      base: { hook: 'prerouting', priority: 0, type: 'filter', policy: 'accept' },
      iif: packet.iif,
      oif: packet.oif,
      source: rangeOf(packet.source, packet.family),
      destination: rangeOf(packet.destination, packet.family),
      protocol: packet.protocol,
      sourcePort: packet.sourcePort,
      destinationPort: packet.destinationPort,
      icmpType: packet.icmpType,
      ctState: packet.ctState ?? 'new',
      mark: packet.mark ?? 0,
      connectionMark: (packet.ctState ?? 'new') === 'new' ? 0 : undefined,
      ipsecIn: packet.ipsecIn ?? false,
      ipsecOut: packet.ipsecOut ?? false,
      reqid: packet.reqid,
      sa: packet.sa,
      dnat: (packet.ctState ?? 'new') === 'new' ? false : undefined,
      snat: (packet.ctState ?? 'new') === 'new' ? false : undefined,
    };
  }

  run(): Simulation {
    let decidedBy: RulePlace | undefined;
    let otherwise: 'accept' | 'drop' = 'accept';
    let depends = false;
    let dropped = false;
    const end = (verdict: Simulation['verdict']): Simulation => ({
      verdict,
      otherwise,
      ...(decidedBy && { decidedBy }),
      nat: this.#nat,
      uncertain: verdict === 'depends' ? this.#uncertain : [],
      clamped: this.#clamped,
      ...(this.#clampedTo > 0 && Number.isFinite(this.#clampedTo) && { clampedTo: this.#clampedTo }),
    });
    for (const { table, chain, base } of this.#baseChains()) {
      this.#passing.hook = base.hook;
      this.#passing.base = base;
      if (base.type === 'nat' && !this.#natApplies(base.hook)) continue;
      this.#doubts = [];
      const before = this.#uncertain.length;
      const outcome = this.#walkBase(table, chain, base);
      if (outcome.kind === 'nat') this.#translate(outcome.hit);
      // Only what would change the verdict of this chain is a doubt about it.
      const verdict = outcome.kind === 'drop' ? 'drop' : 'accept';
      const own = this.#uncertain.splice(before).filter((entry) => entry.verdict !== verdict);
      this.#uncertain.push(...own);
      if (dropped) continue;
      depends ||= own.length > 0;
      if (outcome.kind === 'drop') {
        if (otherwise === 'accept' || own.length === 0) decidedBy = outcome.place;
        otherwise = 'drop';
        // Nothing comes behind a drop for sure; what NAT there is shall be known all the same.
        dropped = own.length === 0;
      } else if (outcome.kind === 'accept' && otherwise === 'accept' && base.type !== 'nat') {
        // A rule that accepts says more than a policy that lets everything pass.
        if (outcome.place.rule !== undefined || decidedBy?.rule === undefined) decidedBy = outcome.place;
      }
    }
    if (dropped) return end('drop');
    return end(depends ? 'depends' : 'accept');
  }

  #baseChains(): readonly { table: FirewallTable; chain: FirewallChain; base: BaseChain }[] {
    const { family, path, iif, oif, ipsecIn, ipsecOut } = this.#passing;
    const found: { table: FirewallTable; chain: FirewallChain; base: BaseChain }[] = [];
    for (const table of this.firewall.tables) {
      if (table.family !== 'inet' && table.family !== family) continue;
      for (const chain of table.chains.values()) {
        const { base } = chain;
        if (base === undefined) continue;
        // What the wire sees of a packet in an SA is ESP, not the packet.
        if (base.hook === 'ingress' && (ipsecIn === true || !hangsOn(base, iif))) continue;
        if (base.hook === 'egress' && (ipsecOut === true || !hangsOn(base, oif))) continue;
        found.push({ table, chain, base });
      }
    }
    return hooksOfPath[path].flatMap((hook) =>
      found.filter(({ base }) => base.hook === hook).sort((a, b) => a.base.priority - b.base.priority),
    );
  }

  /** NAT is decided once for a connection and direction, with its first packet. */
  #natApplies(hook: Hook): boolean {
    const { ctState, dnat, snat } = this.#passing;
    if (ctState !== undefined && ctState !== 'new' && ctState !== 'related') return false;
    return hook === 'prerouting' || hook === 'output' ? dnat !== true : snat !== true;
  }

  #walkBase(table: FirewallTable, chain: FirewallChain, base: BaseChain): Decided {
    const outcome = this.#walkChain(table, chain, 0);
    return outcome ?? { kind: base.policy, place: { table, chain } };
  }

  /** What a chain says; undefined: nothing, go on behind the jump. */
  #walkChain(table: FirewallTable, chain: FirewallChain, depth: number): Decided | undefined {
    const doubts: string[] = [];
    for (const rule of chain.rules) {
      this.#walked += 1;
      if (this.#walked > MAX_RULES_WALKED) {
        this.#uncertain.push({ place: { table, chain, rule }, verdict: 'drop', why: 'too many rules to follow' });
        return undefined;
      }
      // Most rules are about other packets, as their first condition says: nothing is made for them.
      const [first] = rule.steps;
      if (first?.kind === 'match' && evaluate(first.condition, this.#passing) === false) continue;
      const outcome = this.#walkRule({ table, chain, rule }, depth, doubts);
      if (outcome?.kind === 'return') return undefined;
      if (outcome?.kind === 'may-return') doubts.push(outcome.why);
      else if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  #walkRule(place: Required<RulePlace>, depth: number, ofChain: readonly string[]): Outcome | undefined {
    let doubts = ofChain;
    for (const step of place.rule.steps) {
      if (step.kind === 'match') {
        const truth = evaluate(step.condition, this.#passing);
        if (truth === false) return undefined;
        if (truth === undefined) doubts = [...doubts, reasonOf(step.condition)];
        continue;
      }
      const outcome = this.#doubting(doubts, () => this.#act(step, place, depth));
      // A return that nothing in this rule puts in doubt is one for what is left of the chain, too.
      if (outcome?.kind === 'may-return' && doubts.length === ofChain.length) return { kind: 'return' };
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  /** Runs what may not be reached: its outcome is noted, and the rules go on. */
  #doubting(doubts: readonly string[], act: () => Outcome | undefined): Outcome | undefined {
    if (doubts.length === 0) return act();
    const outer = this.#doubts;
    this.#doubts = [...outer, ...doubts];
    const outcome = act();
    const why = this.#doubts.join(', ');
    this.#doubts = outer;
    if (outcome?.kind === 'accept' || outcome?.kind === 'drop') this.#uncertain.push({ place: outcome.place, verdict: outcome.kind, why });
    if (outcome?.kind === 'nat') {
      this.#nat.push({ ...outcome.hit, certain: false, why });
      this.#translateMaybe(outcome.hit.kind);
    }
    return outcome?.kind === 'return' || outcome?.kind === 'may-return' ? { kind: 'may-return', why } : undefined;
  }

  #act(step: Exclude<Step, { kind: 'match' }>, place: Required<RulePlace>, depth: number): Outcome | undefined {
    const passing = this.#passing;
    const certain = this.#doubts.length === 0;
    switch (step.kind) {
      case 'verdict':
        if (step.verdict === 'return') return { kind: 'return' };
        return { kind: step.verdict === 'accept' ? 'accept' : 'drop', place };
      case 'jump':
      case 'goto':
        return this.#jump(step.kind, step.chain, place, depth);
      case 'choose':
        return this.#choose(step.cases, place, depth);
      case 'nat':
        return { kind: 'nat', hit: { kind: step.nat, hook: passing.hook, place, certain: true } };
      case 'mark': {
        const old = step.of === 'packet' ? passing.mark : passing.connectionMark;
        const constant = step.change?.and === 0 ? step.change.xor : undefined;
        const value =
          step.change === undefined || !certain
            ? undefined
            : old === undefined
              ? constant
              : ((old & step.change.and) ^ step.change.xor) >>> 0;
        if (step.of === 'packet') passing.mark = value;
        else passing.connectionMark = value;
        return undefined;
      }
      case 'copy-mark':
        if (step.to === 'packet') passing.mark = certain ? passing.connectionMark : undefined;
        else passing.connectionMark = certain ? passing.mark : undefined;
        return undefined;
      case 'notrack':
        passing.ctState = certain ? 'untracked' : undefined;
        return undefined;
      case 'clamp-mss':
        if (this.#clamped !== 'yes') this.#clamped = certain ? 'yes' : 'maybe';
        if (certain) this.#clampedTo = Math.min(this.#clampedTo, step.to === 'path-mtu' ? 0 : step.to);
        return undefined;
      case 'elsewhere':
        return this.#doubting([step.text], () => ({ kind: 'drop', place }));
    }
  }

  #jump(kind: 'jump' | 'goto', name: string, place: Required<RulePlace>, depth: number): Outcome | undefined {
    const chain = place.table.chains.get(name);
    if (chain === undefined || depth >= MAX_DEPTH) {
      this.#uncertain.push({ place, verdict: 'drop', why: chain === undefined ? `chain ${name} is not there` : 'chains nest too deep' });
      return undefined;
    }
    const outcome = this.#walkChain(place.table, chain, depth + 1);
    if (outcome !== undefined) return outcome;
    // Behind a goto there is no way back into this chain.
    return kind === 'goto' ? { kind: 'return' } : undefined;
  }

  #choose(cases: readonly { condition: Condition; step: Step }[], place: Required<RulePlace>, depth: number): Outcome | undefined {
    let mayReturn: Outcome | undefined;
    for (const { condition, step } of cases) {
      const truth: Truth = evaluate(condition, this.#passing);
      if (truth === false || step.kind === 'match') continue;
      if (truth === true) return this.#act(step, place, depth);
      const outcome = this.#doubting([reasonOf(condition)], () => this.#act(step, place, depth));
      if (outcome !== undefined) mayReturn = outcome;
    }
    return mayReturn;
  }

  #translate(hit: NatHit): void {
    this.#nat.push(hit);
    const passing = this.#passing;
    const step = hit.place.rule?.steps.find((candidate) => candidate.kind === 'nat');
    if (step?.kind !== 'nat') return;
    if (hit.kind === 'dnat' || hit.kind === 'redirect' || (hit.kind === 'netmap' && hit.hook === 'prerouting')) {
      passing.dnat = true;
      if (step.address !== undefined || hit.kind !== 'dnat') passing.destination = hit.kind === 'dnat' ? step.address : undefined;
      if (step.port !== undefined) passing.destinationPort = step.port;
    } else {
      passing.snat = true;
      passing.source = hit.kind === 'snat' ? step.address : undefined;
    }
  }

  #translateMaybe(kind: NatKind): void {
    const passing = this.#passing;
    if (kind === 'dnat' || kind === 'redirect' || kind === 'netmap') {
      passing.dnat = undefined;
      passing.destination = undefined;
      passing.destinationPort = undefined;
    } else {
      passing.snat = undefined;
      passing.source = undefined;
    }
  }
}

function hangsOn(base: BaseChain, device: string | undefined): boolean {
  return base.devices === undefined || device === undefined || base.devices.includes(device);
}

function rangeOf(text: string | undefined, family: 'ip' | 'ip6'): AddressRange | undefined {
  const range = text === undefined ? undefined : parseAddressRange(text);
  return range?.version === (family === 'ip' ? 4 : 6) ? range : undefined;
}

function reasonOf(condition: Condition): string {
  switch (condition.kind) {
    case 'unknown':
      return condition.text;
    case 'any':
      return 'set of several fields';
    case 'address':
      return `${condition.end} address`;
    case 'port':
      return condition.end === 'either' ? 'port' : `${condition.end} port`;
    case 'interface':
      return condition.direction === 'in' ? 'input interface' : 'output interface';
    case 'ipsec':
      return condition.only === undefined ? 'IPsec policy' : `IPsec policy with ${condition.only.text}`;
    default:
      return condition.kind.replace('-', ' ');
  }
}
