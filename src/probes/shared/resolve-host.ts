import { EnvironmentError } from '../../bytes/errors.js';
import { parseAddressBytes } from '../../wire/ip/address.js';
import { type ProbedAddresses, probeFinding } from './finding.js';
import type { Outcome } from './probe.js';

/** Addresses of a name that are printed. */
const MOST_SHOWN = 3;

/** What the step writes down. */
export interface ResolvedFacts extends ProbedAddresses {
  address?: string;
  otherAddresses: readonly string[];
}

/**
 * The address of the peer, for the step of any protocol.
 * @param target `familyBy`: the line of a configuration that asks for the version; absent: flags do
 */
export async function resolveHost(
  target: { readonly host: string; readonly asked?: string; readonly family?: 4 | 6; readonly familyBy?: string },
  facts: ResolvedFacts,
  link: { resolve(host: string): Promise<readonly string[]> },
): Promise<Outcome> {
  const { host, family, familyBy } = target;
  const literal = parseAddressBytes(host.replace(/%.*$/, '')) !== undefined;
  let addresses: readonly string[];
  try {
    addresses = literal ? [host] : await link.resolve(host);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    const finding = probeFinding(target, facts, {
      slug: 'name-not-resolved',
      severity: 'error',
      confidence: 0.99,
      title: `${host} does not resolve: ${error.message}`,
      cause: 'Without an address nothing can be sent. A gateway with this name in its configuration fails the same way, again at each try.',
      evidence: [{ text: `step resolve: ${error.message}` }],
      fix: [
        { end: 'ours', text: `getent ahosts ${host}; resolvectl query ${host}; check the spelling and /etc/resolv.conf` },
        { end: 'ours', text: 'use the address instead of the name until the name works' },
      ],
      refs: [],
    });
    return { status: 'fail', text: error.message, findings: [finding] };
  }
  const fitting = addresses.filter((address) => family === undefined || (family === 6) === address.includes(':'));
  const [first, ...others] = fitting;
  if (first === undefined) {
    const text = `${host} has no IPv${family} address, only ${addresses.slice(0, MOST_SHOWN).join(', ')}`;
    const finding = probeFinding(target, facts, {
      slug: 'no-such-address',
      severity: 'error',
      confidence: 0.99,
      title: text,
      cause: `IPv${family} was asked for (${familyBy ?? `-${family}, or an address for --source`}), and ${literal ? 'this address is none' : 'the name has none'}.`,
      evidence: [{ text: `step resolve: ${text}` }],
      fix: [
        {
          end: 'ours',
          text: familyBy === undefined ? `without -${family} and --source` : `${familyBy.replace(/[46]/, '')} in place of ${familyBy}`,
        },
        literal
          ? { end: 'ours', text: `or an IPv${family} address of the peer in place of ${host}, where it has one` }
          : { end: 'theirs', text: `an ${family === 6 ? 'AAAA' : 'A'} record for ${host}, where the gateway has such an address` },
      ],
      refs: [],
    });
    return { status: 'fail', text, findings: [finding] };
  }
  facts.address = first;
  facts.otherAddresses = others;
  if (literal) return { status: 'pass', text: `${first} is an address` };
  return {
    status: 'pass',
    text: `${first}${others.length === 0 ? '' : ` (of ${fitting.length}: also ${others.slice(0, MOST_SHOWN).join(', ')})`}`,
  };
}
