import { dateText, nameText } from '../../crypto/certificates/certificate-text.js';
import { probeFinding } from '../shared/finding.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { endedOutcome } from './shared/ended.js';
import { askOtherHello } from './shared/hello-question.js';
import { isReset, pathErrorOutcome } from './shared/path-error.js';
import { stepPatience } from './shared/patience.js';
import type { ProbeFacts } from './shared/probe-facts.js';
import { isUnverified, unverifiedOutcome } from './shared/unverified-server.js';

/** A certificate that ends within this is worth a word. */
const SOON_DAYS = 30;
const DAY = 86_400_000;
/** Part of the patience after which silence is seldom slowness. */
const BEFORE_ASKING = 0.4;

/** The TLS handshake inside the control channel, and the server's certificate. */
export const probe: Probe = {
  id: 'tls',
  title: 'TLS and certificate',
  after: ['reset'],
  plan: ({ settings }) => (settings.udp.mode === 'static' ? skips('a static key has no handshake') : applies),
  async run(context) {
    const { facts, link, target } = context;
    const begun = link.now();
    // Who ends the connection behind TLS of its own has judged us; one that is reset before has not.
    const cut = () => (facts.spoken ? undefined : facts.errors.find(isReset));
    const refused = () => facts.ended !== undefined || facts.certificate?.verdict === 'invalid' || cut() !== undefined;
    const settled = () => (facts.tls !== undefined && facts.certificate !== undefined) || refused();
    if ((!(await link.waitFor(settled, target.patience * BEFORE_ASKING)) || cut() !== undefined) && !link.signal.aborted) {
      const asked = askOtherHello(context);
      await link.waitFor(settled, stepPatience(target));
      const other = await asked;
      if (other !== undefined) facts.otherHello = other;
    }
    if (facts.certificate?.refusal !== undefined) await link.waitFor(() => facts.ended !== undefined, 1000);
    const { tls, certificate, remote } = facts;
    const error = facts.otherHello === 'answered' ? undefined : cut();
    if (error !== undefined && remote !== undefined && facts.ended === undefined) return pathErrorOutcome(error, remote, target, facts);
    if (tls === undefined || (facts.ended !== undefined && !isUnverified(facts))) return endedOutcome('tls', context);
    const [own] = tls.certificates;
    const version = `${tls.version}${tls.cipher === undefined ? '' : `, ${tls.cipher}`}`;
    const text = `${version}; ${own === undefined ? 'no certificate' : nameText(own.subject)}`;
    const details = [...certificateLines(facts), ...(certificate === undefined ? [] : [certificate.text])];
    const milliseconds = tls.at - (facts.reset?.at ?? begun);
    if (isUnverified(facts)) return unverifiedOutcome(text, certificateLines(facts), milliseconds, context);
    const left = own === undefined ? Number.POSITIVE_INFINITY : (Date.parse(own.validTo) - link.date()) / DAY;
    if (own === undefined || left > SOON_DAYS) return { status: 'pass', text, details, milliseconds };
    return {
      status: 'warn',
      text: `${text}, which ends in ${Math.floor(left)} days`,
      details,
      milliseconds,
      findings: [
        probeFinding(target, facts, {
          slug: 'openvpn-certificate-ends',
          severity: 'warning',
          confidence: 0.99,
          title: `The server's certificate ends on ${dateText(Date.parse(own.validTo))}`,
          cause: 'From then on clients refuse it, all at once.',
          evidence: [{ text: `step tls: ${nameText(own.subject)} is valid until ${own.validTo}` }],
          fix: [{ end: 'theirs', text: 'issue it anew in time (easyrsa renew), and restart OpenVPN there' }],
          refs: ['RFC 5280 §4.1.2.5'],
        }),
      ],
    };
  },
};

function certificateLines({ tls }: ProbeFacts): readonly string[] {
  return (tls?.certificates ?? []).map(
    (one, at) =>
      `${at === 0 ? 'server' : 'issuer'}: ${nameText(one.subject)}, by ${nameText(one.issuer)}, ${dateText(Date.parse(one.validFrom))} to ${dateText(Date.parse(one.validTo))}`,
  );
}
