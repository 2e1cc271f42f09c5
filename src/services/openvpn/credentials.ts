import { UsageError } from '../../bytes/errors.js';
import { Secret } from '../../bytes/secret.js';
import type { Credentials } from '../../engine/openvpn/settings.js';
import { answerStatic } from '../../wire/openvpn/challenge.js';
import type { Material, OpenvpnProfile, ProfileIo } from './profile.js';

/**
 * `auth-user-pass`: of its file or block, else asked for; a third line is the answer for a second factor. Undefined where the option is not
 * there. With `static-challenge` the answer goes with the password.
 * @throws UsageError
 */
export async function readCredentials(profile: OpenvpnProfile, io: ProfileIo): Promise<Credentials | undefined> {
  const directive = profile.last('auth-user-pass');
  const material = profile.material('auth-user-pass');
  if (material === undefined && directive === undefined) return undefined;
  const [username, password, given] = material === undefined ? [] : lines(material);
  const from = material?.from ?? 'auth-user-pass';
  const name = username ?? (await ask(io, 'user name: ', `${from}: no user name`));
  const word = password ?? (await ask(io, `password of ${name}: `, `${from}: no password`));
  const [question] = profile.last('static-challenge')?.args ?? [];
  if (question === undefined) return { username: name, password: secret(word), ...(given === undefined ? {} : { answer: secret(given) }) };
  const answer = given ?? (await ask(io, `${question} `, `static-challenge: no answer to "${question}" in a third line of ${from}`));
  return { username: name, password: secret(answerStatic(word, answer)) };
}

/** Users of a server: pairs of lines, as many as there are. @throws UsageError */
export function readUsers(material: Material): readonly Credentials[] {
  const all = lines(material);
  if (all.length === 0 || all.length % 2 === 1)
    throw new UsageError(`${material.from}: users are pairs of lines`, 'a user name, and behind it its password');
  return all.flatMap((username, at) => (at % 2 === 1 ? [] : [{ username, password: secret(all[at + 1] ?? '') }]));
}

const secret = (text: string): Secret => new Secret(new TextEncoder().encode(text));

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
