import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startEapClient, stepEapClient } from '../../../src/engine/eap/client.js';
import type { EapStep } from '../../../src/engine/eap/contract.js';
import { startEapServer, stepEapServer } from '../../../src/engine/eap/server.js';
import type { EapClient, EapMethodName, EapServer } from '../../../src/engine/eap/settings.js';
import type { Eap } from '../../../src/wire/ike/payloads/eap.js';
import { contextOf, secret, talk } from './conversation.js';

const TLS = { key: 'key', certificates: 'certificate', authorities: 'authority' };
const client: EapClient = { methods: ['mschapv2', 'md5', 'gtc', 'tls'], username: 'alice', password: secret('wonderland'), tls: TLS };
const server = (methods: readonly EapMethodName[]): EapServer => ({
  methods,
  users: [{ name: 'alice', password: secret('wonderland') }],
  tls: TLS,
});

/** Types that are worth more than chance would give them. */
const type = fc.oneof(fc.constantFrom(1, 2, 3, 4, 6, 13, 26, 254), fc.nat(255));
const message = fc.record({
  code: fc.oneof({ weight: 8, arbitrary: fc.constantFrom(1, 2) }, fc.nat(255)),
  identifier: fc.nat(255),
  type,
  data: fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    // Opcodes and flags in front of the rest.
    fc
      .tuple(fc.constantFrom(1, 2, 3, 4, 0x20, 0x40, 0x80, 0xc0), fc.uint8Array({ maxLength: 60 }))
      .map(([first, rest]) => Uint8Array.of(first, ...rest)),
  ),
});

describe('hostile EAP', () => {
  it('a client stands 3,000 conversations of random requests', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        let state = startEapClient(client, contextOf('c'));
        for (const eap of messages) {
          const step: EapStep<typeof state> = stepEapClient(state, { kind: 'message', eap });
          state = step.state;
          expect(step.outcome?.ok).not.toBe(true);
          if (step.outcome !== undefined) return;
        }
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  it('a server stands 3,000 conversations of random responses and lets nobody in', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 12 }),
        fc.constantFrom<EapMethodName>('md5', 'mschapv2', 'gtc', 'tls'),
        (messages, method) => {
          let step = startEapServer(server([method]), contextOf('s'));
          for (const eap of [{ ...({ code: 2, type: 1 } as const), data: Buffer.from('alice') }, ...messages]) {
            const answer: Eap = { ...eap, code: 2, identifier: step.state.identifier };
            step = stepEapServer(step.state, { kind: 'message', eap: answer });
            expect(step.outcome?.ok).not.toBe(true);
            if (step.outcome !== undefined) return;
          }
        },
      ),
      { numRuns: 3000, seed: 5 },
    );
  });

  it.each<[EapMethodName]>([['md5'], ['mschapv2'], ['gtc']])(
    '%s with each message cut at each length, and each byte changed, never succeeds wrongly or throws',
    async (method) => {
      const { messages } = await talk(client, server([method]));
      for (let index = 0; index < messages.length; index++) {
        const length = messages[index]?.data.length ?? 0;
        for (let at = 0; at < length; at++) {
          const cut = await talk(client, server([method]), {
            change: (eap, i) => (i === index ? { ...eap, data: eap.data.subarray(0, at) } : eap),
          });
          const flip = (data: Uint8Array) => Uint8Array.from(data, (byte, i) => (i === at ? byte ^ 0x81 : byte));
          const flipped = await talk(client, server([method]), {
            change: (eap, i) => (i === index ? { ...eap, data: flip(eap.data) } : eap),
          });
          for (const ends of [cut, flipped]) {
            if (ends.server?.ok === true && ends.client?.ok === true) expect(ends.client.msk?.reveal()).toEqual(ends.server.msk?.reveal());
            for (const outcome of [ends.client, ends.server]) if (outcome?.ok === false) expect(outcome.refusal.text).not.toBe('');
          }
        }
      }
    },
  );
});
