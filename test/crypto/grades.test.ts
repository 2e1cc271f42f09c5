import { describe, expect, it } from 'vitest';
import { ciphers } from '../../src/crypto/ciphers.js';
import { type GradedType, gradeOf, type Ikev1Attribute, weaknessOf, weaknessOfIkev1 } from '../../src/crypto/grades.js';
import { hashes } from '../../src/crypto/hash.js';
import { integrities } from '../../src/crypto/integrity.js';
import { keyExchanges } from '../../src/crypto/key-exchange/key-exchanges.js';
import { prfs } from '../../src/crypto/prf.js';
import { ENCRYPTION_ALGORITHMS, INTEGRITY_ALGORITHMS, KEY_EXCHANGE_METHODS, PRFS } from '../../src/wire/ike/tables/transforms.js';

const tables: Readonly<Record<GradedType, Readonly<Record<number, string>>>> = {
  ENCR: ENCRYPTION_ALGORITHMS,
  PRF: PRFS,
  INTEG: INTEGRITY_ALGORITHMS,
  KE: KEY_EXCHANGE_METHODS,
};

describe('grades', () => {
  it('every algorithm that we can run has one, and every reason its source', () => {
    const run: readonly (readonly [GradedType, string, number | undefined])[] = [
      ...ciphers.map(({ name, ikev2 }) => ['ENCR', name, ikev2] as const),
      ...prfs.map(({ name, ikev2 }) => ['PRF', name, ikev2] as const),
      ...integrities.map(({ name, ikev2 }) => ['INTEG', name, ikev2] as const),
      ...keyExchanges.map(({ name, ikev2 }) => ['KE', name, ikev2] as const),
    ];
    for (const [type, name, id] of run) {
      if (id === undefined) continue;
      const grade = gradeOf(type, id);
      expect([name, grade === undefined]).toEqual([name, false]);
    }
  });

  it('only numbers that the tables of the wire name are graded', () => {
    for (const [type, table] of Object.entries(tables) as [GradedType, Readonly<Record<number, string>>][]) {
      for (let id = 0; id < 1100; id++) {
        const grade = gradeOf(type, id);
        if (grade === undefined) continue;
        expect([type, id, table[id] === undefined]).toEqual([type, id, false]);
        expect(grade.why.length).toBeGreaterThan(10);
        for (const { version } of grade.dropped) expect(version).toMatch(/^\d+\.\d+/);
      }
    }
    expect(gradeOf('KE', 0)).toBeUndefined();
    expect(gradeOf('KE', 4711)).toBeUndefined();
  });

  it('what RFC 8221 and RFC 8247 say MUST NOT or SHOULD NOT to is weak', () => {
    const weak = (type: GradedType) =>
      Object.keys(tables[type])
        .map(Number)
        .filter((id) => weaknessOf(type, id) !== undefined);
    expect(weak('ENCR')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
    expect(weak('PRF')).toEqual([1, 3]);
    expect(weak('INTEG')).toEqual([1, 3, 4, 6]);
    expect(weak('KE')).toEqual([1, 2, 5, 22, 23, 24]);
    expect(weaknessOf('ENCR', 2)).toMatchObject({ grade: 'broken', why: expect.stringContaining('RFC 8221 §5') });
    expect(gradeOf('ENCR', 20)).toMatchObject({ name: 'AES-GCM', grade: 'strong', dropped: [] });
    expect(gradeOf('KE', 2)?.dropped).toContainEqual({ product: 'libreswan', version: '3.30', what: 'not built' });
  });

  it('numbers of IKEv1 mean what our algorithms say they mean', () => {
    const same = (
      attribute: Ikev1Attribute,
      type: GradedType,
      rows: readonly { readonly id?: number | undefined; readonly ikev2?: number | undefined }[],
    ) => {
      for (const { id, ikev2 } of rows) {
        if (id !== undefined && ikev2 !== undefined)
          expect([attribute, id, weaknessOfIkev1(attribute, id)]).toEqual([attribute, id, weaknessOf(type, ikev2)]);
      }
    };
    same(
      'ENCR',
      'ENCR',
      ciphers.map(({ ikev1, ikev2 }) => ({ id: ikev1, ikev2 })),
    );
    same(
      'ESP',
      'ENCR',
      ciphers.map(({ esp, ikev2 }) => ({ id: esp, ikev2 })),
    );
    same(
      'INTEG',
      'INTEG',
      integrities.map(({ ikev1, ikev2 }) => ({ id: ikev1, ikev2 })),
    );
    same(
      'GROUP',
      'KE',
      keyExchanges.map(({ ikev1, ikev2 }) => ({ id: ikev1, ikev2 })),
    );
    same(
      'HASH',
      'PRF',
      hashes.map(({ ikev1, name }) => ({ id: ikev1, ikev2: prfs.find((prf) => prf.name === `PRF_HMAC_${name}`)?.ikev2 })),
    );
    expect(weaknessOfIkev1('ENCR', 5)?.name).toBe('3DES');
    expect(weaknessOfIkev1('ENCR', 7)).toBeUndefined();
    expect(weaknessOfIkev1('HASH', 1)?.name).toBe('MD5');
    expect(weaknessOfIkev1('GROUP', 2)?.name).toBe('MODP 1024 (group 2)');
  });
});
