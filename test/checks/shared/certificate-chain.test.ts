import { expect, it } from 'vitest';
import { chainOf } from '../../../src/checks/shared/certificate-chain.js';
import { parseCertificates } from '../../../src/host/certificates.js';
import { certificateFile } from '../../support/certificates.js';

const read = (...names: string[]) => names.flatMap((name) => parseCertificates(certificateFile(name), name));
const names = (leaf: string, ...others: string[]) => {
  const [certificate] = read(leaf);
  return certificate === undefined ? [] : chainOf(certificate, read(...others)).map(({ file }) => file);
};

it.each([
  ['over an intermediate, in any order', ['leaf.pem', 'ca.pem', 'client.pem', 'sub.pem'], ['leaf.pem', 'sub.pem', 'ca.pem']],
  ['as far as there are issuers', ['leaf.pem', 'sub.pem'], ['leaf.pem', 'sub.pem']],
  ['none', ['leaf.pem', 'ca.pem'], ['leaf.pem']],
  ['an authority is its own', ['ca.pem', 'ca.pem'], ['ca.pem']],
])('chainOf: %s', (_, [leaf = '', ...others], expected) => {
  expect(names(leaf, ...others)).toEqual(expected);
});
