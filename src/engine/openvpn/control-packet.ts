import type { ControlMessage } from '../../wire/openvpn/control.js';

/** A control packet without its wrapping. */
export interface ControlPacket extends ControlMessage {
  readonly opcode: number;
  readonly keyId: number;
  /** Of who sends it. */
  readonly sessionId: bigint;
}
