import { espLines, ikeLines, suitesOf } from '../../../config/offers.js';
import { cipherByIkev2 } from '../../../crypto/ciphers.js';
import { integrityByIkev2 } from '../../../crypto/integrity.js';
import { offerPhase1 } from '../../../engine/ikev1/phase1-suite.js';
import type { Fix } from '../../../model/finding.js';
import type { ProposalFacts, TransformFacts } from '../../../model/ike-session.js';
import type { Proposal } from '../../../wire/ike/payloads/sa.js';
import { proposalFacts, proposalFactsV1 } from '../../../wire/ike/proposal-facts.js';
import { describeVendorId } from '../../../wire/ike/vendor-ids.js';

import { METHOD } from './ikev1-suite.js';

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

/** Lines by which an end accepts or offers the first of these proposals, which are in the form of IKEv2 for both versions. */
export function proposalLines(
  proposals: readonly Proposal[],
  use: 'ike' | 'child',
  product?: Product,
  version: 1 | 2 = 2,
): readonly string[] {
  const protocol = version === 1 ? 'ikev1' : 'ikev2';
  const facts = version === 2 ? proposalFacts({ proposals }) : use === 'ike' ? phase1Facts(proposals) : phase2Facts(proposals);
  const suites = suitesOf(facts);
  return inDialect(use === 'ike' ? ikeLines({ protocol }, suites) : espLines({ protocol }, suites), product);
}

function phase1Facts(proposals: readonly Proposal[]): readonly ProposalFacts[] {
  const offer = offerPhase1(proposals, { methods: [METHOD.psk], lifetime: 0, oneGroup: false });
  return offer === undefined ? [] : proposalFactsV1(offer);
}

/** The numbers of ESP in IKEv1; the groups have the same in both. */
function phase2Facts(proposals: readonly Proposal[]): readonly ProposalFacts[] {
  const number = ({ type, id }: TransformFacts) =>
    type === 'ENCR' ? cipherByIkev2(id)?.esp : type === 'INTEG' ? integrityByIkev2(id)?.ikev1 : id;
  return proposalFacts({ proposals }).map((proposal) => ({
    ...proposal,
    transforms: proposal.transforms.map((transform) => ({ ...transform, id: number(transform) ?? -1 })),
  }));
}

/**
 * Selectors in words (`10.1.0.0/16[tcp/80], 10.2.0.0/16`) for ipsec.conf, of which libreswan takes no brackets: protocol and port have a
 * keyword of their own, one for all networks.
 */
export function ipsecSubnet(prefix: 'left' | 'right', selectors: string): string {
  const networks = new Set(selectors.split(', ').map((text) => text.replace(/\[.*\]$/, '')));
  const ports = new Set(selectors.match(/(?<=\[)[^\]]+/g) ?? []);
  return `${prefix}subnet=${[...networks].join(',')}${ports.size === 1 ? ` ${prefix}protoport=${[...ports].join('')}` : ''}`;
}

/** The same line for each language, as fixes of one end. */
export function fixes(end: Fix['end'], lines: readonly string[], lead = ''): readonly Fix[] {
  return lines.map((line) => ({ end, text: `${lead}${line}` }));
}
