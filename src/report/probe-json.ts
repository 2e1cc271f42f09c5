import type { Finding } from '../model/finding.js';
import type { ProbeStep } from '../model/probe-step.js';
import { toJson } from './json-record.js';
import { verdictOfSteps } from './probe-verdict.js';

/** What both ends agreed on, for programs. Names are IANA's. */
export interface Negotiated {
  readonly address?: string;
  readonly source?: string;
  readonly ike?: readonly string[];
  readonly esp?: readonly string[];
  /** Around ESP. */
  readonly ah?: readonly string[];
  readonly compression?: string;
  /** Lifetime by what is protected. */
  readonly kilobytes?: number;
  readonly mode?: 'tunnel' | 'transport';
  readonly encapsulation?: 'none' | 'udp' | 'udp-ike' | 'tcp';
  readonly localSelectors?: readonly string[];
  readonly remoteSelectors?: readonly string[];
  readonly peerId?: string;
  readonly virtualAddresses?: readonly string[];
  readonly vendorIds?: readonly string[];
  readonly innerMtu?: number;
}

/** The same of a tunnel of OpenVPN; names are OpenVPN's. */
export interface OpenvpnNegotiated {
  readonly address?: string;
  readonly source?: string;
  /** `192.0.2.1:1194 (udp)`. */
  readonly remote?: string;
  readonly tlsVersion?: string;
  readonly tlsCipher?: string;
  readonly certificate?: string;
  readonly cipher?: string;
  readonly digest?: string;
  readonly compression?: string;
  readonly device?: 'tun' | 'tap';
  readonly peerId?: number;
  readonly tunnelAddress?: string;
  readonly pushed?: readonly string[];
  readonly peerInfo?: readonly string[];
  readonly innerMtu?: number;
}

/** The one object of `probe … --json` (design.md §4). */
export function probeRecord(
  peer: string,
  steps: readonly ProbeStep[],
  findings: readonly Finding[],
  negotiated: Negotiated | OpenvpnNegotiated,
  interrupted: boolean,
): object {
  return {
    schema: 'vpndoctor/probe/1',
    peer,
    steps: steps.map(({ id, title, status, text, details, milliseconds }) => ({
      id,
      title,
      status,
      text,
      details,
      ms: Math.round(milliseconds * 1000) / 1000,
    })),
    negotiated: toJson(negotiated),
    findings: findings.map(toJson),
    verdict: verdictOfSteps(steps, interrupted),
  };
}
