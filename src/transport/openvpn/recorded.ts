import type { Path } from '../../engine/step.js';
import type { Recording } from '../recording.js';
import { frameOpenvpn, openvpnFraming } from '../tcp-framing.js';
import { TcpScript } from '../tcp-script.js';
import { udpPacket } from '../udp-packet.js';
import type { OpenvpnSockets } from './sockets.js';

/** The same sockets, with everything that goes out and comes in written down as it was on the wire; headers are made for it. */
export function recordOpenvpn(sockets: OpenvpnSockets, recording: Recording): OpenvpnSockets {
  const tcp = new TcpScript(openvpnFraming, (packet) => recording.wire(packet));
  const record = ({ channel, local, remote }: Path, direction: 'in' | 'out', bytes: Uint8Array) => {
    if (channel === 'openvpn-tcp') tcp.message(local, remote, direction, frameOpenvpn(bytes));
    else {
      const packet = direction === 'out' ? udpPacket(local, remote, [bytes]) : udpPacket(remote, local, [bytes]);
      if (packet !== undefined) recording.wire(packet);
    }
  };
  return {
    get local() {
      return sockets.local;
    },
    get dropped() {
      return sockets.dropped;
    },
    send(path, bytes, what) {
      record(path, 'out', bytes);
      sockets.send(path, bytes, what);
    },
    onArrival(listener) {
      sockets.onArrival((arrival) => {
        if (arrival.kind === 'packet') record(arrival.path, 'in', arrival.bytes);
        listener(arrival);
      });
    },
    close: () => sockets.close(),
  };
}
