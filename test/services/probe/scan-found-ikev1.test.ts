import { describe, expect, it } from 'vitest';
import { type Ikev1Suite, METHOD } from '../../../src/probes/ike/shared/ikev1-suite.js';
import { Found, modeReport } from '../../../src/services/probe/scan-found-ikev1.js';
import type { IkeMessage } from '../../../src/wire/ike/message.js';
import { NOTIFY_V1 } from '../../../src/wire/ike/tables/notify-v1.js';

const AES: Ikev1Suite = { cipher: 7, keyLength: 256, hash: 2, method: METHOD.psk, group: 14 };
const TRIPLE_DES: Ikev1Suite = { cipher: 5, hash: 1, method: METHOD.rsa, group: 2 } as Ikev1Suite;
const message = { payloads: [] } as unknown as IkeMessage;

describe('what the scan of one mode has brought', () => {
  it('is silence at first', () => expect(modeReport(new Found())).toMatchObject({ outcome: 'silent', accepted: [], complete: true }));

  it('keeps the first choice, and each suite once', () => {
    const found = new Found();
    for (const suite of [AES, TRIPLE_DES, AES]) found.add(suite, message);
    expect(modeReport(found)).toMatchObject({ outcome: 'answered', first: AES, accepted: [AES, TRIPLE_DES] });
  });

  it('knows what would be news', () => {
    const found = new Found();
    found.add(AES, message);
    found.add(TRIPLE_DES, message);
    expect(found.isNews({ ...AES, group: 2 })).toBe(false);
    expect(found.isNews({ ...AES, group: 5 })).toBe(true);
  });

  it('forgets methods that are taken unseen', () => {
    const found = new Found();
    found.add(AES, message);
    found.add(TRIPLE_DES, message);
    found.forgetOthers(METHOD.psk);
    expect([...found.accepted.values()]).toEqual([AES]);
  });

  it.each([
    [NOTIFY_V1['INVALID-ID-INFORMATION'], 'name-refused'],
    [14, 'refused'],
    [undefined, 'refused'],
  ])('a refusal with %s is %s, and nothing beside an answer', (notify, outcome) => {
    const found = new Found();
    found.refused(message, notify);
    expect(found.outcome).toBe(outcome);
    found.add(AES, message);
    found.refused(message, notify);
    expect(found.outcome).toBe('answered');
  });
});
