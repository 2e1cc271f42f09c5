import { ownIdentity } from '../../config/effective/identity.js';
import { findSecret } from '../../config/ipsec-secrets/find-secret.js';
import type { SecretEntry, SecretKind } from '../../config/secret-entry.js';
import type { ConnectionAuth, Sourced } from '../../model/connection.js';
import type { HeldSecrets, HeldUser, TunnelFlags } from '../settings/flags.js';
import { findAuthorities, findOwnKey, findPeerKeys } from './credentials.js';
import { type ConnectionReading, saysYes } from './reading.js';

/** What both ends prove themselves by: secrets, keys, users and authorities of a connection. @throws EnvironmentError where a file may not be read */
export function credentialFlags(reading: ConnectionReading): Partial<TunnelFlags> {
  const { local, remote } = reading.end.connection;
  const kinds = (auths: readonly Sourced<ConnectionAuth>[]) => new Set(auths.map(({ value }) => value));
  const [ours, theirs] = [kinds(local.auth), kinds(remote.auth)];
  if (reading.context.ownProof) return authoritiesOf(reading, theirs);
  const server = reading.context.role === 'responder';
  const shown = (set: ReadonlySet<string>) => [...set].join(' and ') || 'nothing';
  reading.row('authentication', `ours by ${shown(ours)}, the peer's by ${shown(theirs)}`, local.auth[0] ?? remote.auth[0], true);
  const eap = server ? theirs.has('eap') : ours.has('eap');
  const xauth = server ? theirs.has('xauth') : ours.has('xauth');
  const byKey = ours.has('pubkey') || ours.has('rsa-raw') || (server && eap);
  const psk = ours.has('psk') || theirs.has('psk') ? pskOf(reading) : undefined;
  const eapUsers = eap ? usersOf(reading, ['eap', 'ntlm'], server, 'eap_id', 'eap_identity') : [];
  const xauthUsers = xauth ? usersOf(reading, ['xauth', 'eap'], server, 'xauth_id', 'xauth_identity', 'xauthusername') : [];
  const own = byKey ? ownKeyOf(reading) : {};
  const { passphrase, ...files } = own;
  const { ppk, ...ppkFlags } = ppkOf(reading);
  const held: HeldSecrets = {
    ...(psk?.secret === undefined ? {} : { psk: psk.secret }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(eapUsers.length === 0 ? {} : { eapUsers }),
    ...(xauthUsers.length === 0 ? {} : { xauthUsers }),
    ...(ppk === undefined ? {} : { ppk }),
  };
  return {
    ...files,
    ...authoritiesOf(reading, theirs),
    ...ppkFlags,
    ...(ours.has('null') || theirs.has('null') ? { nullAuth: true } : {}),
    // Who has a user and nothing else leaves the key to the gateway.
    ...(reading.version === 'ikev1' && xauth && (server ? theirs : ours).size === 1 ? { hybrid: true } : {}),
    held,
  };
}

function pskOf(reading: ConnectionReading): SecretEntry | undefined {
  const { connection, secrets } = reading.end;
  const { local, remote } = reading.context.addresses;
  const words = (...list: readonly (string | undefined)[]) => list.filter((word) => word !== undefined);
  const ours = words(
    ownIdentity(reading.end).value,
    connection.local.id?.value,
    ...connection.local.addresses.map(({ value }) => value),
    local,
  );
  const theirs = words(connection.remote.id?.value, ...connection.remote.addresses.map(({ value }) => value), remote);
  const usable = theirs.filter((word) => !/^%any|^0\.0\.0\.0$|^::$/.test(word));
  const found = findSecret(secrets ?? [], ['psk'], ours, usable);
  if (found === undefined) {
    const none =
      secrets === undefined ? 'no file with secrets was found beside the configuration' : 'no secret there fits these two identities';
    reading.note(`${none}: give the pre-shared key with --psk-file`);
    return undefined;
  }
  const how = { both: 'names both ends', one: 'names one end', any: 'for any' }[found.match];
  reading.row('pre-shared key', how, found.entry, true);
  if (found.rivals.length > 0) {
    const lines = found.rivals.map(({ file, line }) => `${file}:${line}`).join(', ');
    reading.note(`another secret fits as well (${lines}): which one the daemon takes is a matter of their order`);
  }
  if (found.entry.secret === undefined) reading.note('that secret could not be read: --psk-file');
  return found.entry;
}

/** A client's own, or everybody whom a server knows. */
function usersOf(
  reading: ConnectionReading,
  kinds: readonly SecretKind[],
  server: boolean,
  ...keywords: readonly string[]
): readonly HeldUser[] {
  const entries = (reading.end.secrets ?? []).filter(({ kind, secret }) => kinds.includes(kind) && secret !== undefined);
  const users = entries.flatMap(({ selectors, secret, file, line }) =>
    secret === undefined ? [] : selectors.map(({ value }) => ({ name: value.replace(/^@(?!.*@)/, ''), password: secret, file, line })),
  );
  const { connection } = reading.end;
  const said = connection.other.find(({ key }) =>
    keywords.some((keyword) => key === keyword || new RegExp(`^(local|left).*\\.?${keyword}$`).test(key)),
  );
  if (said !== undefined) reading.use(said.key);
  const name = said?.value.value ?? connection.local.id?.value;
  const chosen = server ? users : users.filter((user) => user.name === name?.replace(/^"(.*)"$/, '$1'));
  if (chosen.length === 0)
    reading.note(
      `no password of ${server ? 'any user' : `the user ${name ?? '(not named)'}`} stands in the files: --eap-user or --xauth-user with its file`,
    );
  for (const user of chosen.slice(0, server ? chosen.length : 1)) reading.row('user', user.name, user, true);
  return chosen.map(({ name: user, password }) => ({ name: user, password }));
}

function ownKeyOf(reading: ConnectionReading): Partial<Pick<TunnelFlags, 'cert' | 'key'>> & Pick<HeldSecrets, 'passphrase'> {
  const found = findOwnKey(reading.end, reading.context.main, reading.context.files);
  if ('why' in found) {
    reading.note(`our certificate: ${found.why}`);
    return {};
  }
  if (found.certificates.length > 0)
    reading.row('certificate', found.certificates.join(', '), reading.end.connection.local.certificate, true);
  reading.row('private key', found.key, undefined, true);
  return { cert: found.certificates, key: found.key, ...(found.passphrase === undefined ? {} : { passphrase: found.passphrase }) };
}

function authoritiesOf(reading: ConnectionReading, theirs: ReadonlySet<ConnectionAuth>): Partial<TunnelFlags> {
  if (![...theirs].some((kind) => kind === 'pubkey' || kind === 'rsa-raw' || kind === 'eap')) return {};
  const { authorities, lists } = findAuthorities(reading.end, reading.context.main, reading.context.files);
  const peerKey = findPeerKeys(reading.end, reading.context.main, reading.context.files);
  const said = reading.end.connection.remote.publicKey;
  if (peerKey.length > 0) reading.row('its public key', peerKey.map((word) => word.slice(0, 40)).join(', '), said, true);
  else if (said !== undefined) reading.note(`${said.file}:${said.line}: the public key of the peer could not be read: --peer-key`);
  if (authorities.length === 0 && peerKey.length === 0)
    reading.note("nothing was found to check the peer's certificate or key with: --ca or --peer-key");
  else if (authorities.length > 0) reading.row('authorities', authorities.join(', '), undefined, true);
  if (lists.length > 0) reading.row('revocation lists', lists.join(', '), undefined, false);
  // A key that is named is all that is trusted.
  return { ca: peerKey.length > 0 ? [] : authorities, crl: lists, peerKey };
}

function ppkOf(reading: ConnectionReading): Partial<TunnelFlags> & Pick<HeldSecrets, 'ppk'> {
  const id = reading.other('ppk_id') ?? reading.other('ppk-ids');
  const required = reading.other('ppk_required') ?? reading.other('ppk');
  const wanted = id !== undefined || /^(insist|propose|yes|permit)$/i.test(required?.value ?? '');
  if (!wanted) return {};
  const entries = (reading.end.secrets ?? []).filter(({ kind }) => kind === 'ppk');
  const entry = entries.find(({ selectors }) => id === undefined || selectors.some(({ value }) => id.value.includes(value))) ?? entries[0];
  const name = id?.value.split(',')[0]?.trim() ?? entry?.selectors[0]?.value;
  if (entry?.secret === undefined || name === undefined) {
    reading.note('the postquantum key (PPK) of this connection was not found: --ppk-id and --ppk-file');
    return {};
  }
  reading.row('PPK', name, entry, true);
  return { ppkId: name, ppk: entry.secret, ...(saysYes(required?.value) ? {} : { ppkOptional: true }) };
}
