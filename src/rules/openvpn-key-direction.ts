import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, recovery, retestOf } from './shared/openvpn.js';

/** F103: tls-auth signs with the half that the other end signs with, or does not expect. */
export const rule: Rule = {
  code: 'openvpn/key-direction',
  title: 'The key direction of tls-auth does not match',
  severity: 'error',
  refs: ['OpenVPN manual --key-direction', 'OpenVPN manual --tls-auth'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ wrapping, stop, outcome }) => {
      if (wrapping?.kind !== 'tls-auth' || outcome !== 'failed' || wrapping.clientDirection === undefined) return undefined;
      if (wrapping.serverDirection === 1 && wrapping.clientDirection === 1) return wrapping;
      return wrapping.clientDirection === 0 && wrapping.serverDirection === undefined && stop?.kind === 'reset-unanswered'
        ? wrapping
        : undefined;
    })) {
      const { session, hit, subject, severity } = found;
      const certain = hit.serverDirection === 1;
      yield finding(rule, {
        severity,
        confidence: certain ? 0.97 : 0.75,
        subject,
        title: certain
          ? `Both ends sign with half 1 of the tls-auth key${further(found)}`
          : `${clientOf(session)} signs with half 0 of the tls-auth key, as a server with direction 0 does, and is not answered${further(found)}`,
        cause: certain
          ? 'Both ends have key-direction 1: each expects half 0 of the other and drops what it gets.'
          : `The key given fits, and the client signs with its first half: it has key-direction 0, or none. A server with key-direction 0 (the usual way) expects the second half and drops the packets without a word. A client without direction is right only where the server has none either; then look for another cause.${recovery(found)}`,
        evidence: [
          {
            frame: session.firstFrame,
            field: 'HMAC',
            text: `made with half ${hit.clientDirection ?? 0} of the key, digest ${hit.digest ?? 'unknown'}`,
          },
        ],
        fix: [
          { end: 'ours', text: 'tls-auth ta.key 1 (or key-direction 1 beside an inline key) at the client' },
          { end: 'theirs', text: 'tls-auth ta.key 0 at the server' },
        ],
        retest: retestOf(session),
      });
    }
  },
};
