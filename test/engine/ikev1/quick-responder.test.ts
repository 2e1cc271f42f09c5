import { describe, expect, it } from 'vitest';
import { Effects } from '../../../src/engine/ikev1/effects.js';
import { idOf } from '../../../src/engine/ikev1/id-selector.js';
import { exchangeIv } from '../../../src/engine/ikev1/message-crypt.js';
import { out } from '../../../src/engine/ikev1/payloads.js';
import { coveredBytes, laterHash } from '../../../src/engine/ikev1/phase1-keys.js';
import { offerPhase2 } from '../../../src/engine/ikev1/phase2-suite.js';
import { idBytes } from '../../../src/engine/ikev1/send-informational.js';
import { sendSealed } from '../../../src/engine/ikev1/transmit.js';
import type { Message } from '../../../src/engine/step.js';
import type { OutgoingPayload } from '../../../src/wire/ike/chain.js';
import { EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../../src/wire/ike/tables/notify-v1.js';
import { PROTOCOL } from '../../../src/wire/ike/tables/protocols.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

const QUICK = EXCHANGE_V1['Quick Mode'];

/** A first message of quick mode under the initiator's keys, with something beside the offer. */
function first(pair: Ikev1Pair, messageId: number, beside: readonly OutgoingPayload[] = []): Message {
  const [sa] = pair.ends.i.table.values();
  const child = pair.ends.i.settings.child;
  if (sa?.kind !== 'established' || child === undefined) throw new TypeError(pair.trace());
  const wish = { form: { mode: 'tunnel' as const, udp: false }, group: undefined, lifetime: { seconds: 3600 } };
  const offer = offerPhase2(child, { spi: idBytes(messageId + 4096) }, wish);
  const [local, remote] = [child.localSelectors[0], child.remoteSelectors[0]];
  if (offer === undefined || local === undefined || remote === undefined) throw new TypeError('nothing to offer');
  const body = [out.sa(offer), out.nonce(new Uint8Array(16).fill(7)), out.selector(idOf(local)), out.selector(idOf(remote)), ...beside];
  const fx = new Effects(pair.now, pair.ends.i.env, pair.ends.i.registry);
  const payloads = [out.hash(laterHash(sa, idBytes(messageId), coveredBytes(body))), ...body];
  sendSealed(sa, exchangeIv(sa, messageId), { exchange: QUICK, messageId, payloads }, fx);
  const [sent] = fx.result(undefined).send;
  if (sent === undefined) throw new TypeError('nothing was sent');
  const { channel, local: here, remote: there } = sent.path;
  return { bytes: sent.bytes, path: { channel, local: there, remote: here } };
}

describe('a first message of quick mode', () => {
  it.each([
    ['that asks about replays is told', [out.notify(NOTIFY_V1['REPLAY-STATUS'], { protocol: PROTOCOL.ESP, spi: idBytes(5) })], true],
    ['that does not is not', [], false],
  ] as const)('%s', (_, beside, wanted) => {
    const pair = new Ikev1Pair().up();
    pair.feed('r', { kind: 'message', message: first(pair, 77, beside) });
    const answer = pair.last('r', 'sent');
    expect(answer?.messageId).toBe(77);
    expect(answer?.payloads.includes('N(REPLAY-STATUS)')).toBe(wanted);
  });

  it('that comes again begins nothing, and behind its end has its answer repeated', () => {
    const pair = new Ikev1Pair().up();
    const message = first(pair, 78);
    pair.feed('r', { kind: 'message', message });
    // While it is open the answer goes out again by itself.
    expect(pair.feed('r', { kind: 'message', message })).toEqual([]);
    const done = pair.wire.find(({ from, message: one }) => from === 'i' && one.bytes[18] === QUICK)?.message;
    if (done === undefined) throw new TypeError(pair.trace());
    const turned = { channel: done.path.channel, local: done.path.remote, remote: done.path.local };
    const before = pair.ends.r.registry.size.childSpis;
    expect(pair.feed('r', { kind: 'message', message: { bytes: done.bytes, path: turned } }).map(({ kind }) => kind)).toEqual([
      'retransmitted',
    ]);
    expect(pair.ends.r.registry.size.childSpis).toBe(before);
  });

  it('is one of so many that may be open at once', () => {
    const pair = new Ikev1Pair({
      network: (message, from) => (from === 'r' && message.bytes[18] === QUICK ? [] : [{ message, delay: 1 }]),
    }).up();
    for (let id = 100; id < 200; id++) pair.feed('r', { kind: 'message', message: first(pair, id) });
    const [sa] = pair.ends.r.table.values();
    expect(sa?.kind === 'established' && sa.quick.size).toBe(32);
    expect(pair.last('r', 'ignored')?.reason).toContain('too many quick modes');
    pair.run(120_000);
    expect(pair.ends.r.registry.size.childSpis).toBe(0);
  });
});
