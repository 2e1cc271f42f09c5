import { describe, expect, it } from 'vitest';
import { payloadName } from '../../../src/wire/ike/payload-name.js';

describe('payloadName', () => {
  it.each([
    [2, 33, undefined, 'SA'],
    [2, 40, undefined, 'Nonce'],
    [2, 53, undefined, 'SKF'],
    [2, 41, { type: 16390 }, 'N(COOKIE)'],
    [2, 41, { type: 60000 }, 'N(unknown (60000))'],
    [2, 41, undefined, 'N'],
    [2, 1, undefined, 'unknown (1)'],
    [1, 10, undefined, 'NONCE'],
    [1, 11, { type: 14 }, 'N(NO-PROPOSAL-CHOSEN)'],
    [1, 14, undefined, 'ATTR'],
    [1, 20, undefined, 'NAT-D'],
    [1, 130, undefined, 'NAT-D'],
    [1, 15, undefined, 'NAT-D'],
    [1, 21, undefined, 'NAT-OA'],
    [1, 131, undefined, 'NAT-OA'],
    [1, 16, undefined, 'NAT-OA'],
    [1, 132, undefined, 'FRAG'],
    [1, 33, undefined, 'unknown (33)'],
  ] as const)('v%i type %i %j is %s', (version, type, value, name) => expect(payloadName(version, type, value)).toBe(name));
});
