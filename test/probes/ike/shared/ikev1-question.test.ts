import { describe, expect, it } from 'vitest';
import { acceptsIkev1, ikev1Question, speaksIkev1 } from '../../../../src/probes/ike/shared/ikev1-question.js';
import { METHOD, suiteOf } from '../../../../src/probes/ike/shared/ikev1-suite.js';
import { encodeMessage } from '../../../../src/wire/ike/message.js';
import { V1 } from '../../../../src/wire/ike/tables/payload-types.js';
import { seededBytes } from '../../../support/seeded-random.js';
import { decodeWellFormed } from '../../../support/well-formed.js';

const answer = (bytes: Uint8Array) => ({ kind: 'answered', milliseconds: 1, bytes }) as const;

describe('the first message of IKEv1', () => {
  const message = ikev1Question(seededBytes(1));

  it('is a well-formed main mode, and fits into one packet', () => {
    const { header, payloads, version } = decodeWellFormed(message);
    expect([version, header.exchangeType, header.messageId]).toEqual([1, 2, 0]);
    expect(payloads.map(({ type }) => type)).toEqual([V1.SA, V1.VID]);
    expect(message.length).toBeLessThan(1280);
  });

  it.each([undefined, METHOD.rsa])('offers one method alone: %s', (method) => {
    const [sa] = decodeWellFormed(ikev1Question(seededBytes(1), method)).payloads;
    const methods = sa?.kind === 'sa-v1' ? sa.value.proposals[0]?.transforms.map((transform) => suiteOf(transform)?.method) : [];
    expect(new Set(methods)).toEqual(new Set([method ?? METHOD.psk]));
  });

  it('is accepted by whoever answers with an SA, not by a refusal', () => {
    expect(acceptsIkev1(answer(message))).toBe(true);
    const notify = encodeMessage(
      { spiI: new Uint8Array(8), spiR: new Uint8Array(8), major: 1, minor: 0, exchangeType: 5, flags: 0, messageId: 1 },
      [{ kind: 'notify-v1', type: V1.N, value: { doi: 1, protocol: 1, type: 14, spi: new Uint8Array(0), data: new Uint8Array(0) } }],
    );
    expect(acceptsIkev1(answer(notify))).toBe(false);
    expect(speaksIkev1(answer(notify))).toBe(true);
    const ofTwo = Uint8Array.from(notify);
    ofTwo[17] = 0x20;
    expect(speaksIkev1(answer(ofTwo))).toBe(false);
    expect(speaksIkev1(answer(new Uint8Array(3)))).toBe(false);
    expect(acceptsIkev1(answer(new Uint8Array(3)))).toBe(false);
    expect(acceptsIkev1({ kind: 'silent', sent: 3 })).toBe(false);
    expect(acceptsIkev1(undefined)).toBe(false);
  });
});
