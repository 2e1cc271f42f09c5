import { expect, it } from 'vitest';
import { pushedText } from '../../../../src/probes/openvpn/shared/pushed-text.js';

it.each([
  ['ping 10', 'ping 10 (a ping every 10 s of silence)'],
  ['topology net30', 'topology net30 (four addresses a client)'],
  ['ifconfig 10.8.0.2 255.255.255.0', 'ifconfig 10.8.0.2 255.255.255.0 (our address 10.8.0.2, netmask 255.255.255.0)'],
  [
    'protocol-flags cc-exit aead-epoch constructor',
    'protocol-flags cc-exit aead-epoch constructor (who leaves says so in the control channel, epoch keys of OpenVPN 2.7, constructor)',
  ],
  ['toString 1', 'toString 1'],
  ['no-such-option', 'no-such-option'],
])('%s', (option, text) => expect(pushedText(option)).toBe(text));
