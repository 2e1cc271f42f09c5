import { expect, it } from 'vitest';
import { gradedTypeOf, weaknessesOf } from '../../../../src/probes/ike/shared/algorithms.js';
import { TRANSFORM } from '../../../../src/wire/ike/tables/transforms.js';

const [MODP_1024, ENCR_3DES, NO_ESN] = [2, 3, 0];

it.each([
  [TRANSFORM.ENCR, 'ENCR'],
  [TRANSFORM.PRF, 'PRF'],
  [TRANSFORM.INTEG, 'INTEG'],
  [TRANSFORM.KE, 'KE'],
  [TRANSFORM.ADDKE1, 'KE'],
  [TRANSFORM.SN, undefined],
])('transform type %i is graded as %s', (type, graded) => expect(gradedTypeOf(type)).toBe(graded));

it.each([TRANSFORM.KE, TRANSFORM.ADDKE1])('what is weak of a choice is found, in the key exchange (%i) too', (type) => {
  const transforms = [
    { type: TRANSFORM.ENCR, id: ENCR_3DES, attributes: [] },
    { type, id: MODP_1024, attributes: [] },
    { type: TRANSFORM.SN, id: NO_ESN, attributes: [] },
  ];
  expect(weaknessesOf({ number: 1, protocol: 1, spi: new Uint8Array(0), transforms })).toHaveLength(2);
});
