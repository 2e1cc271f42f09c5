import type { ConnectionAuth, Sourced } from '../../../model/connection.js';
import type { ConfigEnd } from '../../effective/config-end.js';
import { offersOf } from '../../effective/offer.js';
import { cell, evidence, row } from '../cells.js';
import type { Aspect, Mismatch } from '../mismatch.js';

const words: Readonly<Record<ConnectionAuth, string>> = {
  psk: 'preshared key',
  pubkey: 'certificate or public key',
  'rsa-raw': 'certificate or public key',
  xauth: 'XAUTH',
  eap: 'EAP',
  null: 'none',
  never: 'never',
  'static-key': 'static key',
};

/** Each end proves itself in the way that the other asks for. */
export const aspect: Aspect = {
  id: 'authentication',
  compare(pair) {
    const rows = [];
    const mismatches: Mismatch[] = [];
    const policy = policyFault(pair);
    if (policy !== undefined) mismatches.push(policy);
    for (const who of ['ours', 'theirs'] as const) {
      const [here, there] = who === 'ours' ? [pair.ours, pair.theirs] : [pair.theirs, pair.ours];
      const own = here.connection.local.auth;
      const wanted = there.connection.remote.auth;
      const agrees = same(own, wanted);
      const [a, b] = [textOf(own, here), textOf(wanted, there)];
      const label = who === 'ours' ? 'our authentication' : 'their authentication';
      rows.push(who === 'ours' ? row(label, a, b, agrees) : row(label, b, a, agrees));
      if (agrees || policy !== undefined || mismatches.some(({ title }) => title.includes(a.text) && title.includes(b.text))) continue;
      mismatches.push({
        code: 'config/authentication',
        severity: 'error',
        breaks: 'up',
        title: `${who === 'ours' ? 'our end' : 'the other end'} proves itself by ${a.text}, ${who === 'ours' ? 'the other end' : 'our end'} wants ${b.text}`,
        cause:
          'In IKEv1 the method is part of the proposal, which is refused; in IKEv2 the AUTH payload is, after AUTHENTICATION_FAILED nothing is left.',
        evidence: [evidence(who, a, a.text), evidence(who === 'ours' ? 'theirs' : 'ours', b, b.text)],
        // An end that proves itself in one way and wants another has the fault.
        change: {
          [who]: change(wanted),
          ...(same(own, here.connection.remote.auth) && { [who === 'ours' ? 'theirs' : 'ours']: change(own) }),
        },
        refs: ['RFC 2409 §5', 'RFC 7296 §2.15'],
      });
    }
    return { rows, mismatches };
  },
};

/** A policy of Cisco's IKEv1 that says otherwise than the secret that is there for the peer. */
function policyFault({ ours, theirs, version }: Parameters<Aspect['compare']>[0]): Mismatch | undefined {
  if (version !== 'ikev1') return undefined;
  for (const who of ['ours', 'theirs'] as const) {
    const [here, there] = who === 'ours' ? [ours, theirs] : [theirs, ours];
    const policies = offersOf(here, 'ike', 'ikev1').flatMap(({ source }) => source?.auth ?? []);
    const wanted = here.connection.local.auth.map(({ value }) => kindOf(value));
    if (policies.length === 0 || policies.some(({ value }) => wanted.includes(kindOf(value)))) continue;
    const [a, b] = [
      cell(policies[0] ?? { file: here.connection.file, line: 0 }, words[policies[0]?.value ?? 'psk']),
      textOf(there.connection.local.auth, there),
    ];
    return {
      code: 'config/authentication',
      severity: 'error',
      breaks: 'up',
      title: `the policies of phase 1 at ${who === 'ours' ? 'our end' : 'the other end'} are for ${a.text}, ${who === 'ours' ? 'the other end' : 'our end'} proves itself by ${b.text}`,
      cause: 'In IKEv1 the method is part of the proposal: one for another method is refused with NO_PROPOSAL_CHOSEN.',
      evidence: [evidence(who, a, a.text), evidence(who === 'ours' ? 'theirs' : 'ours', b, b.text)],
      change: { [who]: change(there.connection.local.auth) },
      refs: ['RFC 2409 §5'],
    };
  }
  return undefined;
}

function kindOf(auth: ConnectionAuth): ConnectionAuth {
  return auth === 'rsa-raw' ? 'pubkey' : auth;
}

/** One method in common is enough where several may be used; XAUTH and EAP come on top of another. */
function same(own: readonly Sourced<ConnectionAuth>[], wanted: readonly Sourced<ConnectionAuth>[]): boolean {
  const first = (list: typeof own) => new Set(list.map(({ value }) => kindOf(value)).filter((auth) => auth !== 'xauth'));
  const [a, b] = [first(own), first(wanted)];
  const xauth = (list: typeof own) => list.some(({ value }) => value === 'xauth');
  // A method that we do not know leaves no trace: nothing is said about it.
  if (a.size === 0 || b.size === 0) return true;
  return [...a].some((auth) => b.has(auth)) && xauth(own) === xauth(wanted);
}

function textOf(auth: readonly Sourced<ConnectionAuth>[], { connection }: ConfigEnd): ReturnType<typeof cell> {
  return cell(auth[0] ?? { file: connection.file, line: 0 }, [...new Set(auth.map(({ value }) => words[value]))].join(' and '));
}

function change(auth: readonly Sourced<ConnectionAuth>[]): {
  readonly kind: 'auth';
  readonly value: 'psk' | 'pubkey';
  readonly side: 'both';
} {
  return { kind: 'auth', value: auth.some(({ value }) => value === 'psk') ? 'psk' : 'pubkey', side: 'both' };
}
