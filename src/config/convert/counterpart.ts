import type { Sourced } from '../../model/connection.js';
import { commonOffer } from '../effective/common-offer.js';
import { type ConfigEnd, productNames } from '../effective/config-end.js';
import { deadPeerOf } from '../effective/dead-peer.js';
import { expectedIdentity, ownIdentity } from '../effective/identity.js';
import { initiates } from '../effective/ike-versions.js';
import { type Offer, offersOf } from '../effective/offer.js';
import { pfsGroups } from '../effective/pfs-groups.js';
import { mirrored, type SelectorNetworks, selectorsOf } from '../effective/selectors.js';
import { shownValue } from '../shown-value.js';

/** What the other end of a connection has to be, whatever language it is then written in. `local` is that other end. */
export interface Counterpart {
  readonly name: string;
  readonly ikeVersion: 'ikev1' | 'ikev2';
  readonly aggressive: boolean;
  /** Undefined: not known from the file (`%any`, a name). */
  readonly localAddress: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly localId: string | undefined;
  readonly remoteId: string | undefined;
  readonly auth: 'psk' | 'pubkey';
  readonly ikeOffers: readonly Offer[];
  readonly espOffers: readonly Offer[];
  /** Empty: without PFS. */
  readonly pfsGroups: readonly number[];
  /** Seconds. */
  readonly ikeLifetime: number | undefined;
  readonly childLifetime: number | undefined;
  readonly pairs: readonly SelectorNetworks[];
  /** Each pair wants an SA of its own: IKEv1 knows no other, nor does Cisco. */
  readonly apart: boolean;
  /** A tunnel interface: everything goes through it that is routed there. As networks of a policy, it would take all traffic. */
  readonly routed: boolean;
  readonly mode: 'tunnel' | 'transport';
  readonly protocol: 'esp' | 'ah';
  readonly compress: boolean;
  readonly encapsulation: boolean;
  readonly truncated: boolean;
  /** Seconds; 0: off. */
  readonly dpd: { readonly delay: number; readonly timeout: number | undefined };
  /** What could not be carried over, or is left to be filled in. */
  readonly notes: readonly string[];
}

/** Alternatives of a product's own list beyond this are not written out: people read the result. */
const FEW = 3;

/** Keys of a connection that say nothing to the other end, or are carried over already. */
const own =
  /^(auto|rekey|keyingtries|reauth|rekeymargin|rekeyfuzz|margintime|dpd.*|left.*|right.*|priority|mark.*|reqid|updown|children\..*|unique|start_action|close_action|metric|mtu|nm_configured|failureshunt|negotiationshunt|installpolicy|hostaccess|set .*|description.*|isakmp keepalive|peer-id-validate|tunnel-group type|crypto isakmp keepalive|group-policy.*|mobike|fragmentation|ikev1-policy|sha2[-_]truncbug|sha256_96|local.*|remote.*|rekey_time|over_time|rand_time|reauth_time|send_cert.*|keyexchange|ikev2|oe|keyring)$/i;

/** Words for a tunnel interface, each product's own. */
const ofInterface = /^(tunnel mode|ipsec-interface|vti-.*|mark.*|children\.(if_id|mark)_(in|out)|if_id_(in|out))$/;

