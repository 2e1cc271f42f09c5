import { withoutDomain } from './mschapv2-keys.js';
import type { EapServer } from './settings.js';

export type ServerUser = EapServer['users'][number];

/** The user of a name, which may carry a Windows domain that the table does not have. */
export function findUser(users: readonly ServerUser[], name: string): ServerUser | undefined {
  return users.find((user) => user.name === name) ?? users.find((user) => user.name === withoutDomain(name));
}
