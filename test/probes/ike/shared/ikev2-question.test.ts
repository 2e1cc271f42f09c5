import { describe, expect, it } from 'vitest';
import { ikev1Question } from '../../../../src/probes/ike/shared/ikev1-question.js';
import { acceptsIkev2, cookieOf, ikev2Question } from '../../../../src/probes/ike/shared/ikev2-question.js';
import { encodeScanQuestion } from '../../../../src/probes/ike/shared/scan-question.js';
import { encodeMessage } from '../../../../src/wire/ike/message.js';
import { NOTIFY } from '../../../../src/wire/ike/tables/notify.js';
import { V2 } from '../../../../src/wire/ike/tables/payload-types.js';
import { seededBytes } from '../../../support/seeded-random.js';
import { decodeWellFormed } from '../../../support/well-formed.js';

const answer = (bytes: Uint8Array) => ({ kind: 'answered', milliseconds: 1, bytes }) as const;
const none = new Uint8Array(0);
const notify = (type: number) =>
  encodeMessage({ spiI: new Uint8Array(8), spiR: new Uint8Array(8), major: 2, minor: 0, exchangeType: 34, flags: 0x20, messageId: 0 }, [
    { kind: 'notify', type: V2.N, value: { protocol: 0, type, spi: none, data: Uint8Array.of(0, 14) } },
  ]);

describe('the question in IKEv2', () => {
  const question = encodeScanQuestion(ikev2Question(seededBytes(1)));

  it('is a whole IKE_SA_INIT with a public value of a group that is not offered', () => {
    const { payloads, version } = decodeWellFormed(question);
    expect(version).toBe(2);
    const sa = payloads.find((node) => node.kind === 'sa');
    const ke = payloads.find((node) => node.kind === 'ke');
    const groups =
      sa?.kind === 'sa'
        ? sa.value.proposals.flatMap(({ transforms }) => transforms.filter(({ type }) => type === 4).map(({ id }) => id))
        : [];
    expect(groups).toContain(14);
    expect(groups).not.toContain(ke?.kind === 'ke' ? ke.value.group : undefined);
  });

  it.each([
    ['a choice', answer(question), true],
    ['another group', answer(notify(NOTIFY.INVALID_KE_PAYLOAD)), true],
    ['a cookie, which is demanded of everybody', answer(notify(NOTIFY.COOKIE)), false],
    ['a refusal', answer(notify(NOTIFY.NO_PROPOSAL_CHOSEN)), false],
    ['an answer of IKEv1', answer(ikev1Question(seededBytes(1))), false],
    ['garbage', answer(new Uint8Array(3)), false],
    ['silence', { kind: 'silent', sent: 2 } as const, false],
    ['nothing', undefined, false],
  ])('%s', (_, given, wanted) => expect(acceptsIkev2(given)).toBe(wanted));

  it.each([
    ['a cookie', answer(notify(NOTIFY.COOKIE)), Uint8Array.of(0, 14)],
    ['another group', answer(notify(NOTIFY.INVALID_KE_PAYLOAD)), undefined],
    ['silence', { kind: 'silent', sent: 2 } as const, undefined],
  ])('%s to be returned', (_, given, wanted) => expect(cookieOf(given)).toEqual(wanted));
});
