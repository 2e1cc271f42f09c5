import { finding, type Rule } from './rule.js';
import { clientOf, further, portOf, recovery, serverOf, stoppedAt } from './shared/openvpn.js';

/** F101: the server answers, and the client goes on as if it had not. */
export const rule: Rule = {
  code: 'openvpn/answers-lost',
  title: 'The client does not hear the answers of the server',
  severity: 'error',
  refs: ['OpenVPN manual --hand-window'],
  dependsOn: ['path/admin-prohibited', 'path/host-unreachable', 'path/routing-loop'],
  *evaluate(facts) {
    for (const found of stoppedAt(facts, 'answer-unheard')) {
      const { session, subject, severity } = found;
      const answers = session.messages.filter(({ fromClient }) => !fromClient);
      yield finding(rule, {
        severity,
        confidence: 0.9,
        subject,
        title: `${clientOf(session)} never acknowledges what ${serverOf(session)} answers${further(found)}`,
        cause: `The server answers the hard reset, the client repeats it and acknowledges nothing: the answers get lost between the point of capture and the client (firewall without state for ${portOf(session)}, another way back, a NAT that forgot), or the client drops them because keys or wrapping of the control channel differ.${recovery(found)}`,
        evidence: answers
          .slice(0, 3)
          .map(({ frame, opcode }) => ({ frame, field: `opcode ${opcode}`, text: 'answer of the server, not acknowledged' })),
        fix: [
          { end: 'path', text: `let packets from ${portOf(session)} of ${session.server.address} through to ${session.client.address}` },
          {
            end: 'theirs',
            text: 'with several addresses on the server: option multihome, so that answers leave from the address that was asked',
          },
          { end: 'ours', text: 'look in the log of the client for "packet HMAC authentication failed" or "tls-crypt unwrap error"' },
        ],
        retest: `vpndoctor sniff -i any --openvpn --host ${session.server.address} at the client: a packet from the server must arrive`,
      });
    }
  },
};
