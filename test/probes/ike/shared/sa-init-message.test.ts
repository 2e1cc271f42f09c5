import { expect, it } from 'vitest';
import { out } from '../../../../src/engine/ikev2/payloads.js';
import { saInitMessage } from '../../../../src/probes/ike/shared/sa-init-message.js';
import { decodeWellFormed } from '../../../support/well-formed.js';

it('is the first request of an initiator', () => {
  const spiI = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const { header, payloads } = decodeWellFormed(saInitMessage(spiI, [out.nonce(new Uint8Array(32)), out.vendorId(Uint8Array.of(9))]));
  expect(header).toMatchObject({ major: 2, minor: 0, exchangeType: 34, flags: 0x08, messageId: 0 });
  expect([Uint8Array.from(header.spiI), Uint8Array.from(header.spiR)]).toEqual([spiI, new Uint8Array(8)]);
  expect(payloads.map(({ name }) => name)).toEqual(['Nonce', 'V']);
});
