import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../src/bytes/hex.js';
import { udpPacket } from '../../../../src/engine/inner/messages.js';
import { payloadKind } from '../../../../src/engine/openvpn/data/payload-kind.js';

const v4 = toHex(udpPacket({ src: '10.8.0.2', dst: '10.8.0.1' }, 1, 2, new Uint8Array(3)));
const v6 = toHex(udpPacket({ src: 'fd00::2', dst: 'fd00::1' }, 1, 2, new Uint8Array(3)));
const macs = '020000000001020000000002';
const arp = '0001080006040001021122334455 0a080001 000000000000 0a080002'.replaceAll(' ', '');

it.each([
  ['tun', v4],
  ['tun', v6],
  [undefined, `${v4}00`],
  [undefined, v4.slice(2)],
  ['tap', `${macs}0800${v4}`],
  ['tap', `${macs}86dd${v6}`],
  [undefined, `${macs}86dd${v4}`],
  [undefined, `${macs}88cc${v4}`],
  ['tap', `${macs}0806${arp}`],
  [undefined, `${macs}0806${arp.slice(2)}`],
  [undefined, ''],
])('%s: %s', (kind, hex) => expect(payloadKind(fromHex(hex))).toBe(kind));
