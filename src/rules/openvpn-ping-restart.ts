import type { OpenvpnSession } from '../model/openvpn-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { finding, type Rule } from './rule.js';
import { span } from './shared/clock.js';
import { clientOf, openvpnCases, retestOf, serverOf } from './shared/openvpn.js';

/** Silence of one end while the other goes on, seconds: less may be chance. */
const SILENCE = 3;

/** F119, F129: a session that was up, one end falls silent, the client begins anew. */
export const rule: Rule = {
  code: 'openvpn/ping-restart',
  title: 'A tunnel that was up falls silent, and the client begins anew',
  severity: 'error',
  refs: ['OpenVPN manual --keepalive', 'OpenVPN manual --ping-restart', 'OpenVPN manual --duplicate-cn'],
  dependsOn: ['path/host-unreachable', 'path/admin-prohibited', 'path/routing-loop'],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, silentEnd)) {
      const { session, hit, subject } = found;
      const end = hit.serverSilent ? serverOf(session) : clientOf(session);
      const loop = found.sessions > 1;
      yield finding(rule, {
        // The one that came up afterwards is the next round, not a recovery, when it falls silent too.
        severity: loop ? 'error' : found.severity,
        confidence: 0.85,
        subject,
        title: `${end} falls silent for ${span(hit.silence)} in a tunnel that was up, and the client begins anew${loop ? ` (${found.sessions} times)` : ''}`,
        cause: `The other end went on sending for ${span(hit.silence)} before it gave up (ping-restart). The path or a NAT on it dropped the flow, the silent end was restarted, or another client with the same certificate took its place (then it repeats, each throwing out the other).`,
        evidence: [
          { frame: hit.lastFrame, text: `last packet of ${end}` },
          { frame: session.supersededIn ?? hit.lastFrame, text: 'the client begins anew with a hard reset' },
        ],
        fix: [
          {
            end: 'either',
            text: 'keepalive 10 60 at the server (it is pushed to clients); shorter than the UDP timeout of the NAT between',
          },
          {
            end: 'theirs',
            text: 'look in the log of the server for another connection under the same name: one certificate for each client, or duplicate-cn',
          },
          { end: 'path', text: 'check what changed on the path at this time: conntrack -E, firewall log, routes' },
        ],
        retest: retestOf(session),
      });
    }
  },
};

function silentEnd({ data, outcome, supersededIn, mode }: OpenvpnSession) {
  const { client, server } = data;
  if (mode !== 'tls' || outcome !== 'established' || supersededIn === undefined || client === undefined || server === undefined)
    return undefined;
  const serverSilent = secondsBetween(server.lastTime, client.lastTime) > 0;
  const [silent, other] = serverSilent ? [server, client] : [client, server];
  const silence = secondsBetween(silent.lastTime, other.lastTime);
  return silence < SILENCE ? undefined : { serverSilent, silence, lastFrame: silent.lastFrame };
}
