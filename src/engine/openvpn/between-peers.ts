import { chooseBetweenPeers } from './cipher-negotiation.js';
import type { Effects } from './effects.js';
import type { Negotiation } from './negotiation.js';
import { epochsWith, IV_PROTO, readPeerInfo } from './peer-info.js';
import { readPushed } from './push-options.js';
import type { Session } from './session.js';

/** Peer id of ends that push nothing: `vpn` (`ssl_ncp.c`, `p2p_ncp_set_options`). */
const PEER_ID = 0x76706e;

/** Agrees with a peer that pushes nothing, of what both said of themselves, and makes the keys. */
export function agreeBetweenPeers(session: Session, negotiation: Negotiation, fx: Effects): void {
  const { settings } = session;
  const peer = readPeerInfo(negotiation.theirs?.peerInfo);
  const negotiates = (peer.proto & IV_PROTO.NCP_P2P) !== 0;
  const has = (bit: number) => negotiates && (peer.proto & bit) !== 0;
  const choice = chooseBetweenPeers(settings, peer, negotiates, negotiation.theirs?.options ?? '');
  if (!choice.ok) {
    session.fail(negotiation, choice.refusal, fx);
    return;
  }
  const { parameters } = readPushed(settings, []);
  const exporter = has(IV_PROTO.TLS_KEY_EXPORT);
  session.complete(
    negotiation,
    {
      cipher: choice.cipher,
      exporter,
      dynamicTlsCrypt: exporter && has(IV_PROTO.DYN_TLS_CRYPT),
      epochs: negotiates && epochsWith(peer.proto, choice.cipher),
      controlExit: has(IV_PROTO.CC_EXIT_NOTIFY),
      explicitExitNotify: settings.explicitExitNotify,
      parameters: { ...parameters, cipher: choice.cipher, ...(has(IV_PROTO.DATA_V2) && { peerId: PEER_ID }) },
    },
    fx,
  );
}
