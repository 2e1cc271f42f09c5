import { DecodeError } from '../../bytes/errors.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { chooseProposal, proposalsText } from '../ike/proposals.js';
import type { IkeSettings } from '../ike/settings.js';
import { ikeSuiteOf } from '../ike/suite.js';
import type { Refusal } from '../refusal.js';
import { certificateRequests } from './authentication/certificate-requests.js';
import type { Effects } from './effects.js';
import { announceKeys, announceProposal, firstKeys } from './ike-keys.js';
import type { Incoming } from './incoming.js';
import { announcements, NONCE_LENGTH, readAnnouncements, whyBadNonce } from './init-payloads.js';
import { createProtection } from './message-crypt.js';
import { judgeNat, natNotifies } from './nat-detection.js';
import { firstOf, notifyOf, out } from './payloads.js';
import { refusal } from './refusals.js';
import type { ExpectAuthRequest } from './state.js';
import { sendClearReply } from './transmit.js';
import { FRESH_WINDOW } from './window.js';

/** An IKE_SA_INIT that was answered with keys, or the notify that is sent instead; nothing is kept then. */
export type InitAnswer =
  | { readonly ok: true; readonly sa: ExpectAuthRequest }
  | { readonly ok: false; readonly notify: OutgoingPayload; readonly refusal: Refusal; readonly invalidKe?: InvalidKe };

/** The initiator's group, and the one that we want in its place. */
interface InvalidKe {
  readonly offered: number;
  readonly wanted: number;
}

/** Answers a first IKE_SA_INIT (RFC 7296 §1.2). Cookies were dealt with before. */
export function answerInit(settings: IkeSettings, { header, payloads, path, bytes }: Incoming, fx: Effects): InitAnswer {
  const refuse = (
    notify: number,
    code: string,
    text: string,
    values: Pick<Refusal, 'ours' | 'theirs'> = {},
    data?: Uint8Array,
  ): Extract<InitAnswer, { ok: false }> => ({
    ok: false,
    notify: out.notify(notify, data),
    refusal: refusal(code, 'us', EXCHANGE.IKE_SA_INIT, text, { ...values, notify }),
  });
  const offered = firstOf(payloads, 'sa')?.proposals ?? [];
  const ke = firstOf(payloads, 'ke');
  const nonceI = firstOf(payloads, 'nonce')?.nonce;
  const badNonce = whyBadNonce(nonceI);
  if (ke === undefined || nonceI === undefined || badNonce !== undefined) {
    return refuse(NOTIFY.INVALID_SYNTAX, 'invalid-syntax', badNonce ?? 'the request has no KE payload');
  }
  const choice = chooseProposal(settings.ikeProposals, offered, ke.group);
  if (!choice.ok) return refuse(NOTIFY.NO_PROPOSAL_CHOSEN, 'no-proposal-chosen', choice.text, choice);
  const suite = ikeSuiteOf(choice.chosen);
  if (suite === undefined) {
    const values = { ours: proposalsText(settings.ikeProposals), theirs: proposalsText(offered) };
    return refuse(NOTIFY.NO_PROPOSAL_CHOSEN, 'no-proposal-chosen', 'a kind of algorithm is missing in what is common', values);
  }
  const { ikev2, name } = suite.keyExchange;
  if (ke.group !== ikev2) {
    const values = { ours: name, theirs: `group ${ke.group}` };
    const data = new ByteWriter(2).u16(ikev2).finish();
    const refused = refuse(NOTIFY.INVALID_KE_PAYLOAD, 'invalid-ke-payload', `the KE payload is not of ${name}`, values, data);
    return { ...refused, invalidKe: { offered: ke.group, wanted: ikev2 } };
  }
  let answer: ReturnType<typeof suite.keyExchange.respond>;
  try {
    answer = suite.keyExchange.respond(fx.env.random, ke.data);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return refuse(NOTIFY.INVALID_SYNTAX, 'invalid-ke-data', error.message);
  }
  const spis = { spiI: header.spiI.slice(), spiR: fx.registry.newIkeSpi() };
  const nonceR = fx.env.random(NONCE_LENGTH);
  const nat = judgeNat(header, path, payloads);
  const base = {
    number: fx.registry.nextNumber(),
    role: 'responder' as const,
    ...spis,
    settings,
    path,
    window: FRESH_WINDOW,
    hearsay: [],
    closing: false,
  };
  const peer = readAnnouncements(base, payloads, fx);
  announceProposal(base, suite.proposal, offered, fx);
  if (nat.supported) fx.happen(base, { kind: 'nat', ...nat });
  const keys = firstKeys(suite, answer.shared, { nonceI, nonceR, ...spis });
  announceKeys(base, suite, keys, fx);
  const intermediate = suite.additional.length > 0 && notifyOf(payloads, NOTIFY.INTERMEDIATE_EXCHANGE_SUPPORTED) !== undefined;
  const { window, bytes: messageR } = sendClearReply(
    base,
    EXCHANGE.IKE_SA_INIT,
    [
      out.sa([suite.proposal]),
      out.ke(ikev2, answer.publicValue),
      out.nonce(nonceR),
      ...(nat.supported ? natNotifies(spis, path, settings.encapsulation === 'force', fx.env.random) : []),
      ...certificateRequests(settings.remoteAuth).map(out.certreq),
      ...announcements(settings, intermediate, settings.ppk !== undefined && peer.usePpk),
      out.notify(NOTIFY.CHILDLESS_IKEV2_SUPPORTED),
    ],
    fx,
  );
  const sa: ExpectAuthRequest = {
    ...base,
    kind: 'expect-auth-request',
    window,
    suite,
    keys,
    protection: createProtection(suite, keys, 'responder'),
    peer,
    nat,
    transcript: { nonceI: nonceI.slice(), nonceR, messageI: bytes.slice(), messageR },
    exchanged: 0,
  };
  return { ok: true, sa };
}
