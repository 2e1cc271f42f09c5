import type { IkeMessageFacts, IkeSession } from '../model/ike-session.js';
import { IKE_PORT, NATT_PORT } from '../wire/udp-encap.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts } from './shared/attempts.js';
import { hasKeys, initiatorOf, responderOf, seen } from './shared/handshake.js';

/** F08: signs of a NAT, no NAT traversal, and ESP that a NAT cannot map. */
export const rule: Rule = {
  code: 'ike/nat-without-natt',
  title: 'A NAT is on the path and NAT traversal is not in use',
  severity: 'error',
  refs: ['RFC 3947 §3.2', 'RFC 3948 §2.1', 'RFC 7296 §2.23'],
  dependsOn: [],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, nated)) {
      const { peers, session, hit } = attempts;
      const { initiator, responder } = session.vendorIds;
      const lacking = session.protocol === 'ikev1' && !initiator.some(isNatt) ? initiatorOf(session) : responderOf(session);
      const lack = answersNatDetection(session) ? `${initiatorOf(session)} stays on UDP 500` : `${lacking} did not announce it`;
      const esp = peers.sas.filter(({ protocol, encapsulation }) => protocol === 'esp' && encapsulation === 'none');
      const there = esp.filter(({ src }) => src === session.initiator.address).length > 0;
      const back = esp.filter(({ src }) => src === session.responder.address).length > 0;
      if (there && back) continue;
      yield finding(rule, {
        severity: esp.length > 0 ? 'error' : 'warning',
        confidence: esp.length > 0 ? 0.85 : 0.6,
        subject: peers.subject,
        title: `${hit.sign}, but there is no NAT traversal: ${esp.length > 0 ? `ESP goes as protocol 50 ${there ? 'from the initiator' : 'from the responder'} only` : lack}${furtherAttempts(attempts)}`,
        cause: `${session.protocol === 'ikev1' && responder.length + initiator.length > 0 ? `NAT traversal needs the vendor ID of RFC 3947 (or its drafts) from both ends, and ${lacking} sent none. ` : ''}ESP has no ports, so a NAT that does not know protocol 50 drops what comes back or mixes up two clients.`,
        evidence: [
          seen(hit.message, hit.sign),
          ...esp
            .slice(0, 2)
            .map(({ firstFrame, src, spi }) => ({ frame: firstFrame, field: 'ESP', text: `protocol 50 from ${src}, SPI ${spi}` })),
        ],
        fix: [
          {
            end: 'ours',
            text: 'switch NAT traversal on: Openswan config setup nat_traversal=yes; libreswan and strongSwan have it on, force it with encapsulation=yes / encap = yes',
          },
          { end: 'theirs', text: 'Cisco ASA: crypto isakmp nat-traversal 20; IOS: crypto ipsec nat-transparency udp-encapsulation' },
        ],
        retest: 'try again and run vpndoctor sniff --ike --esp: NAT-D payloads, then everything on UDP 4500',
      });
    }
  },
};

const answersNatDetection = (session: IkeSession): boolean =>
  session.messages.some((m) => !m.fromInitiator && m.notifies.some(({ name }) => name === 'NAT_DETECTION_SOURCE_IP'));

const isNatt = (vendorId: string): boolean => /nat-?t|3947/i.test(vendorId);

function nated(session: IkeSession): { readonly message: IkeMessageFacts; readonly sign: string } | undefined {
  if (!hasKeys(session) || session.nat.floated || (session.nat.method !== undefined && session.protocol === 'ikev1')) return undefined;
  // IKEv2 moves with its second exchange: before that nobody stays on UDP 500.
  if (session.protocol === 'ikev2' && !session.messages.some((m) => m.messageId > 0 && m.encapsulation === 'none')) return undefined;
  const message = session.messages.find((m) => m.fromInitiator);
  if (message === undefined) return undefined;
  const port = message.src.port;
  if (session.nat.initiatorBehindNat === true || session.nat.responderBehindNat === true) return { message, sign: session.nat.text };
  if (session.protocol === 'ikev2') return undefined;
  const id = session.identityInitiator;
  if (
    id?.type.includes('ADDR') === true &&
    !id.type.includes('SUBNET') &&
    id.value !== session.initiator.address &&
    !id.value.startsWith('0.0.0.0')
  ) {
    return { message, sign: `The initiator calls itself ${id.value} and is seen as ${session.initiator.address}` };
  }
  if (port !== undefined && port !== IKE_PORT && port !== NATT_PORT && message.dst.port === IKE_PORT) {
    return { message, sign: `The initiator's packets come from port ${port} instead of 500` };
  }
  return undefined;
}
