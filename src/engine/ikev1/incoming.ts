import type { PayloadNode } from '../../wire/ike/chain.js';
import type { IkeHeader } from '../../wire/ike/header.js';
import type { Path } from '../step.js';

/** A message of the peer. */
export interface Incoming {
  readonly header: IkeHeader;
  /** Of a message in clear; empty for one that is encrypted. */
  readonly payloads: readonly PayloadNode[];
  /** What is behind the header of an encrypted one. */
  readonly encrypted?: Uint8Array;
  /** As it came: one that comes again is known by it. */
  readonly bytes: Uint8Array;
  readonly path: Path;
}
