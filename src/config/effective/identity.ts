import type { ConnectionEnd, Sourced } from '../../model/connection.js';
import { parseNetwork } from '../../wire/ip/network.js';
import { canonicalIdentity } from '../ipsec-secrets/find-secret.js';
import type { ConfigEnd } from './config-end.js';

/** An identity, or why it cannot be told from the files. */
export interface KnownIdentity {
  /** As written, or the address; undefined: not known. `%any`: whatever comes is taken. */
  readonly value: string | undefined;
  readonly place: Sourced<string>;
}

/** What an end says it is. */
export function ownIdentity(end: ConfigEnd): KnownIdentity {
  return identityOf(end, end.connection.local, false);
}

/** What an end wants the other to say. An ASA looks only at the address (main mode with a preshared key), unless told otherwise. */
export function expectedIdentity(end: ConfigEnd): KnownIdentity {
  const { connection, product } = end;
  if ((product === 'asa' || product === 'ios') && connection.remote.id === undefined) {
    const place = connection.other.find(({ key }) => key === 'peer-id-validate')?.value ?? { value: '', file: connection.file, line: 0 };
    return { value: '%any', place };
  }
  return identityOf(end, connection.remote, true);
}

function identityOf({ connection }: ConfigEnd, end: ConnectionEnd, remote: boolean): KnownIdentity {
  const unsaid = { value: '', file: connection.file, line: 0 };
  if (end.id !== undefined) {
    const plain = end.id.value.replace(/^"(.*)"$/, '$1');
    // The certificate's subject, which is not read here.
    return { value: /^%(fromcert|cert|null|none)/.test(plain) ? undefined : plain, place: end.id };
  }
  // A certificate brings its subject, whichever is taken.
  if (end.auth.some(({ value }) => value === 'pubkey' || value === 'eap')) return { value: undefined, place: end.certificate ?? unsaid };
  const [address] = end.addresses;
  if (address === undefined) return { value: remote ? '%any' : undefined, place: unsaid };
  if (/^%any|^0\.0\.0\.0(\/0)?$|^::(\/0)?$/.test(address.value)) return { value: remote ? '%any' : undefined, place: address };
  // A name of a host stands for its address; %defaultroute is whatever the interface has.
  return { value: parseNetwork(address.value) === undefined ? undefined : address.value, place: address };
}

/** Whether what one end is told to be is what the other expects; undefined: the files do not tell. */
export function identitiesAgree(own: KnownIdentity, expected: KnownIdentity): boolean | undefined {
  if (expected.value === undefined) return undefined;
  const wanted = canonicalIdentity(expected.value);
  if (wanted === 'any') return true;
  if (own.value === undefined) return undefined;
  const said = canonicalIdentity(own.value);
  if (!wanted.includes('*')) return said === wanted;
  // strongSwan's *@example.com.
  const [head = '', tail = ''] = wanted.split('*');
  return said.startsWith(head) && said.endsWith(tail);
}
