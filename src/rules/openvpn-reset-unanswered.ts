import { count } from '../bytes/count.js';
import { secondsBetween } from '../model/seconds-between.js';
import { OPENVPN_PORT } from '../wire/openvpn/header.js';
import { isHardReset } from '../wire/openvpn/recognise.js';
import { finding, type Rule } from './rule.js';
import { span } from './shared/clock.js';
import { clientOf, further, portOf, recovery, retestOf, serverOf, stoppedAt } from './shared/openvpn.js';

/** F101, F103-F106: only hard resets of the client. */
export const rule: Rule = {
  code: 'openvpn/reset-unanswered',
  title: 'The server answers no hard reset',
  severity: 'error',
  refs: ['OpenVPN manual --tls-auth', 'OpenVPN manual --connect-timeout'],
  dependsOn: [
    'path/port-unreachable',
    'path/admin-prohibited',
    'path/host-unreachable',
    'path/routing-loop',
    'openvpn/control-key-mismatch',
    'openvpn/key-direction',
    'openvpn/ping-restart',
  ],
  *evaluate(facts) {
    for (const found of stoppedAt(facts, 'reset-unanswered')) {
      const { session, subject, severity } = found;
      const resets = session.messages.filter(({ opcode, fromClient }) => fromClient && isHardReset(opcode));
      const last = resets.at(-1);
      const kind = session.wrapping?.kind ?? 'none';
      const key = session.wrapping?.client;
      const wrapped =
        kind === 'none'
          ? ' The client uses neither tls-auth nor tls-crypt: a server that has one of them drops its packets without a word.'
          : ` The client uses ${kind}: a server with another key, another direction, another digest or another wrapping drops its packets without a word, so the wire cannot tell that from a dead server.${key === 'fits' ? ' The key given fits what the client sends: the server has another one, or another wrapping.' : ''}`;
      yield finding(rule, {
        severity,
        confidence: 0.9,
        subject,
        title: `${serverOf(session)} answers nothing: ${clientOf(session)} sent ${count(resets.length, 'hard reset')} over ${session.transport.toUpperCase()}${last === undefined ? '' : ` in ${span(secondsBetween(session.firstTime, last))}`}${further(found)}`,
        cause: `No packet of the server came back and no ICMP error. Wrong address, port or protocol, a firewall or NAT on the way, no daemon, or a server that does not accept the control channel.${wrapped}${recovery(found)}`,
        evidence: resets
          .slice(0, 4)
          .map(({ frame, opcode }) => ({ frame, field: `opcode ${opcode}`, text: `hard reset to ${portOf(session)}, no answer` })),
        fix: [
          {
            end: 'theirs',
            text: `on the server: ss -l${session.transport === 'udp' ? 'u' : 't'}np 'sport = :${session.server.port ?? OPENVPN_PORT}' shows who listens; nft list ruleset shows what is let in`,
          },
          {
            end: 'theirs',
            text: 'look in its log for "TLS Error: incoming packet authentication failed", "cannot locate HMAC", "tls-crypt unwrapping failed": then keys or wrapping differ',
          },
          {
            end: 'ours',
            text: 'the same file in tls-auth, tls-crypt or tls-crypt-v2 as the server; with tls-auth: key-direction 1 at the client where the server has 0',
          },
        ],
        retest: retestOf(session),
      });
    }
  },
};
