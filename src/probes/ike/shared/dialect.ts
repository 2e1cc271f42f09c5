import { espLines, ikeLines, suitesOf } from '../../../config/offers.js';
import type { Fix } from '../../../model/finding.js';
import type { Proposal } from '../../../wire/ike/payloads/sa.js';
import { proposalFacts } from '../../../wire/ike/proposal-facts.js';
import { describeVendorId } from '../../../wire/ike/vendor-ids.js';

/** Whose configuration language a line is in. */
export type Product = 'strongswan' | 'libreswan' | 'asa';

const MARKS: readonly (readonly [Product, RegExp])[] = [
  ['strongswan', /strongswan/i],
  ['libreswan', /libreswan|openswan|free.?s\/?wan/i],
  ['asa', /cisco|asa/i],
];

/** Who the peer is by its vendor ids; undefined when they do not say. strongSwan sends none unless told to. */
export function productOf(vendorIds: readonly Uint8Array[]): Product | undefined {
  const names = vendorIds.map((id) => describeVendorId(id).name).join(' ');
  return MARKS.find(([, mark]) => mark.test(names))?.[0];
}

const BEGINNINGS: Readonly<Record<Product, RegExp>> = {
  strongswan: /^swanctl\.conf/,
  libreswan: /^ipsec\.(conf|secrets)/,
  asa: /^Cisco ASA/,
};

/** Of lines in every language, those the peer speaks; all where that is not known. */
export function inDialect(lines: readonly string[], product: Product | undefined): readonly string[] {
  if (product === undefined) return lines;
  const own = lines.filter((line) => BEGINNINGS[product].test(line));
  return own.length > 0 ? own : lines;
}

/** Lines by which an end accepts or offers the first of these proposals. */
export function proposalLines(proposals: readonly Proposal[], use: 'ike' | 'child', product?: Product): readonly string[] {
  const suites = suitesOf(proposalFacts({ proposals }));
  const lines = use === 'ike' ? ikeLines({ protocol: 'ikev2' }, suites) : espLines({ protocol: 'ikev2' }, suites);
  return inDialect(lines, product);
}

/** The same line for each language, as fixes of one end. */
export function fixes(end: Fix['end'], lines: readonly string[], lead = ''): readonly Fix[] {
  return lines.map((line) => ({ end, text: `${lead}${line}` }));
}
