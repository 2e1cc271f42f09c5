import type { Mismatch } from './mismatch.js';

/** What a mismatch may be the mere consequence of, by code: mending the cause mends it. */
const explainedBy: Readonly<Record<string, readonly string[]>> = {
  // A key is looked for under the address of the peer, which is to be another.
  'config/psk-missing': ['config/tunnel-group-name', 'config/peer-address'],
  'config/tunnel-group-name': ['config/peer-address'],
  'config/no-ike-proposal': ['config/unknown-reference'],
  'config/no-esp-proposal': ['config/unknown-reference'],
  'config/selectors': ['config/unknown-reference'],
  // An end with a certificate says its subject, one with a preshared key its address.
  'config/identity': ['config/authentication'],
  // The exemption is looked for with the networks the wrong way round.
  'config/no-nat-exemption': ['config/selectors-not-mirrored'],
};

/** Codes of what explains a mismatch, should it stand beside it. */
export function causesOf(code: string): readonly string[] {
  return explainedBy[code] ?? [];
}

/** The mismatches that want a correction of their own. */
export function withoutConsequences(mismatches: readonly Mismatch[]): readonly Mismatch[] {
  const codes = new Set(mismatches.map(({ code }) => code));
  return mismatches.filter(({ code }) => !causesOf(code).some((cause) => codes.has(cause)));
}
