import { expect, it } from 'vitest';
import { findUser } from '../../../src/engine/eap/users.js';
import { secret } from './conversation.js';

const users = ['alice', 'CORP\\bob', 'bob'].map((name) => ({ name, password: secret('x') }));

it.each([
  ['alice', 'alice'],
  ['CORP\\alice', 'alice'],
  ['CORP\\bob', 'CORP\\bob'],
  ['OTHER\\bob', 'bob'],
  ['Alice', undefined],
  ['', undefined],
])('findUser %s', (name, found) => expect(findUser(users, name)?.name).toBe(found));
