import { UsageError } from '../../bytes/errors.js';
import { fromHex } from '../../bytes/hex.js';
import { addressIdentity } from '../../wire/ike/address-identity.js';
import { encodeDistinguishedName } from '../../wire/ike/encode-distinguished-name.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { ID_TYPE } from '../../wire/ike/tables/identities.js';

/** Prefixes that say the type, as strongSwan has them. */
const TYPES: Readonly<Record<string, number>> = {
  fqdn: ID_TYPE.ID_FQDN,
  dns: ID_TYPE.ID_FQDN,
  email: ID_TYPE.ID_RFC822_ADDR,
  rfc822: ID_TYPE.ID_RFC822_ADDR,
  userfqdn: ID_TYPE.ID_RFC822_ADDR,
  keyid: ID_TYPE.ID_KEY_ID,
};

/**
 * An identity as configurations write it, with the type that strongSwan and libreswan give it: an address; `@gw.example.com` and
 * names are FQDN; `user@example.com` is an e-mail address; `C=DE, O=Example, CN=gw` a distinguished name; `@#0a0b` and `keyid:word`
 * a key id; `fqdn:`, `email:`, `dn:` in front say it outright.
 * @throws UsageError
 */
export function parseIdentity(text: string, flag: string): Id {
  const plain = text.trim();
  if (plain === '') throw new UsageError(`${flag} is empty`, 'an address, a name, user@example.com, or a distinguished name');
  // Of peers that is said in configurations; an end that calls itself so means its address there.
  if (/^(?:%any6?|\*)$/i.test(plain))
    throw new UsageError(
      `${flag} ${plain} is no identity: it stands for any in configurations`,
      flag === '--id'
        ? 'who we are, as the peer has it configured (rightid=, remote { id = … }): an address, a name, user@example.com; without --id it is the name of our certificate, or our address'
        : 'whom the peer must prove to be: an address, a name, user@example.com; leave the flag out for anybody',
    );
  const [, prefix = '', rest = ''] = /^([a-z0-9]+):(.*)$/i.exec(plain) ?? [];
  const word = prefix.toLowerCase();
  const type = Object.hasOwn(TYPES, word) ? TYPES[word] : undefined;
  if (type !== undefined) return { type, data: rest.startsWith('0x') && type === ID_TYPE.ID_KEY_ID ? fromHex(rest) : utf8(rest) };
  if (/^(asn1)?dn$/i.test(prefix)) return { type: ID_TYPE.ID_DER_ASN1_DN, data: encodeDistinguishedName(rest) };
  const address = addressIdentity(plain);
  if (address !== undefined) return address;
  if (plain.startsWith('@#')) return { type: ID_TYPE.ID_KEY_ID, data: fromHex(plain.slice(2)) };
  if (plain.startsWith('@@')) return { type: ID_TYPE.ID_RFC822_ADDR, data: utf8(plain.slice(2)) };
  if (plain.startsWith('@')) return { type: ID_TYPE.ID_FQDN, data: utf8(plain.slice(1)) };
  if (plain.includes('=')) return { type: ID_TYPE.ID_DER_ASN1_DN, data: encodeDistinguishedName(plain) };
  return { type: plain.includes('@') ? ID_TYPE.ID_RFC822_ADDR : ID_TYPE.ID_FQDN, data: utf8(plain) };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
