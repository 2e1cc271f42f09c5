import { describe, expect, it } from 'vitest';
import { ikeAnomalies } from '../../src/report/ike-anomalies.js';
import { packetTree } from '../../src/report/packet-tree.js';
import { packetRecords } from '../../src/report/sniff-json.js';
import type { OutgoingPayload } from '../../src/wire/ike/chain.js';
import { encodeMessage } from '../../src/wire/ike/message.js';
import { EXCHANGE } from '../../src/wire/ike/tables/exchange-types.js';
import { V2 } from '../../src/wire/ike/tables/payload-types.js';
import { observe } from '../support/observe.js';
import { ipv4, udp } from '../support/packets.js';

const SA: OutgoingPayload = { kind: 'sa', type: V2.SA, value: { proposals: [] } };
const KE: OutgoingPayload = { kind: 'ke', type: V2.KE, value: { group: 31, data: new Uint8Array(32) } };
const NONCE: OutgoingPayload = { kind: 'nonce', type: V2.Nonce, value: { nonce: new Uint8Array(32) } };

const first = (...payloads: OutgoingPayload[]) =>
  encodeMessage(
    {
      spiI: Buffer.from('5a64e0edca3a3614', 'hex'),
      spiR: new Uint8Array(8),
      major: 2,
      minor: 0,
      exchangeType: EXCHANGE.IKE_SA_INIT,
      flags: 0x08,
      messageId: 0,
    },
    payloads,
  );
const observed = (message: Uint8Array) => observe(ipv4(17, udp(500, 500, message)));
const anomalies = (message: Uint8Array) => ikeAnomalies(observed(message).units[0]?.ike as never).map(({ text }) => text);

describe('what a message has against the rules of its exchange', () => {
  it('is nothing where it is in order', () => expect(anomalies(first(SA, KE, NONCE))).toEqual([]));

  it('is said in the detail of the packet and in its record', () => {
    const lacking = observed(first(SA, KE));
    expect(packetTree(lacking).at(-1)).toMatch(/^ {4}ANOMALY: Nonce is missing \(RFC 7296 §1\.2/);
    expect(packetRecords(lacking)[0]).toMatchObject({
      anomalies: [{ text: 'Nonce is missing', spec: expect.stringContaining('RFC 7296') }],
    });
  });

  it('is not known of a message that was cut', () => {
    const cut = first(SA, KE, NONCE).subarray(0, 60);
    expect(anomalies(cut)).toEqual([]);
    expect(packetTree(observed(cut)).at(-1)).toMatch(/MALFORMED/);
  });
});
