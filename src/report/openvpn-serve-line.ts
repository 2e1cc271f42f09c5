import { nameText } from '../crypto/certificates/certificate-text.js';
import type { OpenvpnHappening } from '../engine/openvpn/happenings.js';
import { endpointText } from '../model/endpoint-text.js';
import type { HappeningText } from './serve-line.js';

/** A happening of the OpenVPN engine in one line; undefined for what nobody wants to read. Never a secret. */
export function openvpnHappeningText(happening: OpenvpnHappening): HappeningText | undefined {
  switch (happening.kind) {
    case 'sent':
    case 'received': {
      const { kind, opcode, keyId, packetId, acks, length } = happening;
      const number = packetId === undefined ? '' : `, message ${packetId}`;
      return detail(`${kind} ${opcode} key ${keyId}${number}${acks.length === 0 ? '' : `, ack ${acks.join(' ')}`}, ${length} bytes`);
    }
    case 'retransmitted':
      return detail(`${happening.opcode} ${happening.packetId} sent again (${happening.times})`);
    case 'ignored':
      return { text: `ignored: ${happening.reason}`, tone: 'dim' };
    case 'reset-answered':
      return plain(`hard reset, ${happening.wrapping}`);
    case 'client-key':
      return plain(
        `its tls-crypt-v2 key is ours${happening.metadata.length === 0 ? '' : `, ${happening.metadata.length} bytes of metadata`}`,
      );
    case 'tls-up': {
      const [own] = happening.certificates;
      return plain(
        `${happening.version}${happening.cipher === undefined ? '' : `, ${happening.cipher}`}; ${own === undefined ? 'no certificate' : nameText(own.subject)}`,
      );
    }
    case 'fallen-silent':
      return {
        text: `silent for ${Math.floor(happening.milliseconds / 1000)} s since our ServerHello and certificate: ${happening.suspected}`,
        tone: 'bad',
      };
    case 'peer-certificate':
      return { text: `certificate ${happening.verdict}: ${happening.text}`, tone: happening.verdict === 'invalid' ? 'bad' : 'plain' };
    case 'options': {
      const worse = happening.differences.filter(({ negotiable }) => !negotiable);
      if (worse.length === 0) return detail(`options: ${happening.theirs}`);
      const lines = worse.map(({ option, ours = 'nothing', theirs = 'nothing' }) => `${option} (ours ${ours}, theirs ${theirs})`);
      return { text: `options differ: ${lines.join(', ')}`, tone: 'bad' };
    }
    case 'peer-info':
      return detail(`it says ${happening.lines.join(' ')}`);
    case 'credentials':
      return {
        text:
          happening.username === '' && !happening.accepted
            ? 'no user name came, and users are asked for one: refused'
            : `user "${happening.username}" ${happening.accepted ? 'is let in' : 'is refused'}`,
        tone: happening.accepted ? 'good' : 'bad',
      };
    case 'control-message':
      return detail(`${happening.direction}: ${happening.text}`);
    case 'push-reply':
      return detail(`pushed: ${happening.options.join(', ')}`);
    case 'up': {
      const { peerAddress, cipher, device, peerId } = happening.parameters;
      const number = peerId === undefined ? '' : `, peer id ${peerId}`;
      return {
        text: `up: ${device}, ${peerAddress === undefined ? '' : `${peerAddress} given, `}${cipher?.name ?? 'no cipher'}${number}`,
        tone: 'good',
      };
    }
    case 'keys':
      return happening.replaces === undefined ? undefined : plain(`new keys, key id ${happening.keys.keyId}`);
    case 'moved':
      return plain(`moved to ${endpointText(happening.path.remote)}`);
    case 'renegotiation-failed':
      return { text: `keys not renewed: ${happening.refusal.text}`, tone: 'bad' };
    case 'exit-notify':
      return plain(`says ${happening.how}${happening.text === '' ? '' : ` (${happening.text})`}`);
    case 'ended': {
      const { refusal, by } = happening;
      if (refusal !== undefined) return { text: `ended: ${refusal.text}`, tone: 'bad' };
      return plain(by === 'peer' ? 'the peer has left' : 'ended');
    }
    case 'mtu':
      return plain(`largest packets: ${happening.ours.sent} sent, ${happening.ours.received} received`);
    default:
      return undefined;
  }
}

function plain(text: string): HappeningText {
  return { text, tone: 'plain' };
}

function detail(text: string): HappeningText {
  return { text, tone: 'dim', detail: true };
}
