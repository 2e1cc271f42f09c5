import type { AddressRange } from '../../../wire/ip/address-range.js';

/** Where in a packet's way a chain hangs. `ingress` and `egress` see what the wire sees, before and after everything else. */
export type Hook = 'ingress' | 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'egress';

/** Who wrote it and who can change it: `nft`, or iptables over one of its two back ends. */
export type FirewallSource = 'nft' | 'iptables-nft' | 'iptables-legacy';

/** Everything that can stop or change a packet on this host, as far as it could be read. */
export interface Firewall {
  readonly tables: readonly FirewallTable[];
  /** What is there but could not be read: with these a verdict is not the whole truth. */
  readonly unread: readonly string[];
}

export interface FirewallTable {
  readonly source: FirewallSource;
  /** What changes it: `nft`, `iptables`, `ip6tables-legacy`. */
  readonly command: string;
  /** `inet` holds both. */
  readonly family: 'ip' | 'ip6' | 'inet';
  /** What `nft` calls the family, where that is another word. */
  readonly written?: 'netdev';
  readonly name: string;
  readonly chains: ReadonlyMap<string, FirewallChain>;
}

export interface FirewallChain {
  readonly name: string;
  /** Absent: reached by a jump only. */
  readonly base?: BaseChain;
  readonly rules: readonly FirewallRule[];
}

export interface BaseChain {
  readonly hook: Hook;
  /** The lower, the earlier; iptables' tables have fixed ones. */
  readonly priority: number;
  readonly type: 'filter' | 'nat' | 'route';
  readonly policy: 'accept' | 'drop';
  /** Of `ingress` and `egress`: what they hang on. */
  readonly devices?: readonly string[];
}

export interface FirewallRule {
  /** As the tool prints it. */
  readonly text: string;
  /** nft's handle: rules are inserted before it. */
  readonly handle?: number;
  /** Place in its chain from 1: what `iptables -I` wants. */
  readonly position: number;
  /** Evaluated in this order; the first condition that does not hold ends the rule. */
  readonly steps: readonly Step[];
}

export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

/** One question about a packet. Answered with yes, no, or "cannot be known from here". */
export type Condition =
  | { readonly kind: 'interface'; readonly direction: 'in' | 'out'; readonly names: readonly string[]; readonly not: boolean }
  | { readonly kind: 'address'; readonly end: 'source' | 'destination'; readonly ranges: readonly AddressRange[]; readonly not: boolean }
  | { readonly kind: 'family'; readonly families: readonly ('ip' | 'ip6')[]; readonly not: boolean }
  | { readonly kind: 'protocol'; readonly ranges: readonly NumberRange[]; readonly not: boolean }
  | {
      readonly kind: 'port';
      readonly end: 'source' | 'destination' | 'either';
      readonly ranges: readonly NumberRange[];
      readonly not: boolean;
    }
  | { readonly kind: 'icmp-type'; readonly ranges: readonly NumberRange[]; readonly not: boolean }
  | { readonly kind: 'ct-state'; readonly states: readonly string[]; readonly not: boolean }
  | { readonly kind: 'ct-status'; readonly status: string; readonly not: boolean }
  | {
      readonly kind: 'mark';
      readonly of: 'packet' | 'connection';
      readonly mask: number;
      readonly ranges: readonly NumberRange[];
      readonly not: boolean;
    }
  | { readonly kind: 'tcp-flags'; readonly mask: number; readonly values: readonly number[]; readonly not: boolean }
  | { readonly kind: 'address-type'; readonly end: 'source' | 'destination'; readonly types: readonly string[]; readonly not: boolean }
  /** The way back to the source leads through the interface it came by. */
  | { readonly kind: 'reverse-path'; readonly not: boolean }
  | {
      readonly kind: 'ipsec';
      readonly direction: 'in' | 'out';
      /** Narrows it to one SA or policy. */
      readonly only?: SaNarrowing;
      readonly not: boolean;
    }
  | { readonly kind: 'fragment'; readonly not: boolean }
  /** Members of a concatenation; each a list of conditions that hold together. */
  | { readonly kind: 'any'; readonly alternatives: readonly (readonly Condition[])[]; readonly not: boolean }
  /** What cannot be told from a packet alone: a rate limit, a set kept elsewhere, the process, the time, a match we do not know. */
  | { readonly kind: 'unknown'; readonly text: string };

/** What a rule wants of the SA. With `text` alone it is something that we do not compare. */
export interface SaNarrowing {
  readonly reqid?: number;
  readonly protocol?: string;
  readonly mode?: string;
  readonly text: string;
}

export type NatKind = 'masquerade' | 'snat' | 'dnat' | 'redirect' | 'netmap';

export type Verdict = 'accept' | 'drop' | 'reject' | 'return';

export type Step =
  | { readonly kind: 'match'; readonly condition: Condition }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** A verdict map: at most one of its cases holds. */
  | { readonly kind: 'choose'; readonly cases: readonly { readonly condition: Condition; readonly step: Step }[] }
  | { readonly kind: 'nat'; readonly nat: NatKind; readonly address?: AddressRange; readonly port?: number }
  /** New value: (old and `and`) xor `xor`; without them it is not known. */
  | {
      readonly kind: 'mark';
      readonly of: 'packet' | 'connection';
      readonly change?: { readonly and: number; readonly xor: number };
    }
  | { readonly kind: 'copy-mark'; readonly to: 'packet' | 'connection' }
  | { readonly kind: 'notrack' }
  /** Clamps the MSS of TCP: to a number, or to what the path allows. */
  | { readonly kind: 'clamp-mss'; readonly to: number | 'path-mtu' }
  /** Goes to a program or an extension that decides about it; `text` says which. */
  | { readonly kind: 'elsewhere'; readonly text: string };
