import { expectedIdentity, ownIdentity } from '../../config/effective/identity.js';
import { keyIdOf } from '../../config/identity-words.js';
import type { TunnelFlags } from '../settings/flags.js';
import type { ConnectionReading } from './reading.js';

/** `--id` and `--peer-id` of a connection. */
export function identityFlags(reading: ConnectionReading): Partial<TunnelFlags> {
  const { local, remote } = reading.end.connection;
  const own = ownIdentity(reading.end).value;
  // An end of our own that is called any shows its address.
  const id = own === undefined || /^(?:%any6?|\*)$/.test(own.trim()) ? undefined : flagOf(own);
  const { dialect } = reading.end.connection;
  // ipsec.conf(5) "leftid": the address where none is given; swanctl.conf(5) "remote.id": anybody.
  const unsaid = dialect === 'swanctl' || dialect === 'cisco-asa' ? undefined : expectedIdentity(reading.end).value;
  const said = remote.id?.value.replace(/^%(?=[^%]+\.)/, '') ?? unsaid;
  const wanted = said === undefined ? undefined : flagOf(said);
  const any = wanted === undefined || /^%|\*/.test(wanted) || wanted === '';
  reading.row('our identity', id ?? 'what the certificate or our address says', local.id, true);
  reading.row('its identity', any ? (wanted ?? 'any') : wanted, remote.id, true);
  if (any && wanted?.includes('*') === true) reading.note(`${wanted}: a pattern is not asked for; whatever the peer says is taken`);
  return { ...(id === undefined ? {} : { id }), ...(any ? {} : { peerId: wanted }) };
}

/** As `--id` takes it: the marks that only one product knows are gone. */
function flagOf(text: string): string {
  const keyId = keyIdOf(text);
  return keyId === undefined ? text.trim().replace(/^"(.*)"$/, '$1') : `keyid:${keyId}`;
}
