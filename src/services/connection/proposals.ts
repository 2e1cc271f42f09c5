import type { ConfigEnd } from '../../config/effective/config-end.js';
import { type Offer, offersOf } from '../../config/effective/offer.js';
import { hashWord, proposalValue } from '../../config/mend/proposal-words.js';
import { parseProposal } from '../../config/proposals.js';
import type { Sourced } from '../../model/connection.js';
import { canRun } from '../settings/proposals.js';

/** What `--ike` and `--esp` would be given. */
export interface ConnectionProposals {
  /** Undefined: nothing of it can be offered. */
  readonly text: string | undefined;
  /** Undefined: the product's own list. */
  readonly place: Sourced<string> | undefined;
  /** Words that nobody knows, or that the engine cannot run. */
  readonly left: readonly string[];
}

/** One transform for each combination is what IKEv1 offers: a list that makes more is not one that a person wrote. */
const MOST_COMBINATIONS = 60;

/** The proposals of a connection, or those of its product where it names none, completed as the product completes them. */
export function proposalsFor(end: ConfigEnd, use: 'ike' | 'esp', version: 'ikev1' | 'ikev2'): ConnectionProposals {
  const left: string[] = [];
  const offers = offersOf(end, use, version);
  const place = offers[0]?.source;
  const runnable = offers.map((offer) => onlyRunnable(offer));
  if (place === undefined && version === 'ikev1' && runnable.reduce((sum, offer) => sum + combinations(offer), 0) > MOST_COMBINATIONS)
    return { text: undefined, place: undefined, left };
  const texts = offers.map((offer, i) => {
    const { transforms, unknown } = parseProposal(offer.source?.value ?? '', use);
    left.push(...unknown, ...transforms.filter(({ type, id }) => !canRun(type, id)).map(({ word }) => word));
    const usable = runnable[i] ?? offer;
    const base = unknown.length === 0 && isWhole(offer, usable) ? proposalValue(usable, usable.groups, 'strongswan', use) : undefined;
    const more = transforms.filter(({ type, id }) => (type === 'SN' || type === 'ADDKE') && canRun(type, id)).map(({ word }) => word);
    return base === undefined ? undefined : [base, ...more].join('-');
  });
  const written = texts.filter((text) => text !== undefined);
  return { text: written.length === 0 ? undefined : written.join(','), place, left: [...new Set(left)] };
}

/** What `--ah` would be given. */
export function ahFor({ connection }: ConfigEnd): ConnectionProposals {
  const left: string[] = [];
  const texts = connection.espProposals.map(({ value }) => {
    const { transforms, unknown } = parseProposal(value, 'esp');
    left.push(...unknown);
    const hashes = transforms.filter(({ type, id }) => type === 'INTEG' && canRun(type, id)).map(({ id }) => hashWord(id, 'strongswan'));
    const groups = transforms.filter(({ type }) => type === 'KE' || type === 'SN').map(({ word }) => word);
    return hashes.length === 0 ? undefined : [...hashes.filter((word) => word !== undefined), ...groups].join('-');
  });
  const written = texts.filter((text) => text !== undefined);
  return {
    text: written.length === 0 ? 'sha256-sha384-sha512-sha1' : written.join(','),
    place: written.length === 0 ? undefined : connection.espProposals[0],
    left,
  };
}

function onlyRunnable(offer: Offer): Offer {
  return {
    ...offer,
    ciphers: offer.ciphers.filter(({ id }) => canRun('ENCR', id)),
    hashes: offer.hashes.filter((id) => canRun('INTEG', id)),
    prfs: offer.prfs.filter((id) => canRun('PRF', id)),
    groups: offer.groups.filter((id) => canRun('KE', id)),
  };
}

/** What loses all of a kind would be filled up with something else. */
function isWhole(offer: Offer, rest: Offer): boolean {
  return (['ciphers', 'hashes', 'prfs', 'groups'] as const).every((kind) => offer[kind].length === 0 || rest[kind].length > 0);
}

function combinations({ ciphers, hashes, groups }: Offer): number {
  return ciphers.length * Math.max(hashes.length, 1) * Math.max(groups.length, 1);
}
