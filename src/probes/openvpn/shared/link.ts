import type { DataCounts } from '../../../engine/openvpn/data/data-channel.js';
import type { OpenvpnCommand } from '../../../engine/openvpn/happenings.js';
import type { Credentials, OpenvpnSettings } from '../../../engine/openvpn/settings.js';
import type { Path } from '../../../engine/step.js';
import type { OpenvpnArrival } from '../../../transport/openvpn/sockets.js';
import type { ProbeLink } from '../../shared/link.js';
import type { Remote } from '../target.js';

/** How a question beside the session was answered: somebody with these settings sends his first packet. */
export type SideAnswer =
  | { readonly kind: 'answered'; readonly milliseconds: number }
  | { readonly kind: 'error'; readonly error: Extract<OpenvpnArrival, { kind: 'error' }> }
  /** Nothing came that fits: `strange` packets came that do not. `spoken`: TLS did come, before it fell silent. */
  | { readonly kind: 'silent'; readonly strange: number; readonly spoken: boolean };

/** What steps of OpenVPN do with the world besides: sockets and the engine. */
export interface Link extends ProbeLink {
  /** Opens a socket to this remote, over TCP a connection; one that was open before is closed. Throws `EnvironmentError`. */
  open(remote: Remote, address: string, source: string): Promise<void>;
  /** The way to the peer, once open. */
  readonly path: Path | undefined;
  /** Starts the engine: its first packet goes out. @param credentials in place of those of the settings */
  connect(credentials?: Credentials): void;
  command(command: OpenvpnCommand): void;
  /**
   * Sends the first packet of a session with other settings from a socket of its own, and says whether it is answered.
   * @param until `tls`: answered is when TLS is through, and not before
   */
  ask(remote: Remote, settings: OpenvpnSettings, patience: number, until?: 'reset' | 'tls'): Promise<SideAnswer>;
  /** A payload into the tunnel, as the data channel carries it: OpenVPN's own messages. */
  send(payload: Uint8Array): void;
  /** A packet to the peer, whoever sealed it. */
  sendPacket(packet: Uint8Array): void;
  /** What went over the data channel. */
  readonly counts: DataCounts | undefined;
  /** Bytes of the largest payload whose packet is no longer than this. */
  room(length: number): number;
}
