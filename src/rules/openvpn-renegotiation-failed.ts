import { finding, type Rule } from './rule.js';
import { listenedAfter } from './shared/clock.js';
import { openvpnCases, retestOf } from './shared/openvpn.js';

/** A renegotiation has this long (`--hand-window`), seconds; without repetitions less tells nothing. */
const PATIENCE = 10;

/** New keys are asked for and do not come: the tunnel dies when the old ones expire. */
export const rule: Rule = {
  code: 'openvpn/renegotiation-failed',
  title: 'A renegotiation does not come to its end',
  severity: 'error',
  refs: ['OpenVPN manual --reneg-sec', 'OpenVPN manual --tran-window'],
  dependsOn: ['openvpn/ping-restart'],
  *evaluate(facts) {
    for (const { session, hit, subject, severity } of openvpnCases(facts, ({ negotiations }) =>
      negotiations.find(
        (one) =>
          one.keyId !== 0 &&
          one.firstDataFrame === undefined &&
          listenedAfter(facts, one.time) >= PATIENCE &&
          (!one.answered || (one.tls !== undefined && !one.tls.complete)) &&
          // The next one came through: nothing was lost by it.
          !negotiations.some((later) => later.frame > one.frame && later.firstDataFrame !== undefined),
      ),
    )) {
      const by = hit.startedByClient ? 'client' : 'server';
      yield finding(rule, {
        severity,
        confidence: 0.85,
        subject,
        title: `Renegotiation of key ${hit.keyId}, begun by the ${by}, ${hit.answered ? 'stops in the middle' : 'is not answered'}`,
        cause: `The soft reset was sent ${hit.resets === 1 ? 'once' : `${hit.resets} times`}. The old keys serve on until the transition window ends, then data stops. ${hit.answered ? 'Certificates or credentials that were good at first may have expired or been revoked since, a one-time password cannot be used again (auth-gen-token), or the answers get lost.' : 'The other end did not get it, or does not know the session any more.'}`,
        evidence: [{ frame: hit.frame, field: `P_CONTROL_SOFT_RESET_V1, key ${hit.keyId}`, text: `begun by the ${by}` }],
        fix: [
          {
            end: 'theirs',
            text: 'look in the log for "TLS Error" and "AUTH_FAILED" at this time; auth-gen-token where one-time passwords are used',
          },
          { end: 'either', text: 'reneg-sec 0 at one end and a time at the other, so that only one of them begins' },
        ],
        retest: retestOf(session),
      });
    }
  },
};
