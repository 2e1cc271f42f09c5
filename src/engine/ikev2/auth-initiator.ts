import type { Ikev2Keys } from '../../keymat/ikev2.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { startEapClient } from '../eap/client.js';
import { configurationRequest } from '../ike/configuration.js';
import { defaultIdentity } from '../ike/default-identity.js';
import type { RemoteAuth } from '../ike/settings.js';
import type { Refusal } from '../refusal.js';
import { authOctets, idBody } from './auth-octets.js';
import { certificateRequests } from './authentication/certificate-requests.js';
import { makeProof } from './authentication/make-proof.js';
import { provedByTls } from './authentication/tls-server.js';
import { offerChild, offerPayloads } from './child-negotiation.js';
import type { ChildOffer } from './child-offer.js';
import type { Effects } from './effects.js';
import { conversationOf } from './effects.js';
import { out } from './payloads.js';
import { postquantumKeys, ppkPayloads, whyNoPpk } from './ppk.js';
import { refusal } from './refusals.js';
import type { IkeSa, InitiatorAuth, SecuredSa, Transcript } from './state.js';
import { sendRequest } from './transmit.js';

/** Sends the first IKE_AUTH (RFC 7296 §1.2), with EAP without AUTH (§2.16). */
export function beginAuth(sa: SecuredSa, transcript: Transcript, fx: Effects): IkeSa | undefined {
  const { settings } = sa;
  const { localAuth } = settings;
  const id = settings.localId ?? defaultIdentity(localAuth, sa.path.local.address);
  const ppkKeys = postquantumKeys(sa);
  const bare: InitiatorAuth = { transcript, id, method: '', ...(ppkKeys === undefined ? {} : { ppkKeys }) };
  const fail = (why: Refusal) => fx.down({ ...sa, kind: 'expect-auth-reply', auth: bare }, 'us', why);
  const impossible = whyNoPpk(sa) ?? whyNotChildless(sa);
  if (impossible !== undefined) return fail(impossible);
  if (localAuth.method === 'eap') {
    const auth = withOffer(sa, bare, fx);
    const context = { ikeIdentity: identityText(id.type, id.data), conversation: conversationOf(sa), random: fx.env.random };
    const window = sendRequest(sa, EXCHANGE.IKE_AUTH, [...firstPayloads(sa, id, []), ...lastPayloads(sa, auth.offer)], fx);
    return { ...sa, kind: 'expect-eap-reply', auth, client: startEapClient(localAuth.eap, context), window };
  }
  const octets = (keys: Ikev2Keys) => authOctets(sa, transcript, keys, 'initiator', idBody(id));
  const made = makeProof(localAuth, octets(ppkKeys ?? sa.keys), sa.peer);
  if (!made.ok) return fail(made.refusal);
  const { certs, auth: proof, method } = made.proof;
  const auth = withOffer(sa, { ...bare, method }, fx);
  const fallback = ppkKeys === undefined || settings.ppk?.mandatory === true ? undefined : makeProof(localAuth, octets(sa.keys), sa.peer);
  const payloads = [
    ...firstPayloads(sa, id, certs.map(out.cert)),
    out.auth(proof),
    ...(ppkKeys === undefined ? [] : ppkPayloads(sa, fallback?.ok === true ? fallback.proof.auth.data : undefined)),
    ...lastPayloads(sa, auth.offer),
  ];
  return { ...sa, kind: 'expect-auth-reply', auth, window: sendRequest(sa, EXCHANGE.IKE_AUTH, payloads, fx) };
}

function withOffer(sa: SecuredSa, auth: InitiatorAuth, fx: Effects): InitiatorAuth {
  const { child } = sa.settings;
  return child === undefined ? auth : { ...auth, offer: offerChild(child, true, fx) };
}

/** RFC 6023 §4: only with a peer that says it can. */
function whyNotChildless({ settings, peer }: SecuredSa): Refusal | undefined {
  if (settings.child !== undefined || peer.childless) return undefined;
  const text = 'the peer did not announce CHILDLESS_IKEV2_SUPPORTED: without a CHILD_SA it would refuse';
  return refusal('childless-not-supported', 'us', EXCHANGE.IKE_SA_INIT, text);
}

/** What stands before AUTH (RFC 7296 appendix C.2). */
function firstPayloads({ settings }: SecuredSa, id: Id, certs: readonly OutgoingPayload[]): readonly OutgoingPayload[] {
  return [
    out.idI(id),
    ...certs,
    ...(settings.initialContact === true ? [out.notify(NOTIFY.INITIAL_CONTACT)] : []),
    ...certificateRequests(settings.remoteAuth).map(out.certreq),
    ...(settings.askedId === undefined ? [] : [out.idR(settings.askedId)]),
  ];
}

/** What stands behind it. */
function lastPayloads({ settings, path }: SecuredSa, offer: ChildOffer | undefined): readonly OutgoingPayload[] {
  return [
    ...(settings.request === undefined ? [] : [out.cp(configurationRequest(settings.request))]),
    ...(offer === undefined ? [] : [...offerPayloads(offer), out.tsI(offer.localSelectors), out.tsR(offer.remoteSelectors)]),
    ...(settings.mobike && path.channel !== 'tcp' ? [out.notify(NOTIFY.MOBIKE_SUPPORTED)] : []),
    ...(offersEapOnly(settings) ? [out.notify(NOTIFY.EAP_ONLY_AUTHENTICATION)] : []),
  ];
}

/** Whether EAP may be all by which the responder proves itself (RFC 5998). */
export function offersEapOnly({ localAuth, remoteAuth }: Pick<SecuredSa['settings'], 'localAuth' | 'remoteAuth'>): boolean {
  return localAuth.method === 'eap' && (hasNoMeans(remoteAuth) || provedByTls(localAuth, remoteAuth));
}

/** Nothing to check the responder with but EAP itself. */
function hasNoMeans({ authorities, secrets, rawKeys, allowNull }: RemoteAuth): boolean {
  return authorities.length === 0 && secrets.length === 0 && rawKeys.length === 0 && !allowNull;
}
