import { describe, expect, it } from 'vitest';
import { out } from '../../../src/engine/ikev1/payloads.js';
import { encodeMessage } from '../../../src/wire/ike/message.js';
import { EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../../src/wire/ike/tables/notify-v1.js';
import { PROTOCOL } from '../../../src/wire/ike/tables/protocols.js';
import { fqdn } from '../../support/ike-settings.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

const ZERO = new Uint8Array(8);
/** As Openswan 2.6.52 refuses the first message of aggressive mode by its name: measured. */
const refusal = encodeMessage(
  { spiI: ZERO, spiR: ZERO, major: 1, minor: 0, exchangeType: EXCHANGE_V1.Informational, flags: 0, messageId: 0 },
  [out.notify(NOTIFY_V1['INVALID-ID-INFORMATION'], { protocol: PROTOCOL.IKE, spi: new Uint8Array(0) })],
);

/** Nothing gets through but that, from this port of the peer. */
function refused(exchange: 'main' | 'aggressive', port = 500): Ikev1Pair {
  const pair = new Ikev1Pair({ initiator: { exchange, localId: fqdn('client.example') }, network: () => [] });
  pair.command('i', { kind: 'initiate' });
  const [first] = pair.wire;
  if (first === undefined) throw new TypeError('nothing was sent');
  const { path } = first.message;
  pair.feed('i', { kind: 'message', message: { path: { ...path, remote: { ...path.remote, port } }, bytes: refusal } });
  return pair;
}

describe('a refusal with both cookies zero', () => {
  it('is remembered, and named when no answer comes: a name that the peer does not know', () => {
    const pair = refused('aggressive');
    expect(pair.all('i', 'ike-down')).toEqual([]);
    pair.run(600_000);
    const why = pair.last('i', 'ike-down')?.refusal;
    expect(why).toMatchObject({ code: 'authentication-failed', by: 'nobody', notify: 'INVALID-ID-INFORMATION' });
    expect(why?.text).toMatch(/it has no connection for the identity "client\.example" with this method in aggressive mode$/);
  });

  it('ends nothing: anybody may have said so', () => {
    const pair = refused('main');
    pair.run(600_000);
    expect(pair.last('i', 'ike-down')?.refusal).toMatchObject({ code: 'timeout', notify: 'INVALID-ID-INFORMATION' });
  });

  it('of another port is none', () => {
    const pair = refused('aggressive', 501);
    pair.run(600_000);
    expect(pair.last('i', 'ike-down')?.refusal?.code).toBe('timeout');
    expect(pair.all('i', 'ignored').length).toBeGreaterThan(0);
  });
});
