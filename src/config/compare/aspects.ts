import { aspect as authentication } from './aspects/authentication.js';
import { aspect as childLifetime } from './aspects/child-lifetime.js';
import { aspect as compression } from './aspects/compression.js';
import { aspect as deadPeer } from './aspects/dead-peer.js';
import { aspect as droppedAlgorithms } from './aspects/dropped-algorithms.js';
import { aspect as espProposals } from './aspects/esp-proposals.js';
import { aspect as exchangeMode } from './aspects/exchange-mode.js';
import { aspect as hashTruncation } from './aspects/hash-truncation.js';
import { aspect as identities } from './aspects/identities.js';
import { aspect as ikeLifetime } from './aspects/ike-lifetime.js';
import { aspect as ikeProposals } from './aspects/ike-proposals.js';
import { aspect as ikeVersion } from './aspects/ike-version.js';
import { aspect as mode } from './aspects/mode.js';
import { aspect as natTraversal } from './aspects/nat-traversal.js';
import { aspect as peerAddress } from './aspects/peer-address.js';
import { aspect as pfs } from './aspects/pfs.js';
import { aspect as presharedKey } from './aspects/preshared-key.js';
import { aspect as protocol } from './aspects/protocol.js';
import { aspect as selectors } from './aspects/selectors.js';
import { aspect as start } from './aspects/start.js';
import type { Aspect } from './mismatch.js';

/** What two IPsec ends have to agree on, in the order in which a tunnel comes to it. */
export const aspects: readonly Aspect[] = [
  start,
  peerAddress,
  ikeVersion,
  exchangeMode,
  authentication,
  droppedAlgorithms,
  ikeProposals,
  natTraversal,
  identities,
  presharedKey,
  ikeLifetime,
  deadPeer,
  mode,
  protocol,
  selectors,
  espProposals,
  pfs,
  compression,
  hashTruncation,
  childLifetime,
];
