import type { ChildFacts, IkeSession, ProposalFacts } from '../model/ike-session.js';
import { ladder } from './ladder.js';
import type { Style } from './style.js';
import { hanging } from './wrap.js';

const LABEL = 18;

/** One IKE SA: a headline with its outcome, the ladder of its exchanges, then what was negotiated. */
export function sessionText(session: IkeSession, style: Style): string[] {
  const outcome = { established: style.good, failed: style.bad, incomplete: style.dim }[session.outcome](session.outcome);
  const version = session.protocol === 'ikev2' ? 'IKEv2' : `IKEv1${session.mode === undefined ? '' : ` ${session.mode}`}`;
  const lines = [`${style.bold(`${version} SA ${session.spiI} ${session.spiR}`)}  ${outcome}`];
  if (session.stoppedAt !== undefined) lines.push(...hanging('  stopped at', LABEL, session.stoppedAt, style.width));
  if (session.startsMidway) lines.push('  the capture begins in the middle of this SA');
  lines.push(...ladder(session, style));
  const say = (label: string, text: string | undefined) => {
    if (text !== undefined && text !== '') lines.push(...hanging(`  ${label}`, LABEL, text, style.width));
  };
  if (session.chosen) say('chosen', proposalText(session.chosen));
  else for (const offer of session.offered) say(`offer ${offer.number}`, proposalText(offer));
  say('lifetime', session.lifetimes.join(', '));
  say('identities', identities(session));
  say(
    'authentication',
    [session.authMethods.initiator, session.authMethods.responder].filter((method) => method !== undefined).join(' / '),
  );
  for (const certificate of session.certificates) {
    say(
      'certificate',
      `packet ${certificate.frame}: ${certificate.subject}, by ${certificate.issuer}, valid ${certificate.validFrom} to ${certificate.validTo}`,
    );
  }
  say('NAT', session.nat.text);
  for (const [label, ids] of [
    ['initiator', session.vendorIds.initiator],
    ['responder', session.vendorIds.responder],
  ] as const) {
    say(label, ids.join(', '));
  }
  for (const child of session.children) say('child', childText(child));
  for (const { frame, protocol, spis } of session.deletes) say('delete', `packet ${frame}: ${protocol} ${spis.join(' ')}`.trimEnd());
  return lines;
}

/** `AES_CBC_256, PRF_HMAC_SHA2_256, MODP_2048`. */
export function proposalText(proposal: ProposalFacts): string {
  const transforms = proposal.transforms.map(({ name }) => name).join(', ');
  return `${proposal.protocol}${proposal.spi === '' ? '' : ` ${proposal.spi}`}: ${transforms}`;
}

function identities({ identityInitiator: i, identityResponder: r }: IkeSession): string {
  return [i && `initiator ${i.value} (${i.type})`, r && `responder ${r.value} (${r.type})`].filter(Boolean).join(', ');
}

function childText(child: ChildFacts): string {
  const parts = [`packet ${child.frame}: ${child.protocol === 'hidden' ? 'encrypted' : child.protocol}`];
  if (child.spiInitiator !== undefined) parts.push(`SPI ${child.spiInitiator} / ${child.spiResponder ?? '?'}`);
  if (child.mode !== undefined) parts.push(child.mode);
  if (child.chosen) parts.push(child.chosen.transforms.map(({ name }) => name).join(', '));
  if (child.pfsGroup !== undefined) parts.push(`PFS ${child.pfsGroup}`);
  const selectors = (side: ChildFacts['selectorsInitiator']) => side.map(({ text }) => text).join(', ');
  if (child.selectorsInitiator.length > 0) parts.push(`${selectors(child.selectorsInitiator)} === ${selectors(child.selectorsResponder)}`);
  if (child.rekeys !== undefined) parts.push(`rekeys ${child.rekeys}`);
  if (child.lifetimes.length > 0) parts.push(child.lifetimes.join(', '));
  if (child.outcome !== 'hidden') parts.push(child.outcome);
  else if (child.protocol !== 'hidden') parts.push('outcome encrypted');
  return parts.join('; ');
}
