import { finding, type Rule } from './rule.js';
import { further, openvpnCases, recovery, retestOf } from './shared/openvpn.js';

const PACKETS = 5;

/** Data in one direction only, behind a handshake that was complete or with a static key. */
export const rule: Rule = {
  code: 'openvpn/one-way',
  title: 'Data goes one way only',
  severity: 'error',
  refs: ['OpenVPN manual --keepalive', 'OpenVPN manual --float'],
  dependsOn: [
    'path/port-unreachable',
    'path/admin-prohibited',
    'path/host-unreachable',
    'openvpn/static-key-mismatch',
    'openvpn/no-pull',
    'openvpn/options-mismatch',
  ],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ data, startsMidway }) => {
      const [client, server] = [data.client, data.server];
      if (startsMidway || (client === undefined) === (server === undefined)) return undefined;
      const one = client ?? server;
      return one === undefined || one.packets < PACKETS ? undefined : { one, fromClient: client !== undefined };
    })) {
      const { session, hit, subject, severity } = found;
      const [from, to] = hit.fromClient ? [session.client, session.server] : [session.server, session.client];
      yield finding(rule, {
        severity,
        confidence: 0.8,
        subject,
        title: `${from.address} sends ${hit.one.packets} data packets, ${to.address} none${further(found)}`,
        cause: `The other end does not get them, cannot open them, or its packets are lost on the way here. Its keepalives should be seen at least.${recovery(found)}`,
        evidence: [{ frame: hit.one.firstFrame, text: `first of ${hit.one.packets} data packets of ${from.address}` }],
        fix: [
          {
            end: 'either',
            text: `on ${to.address}: look in the log for "Authenticate/Decrypt packet error" and "MULTI: bad source address"`,
          },
          { end: 'path', text: `let ${session.transport.toUpperCase()} between the two through in both directions` },
        ],
        retest: retestOf(session),
      });
    }
  },
};
