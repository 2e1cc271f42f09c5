import { describe, expect, it } from 'vitest';
import type { Path } from '../../../../src/engine/step.js';
import { SharedTransport } from '../../../../src/probes/ike/shared/shared-transport.js';
import type { Arrival } from '../../../../src/transport/transport.js';
import { FakeClock } from '../../../support/fake-clock.js';

const path: Path = { channel: 'ike', local: { address: '192.0.2.1', port: 500 }, remote: { address: '198.51.100.2', port: 500 } };
const question = Uint8Array.from({ length: 60 }, (_, i) => i);

/** Asks, and lets this come back. */
async function ask(bytes: Uint8Array) {
  const clock = new FakeClock();
  let arrive: (arrival: Arrival) => void = () => {};
  const shared = new SharedTransport(
    {
      paths: {},
      sendMessage: () => arrive({ kind: 'message', path, bytes }),
      sendEsp: () => {},
      sendKeepalive: () => {},
      onArrival: (listener) => {
        arrive = listener;
      },
      close: async () => {},
    },
    clock,
  );
  return (await clock.settle(shared.ask(path, question, 500, () => 2000, new AbortController().signal))).kind;
}

describe('what answers a question', () => {
  it.each([
    ['a message with its initiator SPI', Uint8Array.from([...question.subarray(0, 8), ...new Uint8Array(28)]), 'answered'],
    ['its echo', question, 'silent'],
    ['less than a header', question.subarray(0, 27), 'silent'],
    ['another initiator SPI', new Uint8Array(60), 'silent'],
  ])('%s', async (_, bytes, wanted) => expect(await ask(bytes)).toBe(wanted));
});

describe('repetitions', () => {
  /** Times of each sending, and when it was given up, in milliseconds; nothing comes back. */
  async function sendings(patience: (clock: FakeClock) => number, turn?: () => number): Promise<readonly number[]> {
    const clock = new FakeClock();
    const times: number[] = [];
    const shared = new SharedTransport(
      {
        paths: {},
        sendMessage: () => times.push(clock.now()),
        sendEsp: () => {},
        sendKeepalive: () => {},
        onArrival: () => {},
        close: async () => {},
      },
      clock,
    );
    await clock.settle(shared.ask(path, question, 500, () => patience(clock), new AbortController().signal, turn));
    return [...times, clock.now()];
  }

  it('each wait is longer, until the patience is at its end', async () => expect(await sendings(() => 2000)).toEqual([0, 500, 1400, 2000]));

  it('patience that grows less meanwhile', async () =>
    expect(await sendings((clock) => (clock.now() < 400 ? 8000 : 1000))).toEqual([0, 500, 1000]));

  it('wait for their turn, which is no patience lost', async () =>
    expect(
      await sendings(
        () => 1000,
        () => 250,
      ),
    ).toEqual([0, 750, 1250]));
});
