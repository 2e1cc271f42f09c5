import type { PayloadNode } from '../../wire/ike/chain.js';
import type { IkeHeader } from '../../wire/ike/header.js';
import type { Path } from '../step.js';

/** A message of the peer that belongs to an IKE SA, opened where it was under SK. */
export interface Incoming {
  readonly header: IkeHeader;
  readonly payloads: readonly PayloadNode[];
  readonly path: Path;
  /** The message whole: AUTH is computed over IKE_SA_INIT. */
  readonly bytes: Uint8Array;
  /** Inside of SK as it was encrypted, for IntAuth (RFC 9242 §3.3.2). */
  readonly inner?: { readonly first: number; readonly bytes: Uint8Array };
}
