import { expect, test } from 'vitest';
import { FakeHost } from '../../../src/host/fake.js';
import { parseXfrmPolicies, readXfrmPolicies } from '../../../src/host/linux/xfrm-policies.js';
import { parseXfrmStates, readXfrmStates } from '../../../src/host/linux/xfrm-states.js';

const states = `src 192.0.2.1 dst 198.51.100.1
	proto esp spi 0xc1234567(3240314215) reqid 1(0x00000001) mode tunnel
	replay-window 0 seq 0x00000000 flag af-unspec (0x00100000)
	mark 0x1/0xffffffff
	auth-trunc hmac(sha256) 0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff (256 bits) 128
	enc cbc(aes) 0xdeadbeefdeadbeefdeadbeefdeadbeef (128 bits)
	encap type espinudp sport 4500 dport 4501 addr 0.0.0.0
	anti-replay context: seq 0x0, oseq 0x0, bitmap 0x00000000
	if_id 0x2a
	lifetime config:
	  limit: soft (INF)(bytes), hard (INF)(bytes)
	lifetime current:
	  1234(bytes), 12(packets)
	  add 2026-01-02 03:04:05 use -
	stats:
	  replay-window 1 replay 2 failed 3
src 198.51.100.1 dst 192.0.2.1
	proto esp spi 0x00000257 reqid 2 mode transport
	replay-window 32 flag esn
	aead rfc4106(gcm(aes)) 0xfeedfacefeedfacefeedfacefeedfacefeedface 128
	sel src 0.0.0.0/0 dst 0.0.0.0/0
src 198.51.100.1 dst 192.0.2.1
	proto esp spi 0x00000000 reqid 3 mode tunnel
	replay-window 0
	sel src 10.1.0.1/32 dst 10.2.0.1/32
`;

test('SAs', () => {
  expect(parseXfrmStates(states)).toEqual([
    {
      source: '192.0.2.1',
      destination: '198.51.100.1',
      protocol: 'esp',
      spi: 0xc1234567,
      reqid: 1,
      mode: 'tunnel',
      replayWindow: 0,
      flags: ['af-unspec'],
      encryption: { name: 'cbc(aes)', keyBits: 128 },
      integrity: { name: 'hmac(sha256)', keyBits: 256, icvBits: 128 },
      encapsulation: { type: 'espinudp', sourcePort: 4500, destinationPort: 4501 },
      mark: '0x1/0xffffffff',
      ifId: 42,
      bytes: 1234,
      packets: 12,
      replayErrors: 2,
      integrityErrors: 3,
      larval: false,
    },
    expect.objectContaining({
      spi: 0x257,
      mode: 'transport',
      replayWindow: 32,
      flags: ['esn'],
      aead: { name: 'rfc4106(gcm(aes))', keyBits: 160, icvBits: 128 },
    }),
    expect.objectContaining({ spi: 0, reqid: 3, larval: true }),
  ]);
});

test('keys do not come out of the reader in any form', async () => {
  const answer = await readXfrmStates(new FakeHost({ commands: { 'ip -s xfrm state': states } }));
  expect(JSON.stringify(answer)).not.toMatch(/deadbeef|feedface|00112233/);
});

const policies = `src 10.1.0.0/16 dst 10.2.0.0/16 proto tcp sport 22 dport 0 dev eth0
	dir out priority 375423 ptype main
	mark 0x1/0xffffffff
	tmpl src 192.0.2.1 dst 198.51.100.1
		proto comp spi 0x00001234 reqid 1 mode tunnel
		level use
	tmpl src 0.0.0.0 dst 0.0.0.0
		proto esp reqid 2 mode transport
	if_id 0x2a
src 10.9.0.0/16 dst 10.1.0.0/16
	dir fwd action block priority 5 ptype main
src 0.0.0.0/0 dst 0.0.0.0/0
	socket in priority 0 ptype main
src ::/0 dst ::/0
	socket out priority 0 ptype main
`;

test('policies', () => {
  expect(parseXfrmPolicies(policies)).toEqual([
    {
      source: '10.1.0.0/16',
      destination: '10.2.0.0/16',
      protocol: 'tcp',
      sourcePort: 22,
      destinationPort: 0,
      direction: 'out',
      action: 'allow',
      priority: 375423,
      device: 'eth0',
      mark: '0x1/0xffffffff',
      ifId: 42,
      templates: [
        { source: '192.0.2.1', destination: '198.51.100.1', protocol: 'comp', spi: 0x1234, reqid: 1, mode: 'tunnel', optional: true },
        { source: '0.0.0.0', destination: '0.0.0.0', protocol: 'esp', reqid: 2, mode: 'transport', optional: false },
      ],
    },
    expect.objectContaining({ direction: 'fwd', action: 'block', priority: 5, templates: [] }),
    expect.objectContaining({ direction: 'socket in' }),
    expect.objectContaining({ direction: 'socket out', source: '::/0' }),
  ]);
});

test.each(['', 'garbage\n', 'src a\n', 'src a dst b\n', 'src a dst b\n\tproto esp\n', states.slice(0, 150), policies.slice(0, 70)])(
  '%j',
  (text) => {
    expect(() => [...parseXfrmStates(text), ...parseXfrmPolicies(text)]).not.toThrow();
  },
);

test('without root the kernel refuses', async () => {
  const refused = { stderr: 'RTNETLINK answers: Operation not permitted\n', status: 2 };
  const host = new FakeHost({ commands: { 'ip -s xfrm state': refused, 'ip xfrm policy': refused } });
  expect(await readXfrmStates(host)).toMatchObject({ ok: false, reason: 'denied' });
  expect(await readXfrmPolicies(host)).toMatchObject({ ok: false, reason: 'denied' });
  expect(await readXfrmPolicies(new FakeHost())).toMatchObject({ ok: false, reason: 'missing' });
});
