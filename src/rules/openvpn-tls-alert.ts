import { tlsAlertWords } from '../model/openvpn-words.js';
import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, recovery, retestOf, serverOf } from './shared/openvpn.js';

/** F110, F115: one end says in TLS why it gives up. */
export const rule: Rule = {
  code: 'openvpn/tls-alert',
  title: 'One end ends the TLS handshake with an alert',
  severity: 'error',
  refs: ['RFC 8446 §6.2', 'RFC 5246 §7.2.2'],
  dependsOn: ['openvpn/certificate-expired'],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ alerts, outcome }) =>
      outcome === 'established' ? undefined : alerts.find(({ level }) => level === 'fatal'),
    )) {
      const { session, hit, subject, severity } = found;
      const [from, to] = hit.fromClient ? [clientOf(session), serverOf(session)] : [serverOf(session), clientOf(session)];
      const words = tlsAlertWords(hit.name);
      yield finding(rule, {
        severity,
        confidence: 0.95,
        subject,
        title: `${from} ends TLS with the alert ${hit.name}${further(found)}`,
        cause: `It was sent to ${to}: ${words.cause}.${recovery(found)}`,
        evidence: [{ frame: hit.frame, field: 'TLS alert', text: `fatal ${hit.name} of the ${hit.fromClient ? 'client' : 'server'}` }],
        fix: [{ end: 'either', text: words.fix }],
        retest: retestOf(session),
      });
    }
  },
};
