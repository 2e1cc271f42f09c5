import type { Path } from '../engine/step.js';
import type { Endpoint } from '../model/endpoint.js';
import { encodeIpPacket } from '../wire/ip/ip-packet.js';
import { PROTOCOL_ESP } from '../wire/ip/protocols.js';
import type { UdpEncapKind } from '../wire/udp-encap.js';
import { KEEPALIVE, NON_ESP_MARKER, NON_IKE_MARKER } from './markers.js';
import type { Recording } from './recording.js';
import { frameIke, ikeFraming } from './tcp-framing.js';
import { TcpScript } from './tcp-script.js';
import type { Arrival, EspPath, Transport } from './transport.js';
import { udpPacket } from './udp-packet.js';

const NOTHING = new Uint8Array(0);

/**
 * The same transport, with everything that goes out and comes in written down as it was on the wire. Headers are made for it: sockets
 * do not show theirs. What IP fragmented on the way is whole.
 */
export function recordTransport(transport: Transport, recording: Recording): Transport {
  const recorder = new Recorder(recording);
  return {
    get paths() {
      return transport.paths;
    },
    sendMessage(path, bytes) {
      recorder.ike(path, 'ike', bytes, 'out');
      transport.sendMessage(path, bytes);
    },
    sendEsp(path, protocol, bytes) {
      recorder.esp(path, protocol, bytes, 'out');
      transport.sendEsp(path, protocol, bytes);
    },
    sendKeepalive(path) {
      recorder.ike(path, 'keepalive', NOTHING, 'out');
      transport.sendKeepalive(path);
    },
    onArrival(listener) {
      transport.onArrival((arrival) => {
        recorder.arrived(arrival);
        listener(arrival);
      });
    },
    close: () => transport.close(),
  };
}

type Direction = 'in' | 'out';

class Recorder {
  readonly #tcp: TcpScript;

  constructor(private readonly recording: Recording) {
    this.#tcp = new TcpScript(ikeFraming, (packet) => recording.wire(packet));
  }

  arrived(arrival: Arrival): void {
    switch (arrival.kind) {
      case 'message':
        this.ike(arrival.path, 'ike', arrival.bytes, 'in');
        break;
      case 'keepalive':
        this.ike(arrival.path, 'keepalive', NOTHING, 'in');
        break;
      case 'esp':
      case 'ah':
        this.esp(arrival.path, arrival.kind, arrival.bytes, 'in');
        break;
      case 'error':
      // ICMP's word reaches us as a reason, not as a packet.
    }
  }

  ike(path: Path, kind: 'ike' | 'keepalive', bytes: Uint8Array, direction: Direction): void {
    if (path.channel === 'tcp') this.#tcp.message(path.local, path.remote, direction, frameIke(kind, bytes));
    else this.#udp(path, direction, kind === 'keepalive' ? [KEEPALIVE] : path.channel === 'natt' ? [NON_ESP_MARKER, bytes] : [bytes]);
  }

  esp(path: EspPath, protocol: 'esp' | 'ah', bytes: Uint8Array, direction: Direction): void {
    const kind: UdpEncapKind = 'esp';
    if (path.encapsulation === 'tcp') this.#tcp.message(path.local, path.remote, direction, frameIke(kind, bytes));
    else if (path.encapsulation === 'udp') this.#udp(path, direction, [bytes]);
    else if (path.encapsulation === 'udp-ike') this.#udp(path, direction, [NON_IKE_MARKER, bytes]);
    else if (protocol === 'ah') this.recording.wire(bytes);
    else {
      const [src, dst] = ends(path, direction);
      this.recording.wire(encodeIpPacket({ src: src.address, dst: dst.address, protocol: PROTOCOL_ESP, payload: bytes }));
    }
  }

  #udp(path: { readonly local: Endpoint; readonly remote: Endpoint }, direction: Direction, parts: readonly Uint8Array[]): void {
    const packet = udpPacket(...ends(path, direction), parts);
    if (packet !== undefined) this.recording.wire(packet);
  }
}

function ends(
  { local, remote }: { readonly local: Endpoint; readonly remote: Endpoint },
  direction: Direction,
): [src: Endpoint, dst: Endpoint] {
  return direction === 'out' ? [local, remote] : [remote, local];
}
