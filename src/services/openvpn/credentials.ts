import { UsageError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import type { Credentials } from '../../engine/openvpn/settings.js';
import type { Material, OpenvpnProfile } from './profile.js';
import type { ProfileIo } from './tls-settings.js';

/** `auth-user-pass`: of its file or block, else asked for. Undefined where the option is not there. @throws UsageError */
export async function readCredentials(profile: OpenvpnProfile, io: ProfileIo): Promise<Credentials | undefined> {
  const directive = profile.last('auth-user-pass');
  const material = profile.material('auth-user-pass');
  if (material === undefined && directive === undefined) return undefined;
  const [username, password] = material === undefined ? [] : lines(material);
  const from = material?.from ?? 'auth-user-pass';
  const name = username ?? (await ask(io, 'user name: ', `${from}: no user name`));
  const word = password ?? (await ask(io, `password of ${name}: `, `${from}: no password`));
  return { username: name, password: new Secret(new TextEncoder().encode(word)) };
}

/** Users of a server: pairs of lines, as many as there are. @throws UsageError */
export function readUsers(material: Material): readonly Credentials[] {
  const all = lines(material);
  if (all.length === 0 || all.length % 2 === 1)
    throw new UsageError(`${material.from}: users are pairs of lines`, 'a user name, and behind it its password');
  return all.flatMap((username, at) =>
    at % 2 === 1 ? [] : [{ username, password: new Secret(new TextEncoder().encode(all[at + 1] ?? '')) }],
  );
}

function lines({ bytes }: Material): readonly string[] {
  return Buffer.from(bytes)
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

async function ask(io: ProfileIo, question: string, fault: string): Promise<string> {
  if (io.ask === undefined)
    throw new UsageError(`${fault}, and nobody can be asked`, 'auth-user-pass FILE with the two lines; flag: --auth-user-pass FILE');
  return io.ask(question);
}
