import { describe, expect, it } from 'vitest';
import { FLAG_V2_INITIATOR, FLAG_V2_RESPONSE } from '../../../src/wire/ike/header.js';
import { decodeMessage, encodeMessage } from '../../../src/wire/ike/message.js';
import { EXCHANGE } from '../../../src/wire/ike/tables/exchange-types.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

const header = { spiI: new Uint8Array(8).fill(7), spiR: new Uint8Array(8), exchangeType: EXCHANGE.IKE_SA_INIT, messageId: 0, minor: 0 };
const path = {
  channel: 'ike' as const,
  local: { address: '198.51.100.2', port: 500 },
  remote: { address: '192.0.2.1', port: 500 },
};

/** What an end of IKEv1 says to so many messages of another version. */
function answers(
  major: number,
  { side = 'r', flags = FLAG_V2_INITIATOR, times = 1 }: { side?: 'i' | 'r'; flags?: number; times?: number } = {},
) {
  const pair = new Ikev1Pair({ limits: { strayAnswers: 3 }, network: () => [] });
  const bytes = encodeMessage({ ...header, major: 2, flags }, []);
  bytes[17] = major << 4;
  for (let i = 0; i < times; i++) pair.feed(side, { kind: 'message', message: { path, bytes } });
  return pair.wire.map(({ message }) => decodeMessage(message.bytes));
}

describe('a message of a newer version', () => {
  it.each([
    { major: 2, version: 2, exchangeType: EXCHANGE.IKE_SA_INIT, name: 'N(INVALID_MAJOR_VERSION)' },
    { major: 3, version: 1, exchangeType: 5, name: 'N(INVALID-MAJOR-VERSION)' },
  ])('IKE $major.0 is refused in a message of IKE $version.0', ({ major, version, exchangeType, name }) => {
    const [answer] = answers(major);
    expect(answer).toMatchObject({ version, header: { spiI: header.spiI, exchangeType } });
    expect(answer?.malformed).toBeUndefined();
    expect(answer?.payloads.map((payload) => payload.name)).toEqual([name]);
  });

  it('is refused so many times a second', () => expect(answers(2, { times: 8 }).length).toBe(3));

  it.each([
    ['an answer', 2, { flags: FLAG_V2_RESPONSE }],
    ['of no version', 0, {}],
    ['at an end that accepts nobody', 2, { side: 'i' as const }],
  ])('is dropped: %s', (_, major, options) => expect(answers(major, options)).toEqual([]));
});