/** The counterpart of one end. Undefined for what negotiates nothing (bypass policies) and for OpenVPN. */
export function counterpartOf(end: ConfigEnd): Counterpart | undefined {
  const { connection, product } = end;
  const { mode } = connection;
  if (product === 'openvpn' || (mode.value !== 'tunnel' && mode.value !== 'transport')) return undefined;
  const notes: string[] = [];
  const ikeVersion = initiates(end);
  const address = (list: readonly Sourced<string>[], whose: string): string | undefined => {
    const found = list.map(({ value }) => value).find((value) => !value.startsWith('%') && value !== '0.0.0.0');
    if (found === undefined) notes.push(`the address of ${whose} does not stand in the file`);
    if (list.length > 1) notes.push(`of several addresses of ${whose} the first was taken`);
    return found;
  };
  const [here, there] = [ownIdentity(end), expectedIdentity(end)];
  const auth = connection.local.auth.some(({ value }) => value === 'psk') ? 'psk' : 'pubkey';
  if (connection.local.auth.some(({ value }) => value === 'xauth' || value === 'eap')) notes.push('XAUTH and EAP are not carried over');
  if (auth === 'pubkey')
    notes.push('certificates and keys are to be put in place: a certificate for the new end, and the CA of the old one');
  else notes.push('the secret is not written: put it in place of <the-shared-secret>, the same as at the other end');
  const ikeOffers = few(offersOf(end, 'ike', ikeVersion), notes, 'IKE');
  const espOffers = few(offersOf(end, 'esp', ikeVersion), notes, 'ESP');
  const phase1 = commonOffer(ikeOffers, ikeOffers, true)?.chosen.group;
  const { pairs, unknown } = selectorsOf(connection);
  const routed =
    mode.value === 'tunnel' && pairs.length > 0 && pairs.every(({ local, remote }) => local.prefix === 0 && remote.prefix === 0);
  for (const { value, line } of unknown)
    notes.push(`${line === 0 ? '' : `line ${line}: `}${value} is no network that the other end could be told`);
  const { delay, timeout } = deadPeerOf(end);
  for (const { key, value } of connection.other)
    if (!own.test(key) && !(routed && ofInterface.test(key)))
      notes.push(
        `line ${value.line}: ${key}${value.value === '' ? '' : ` ${shownValue(key, value.value).slice(0, 60)}`} of ${productNames[product]} is not carried over`,
      );
  return {
    name: nameOf(connection.name),
    ikeVersion,
    aggressive: connection.aggressive.value,
    localAddress: address(connection.remote.addresses, 'the new end'),
    remoteAddress: address(connection.local.addresses, 'the old end'),
    localId: there.value === '%any' ? undefined : there.value,
    remoteId: here.value,
    auth,
    ikeOffers,
    espOffers,
    pfsGroups: pfsGroups(end, ikeVersion, phase1).groups,
    ikeLifetime: ikeOffers[0]?.source?.lifetime?.value ?? connection.ikeLifetime?.value,
    childLifetime: connection.childLifetime?.value,
    pairs: pairs.map(({ places: _, ...pair }) => mirrored(pair)),
    apart: ikeVersion === 'ikev1' || connection.dialect === 'cisco-asa',
    routed,
    mode: mode.value,
    protocol: connection.protocol.value,
    compress: connection.compress.value,
    encapsulation: connection.forceEncapsulation.value,
    truncated: connection.other.some(
      ({ key, value }) => /^(sha2[-_]truncbug|sha256_96|children\.sha256_96)$/.test(key) && /^(yes|true|1)$/i.test(value.value),
    ),
    dpd: { delay, timeout },
    notes,
  };
}

/** A product's own list, which nobody wrote down, cut to what is enough to agree on. */
function few(offers: readonly Offer[], notes: string[], what: string): readonly Offer[] {
  if (offers.length === 0) notes.push(`there is no ${what} proposal to carry over`);
  const texts = offers.map(({ source: _, ...offer }) => JSON.stringify(offer));
  const distinct = offers.filter((_, i) => texts.indexOf(texts[i] ?? '') === i);
  return distinct.map((offer) =>
    offer.source === undefined
      ? {
          ciphers: offer.ciphers.slice(0, FEW),
          hashes: offer.hashes.slice(0, FEW),
          prfs: offer.prfs.slice(0, FEW),
          groups: offer.groups.slice(0, FEW),
        }
      : offer,
  );
}

/** A name that every language takes. */
function nameOf(name: string): string {
  return name.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || 'tunnel';
}
