import { toHex } from '../../bytes/hex.js';
import { dsa } from './dsa.js';
import { ecdsa, ecdsaOnCurve } from './ecdsa.js';
import { eddsa } from './eddsa.js';
import { rsaDigitalSignature, rsaPkcs1, rsaPss } from './rsa.js';
import { SHA1, SHA2_256, SHA2_384, SHA2_512, type SignatureScheme } from './signature-scheme.js';

const der = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

/** RSASSA-PSS parameters of a SHA-2 hash: hash, mask with it, salt length; the trailer is the default one (RFC 7427 appendix A.4). */
const pssParameters = (hash: string, salt: string): Uint8Array =>
  der(
    `304106092a864886f70d01010a3034a00f300d060960864801650304020${hash}0500a11c301a06092a864886f70d010108300d060960864801650304020${hash}0500a2030201${salt}`,
  );

/**
 * Every signature of IKEv2's AUTH that we can make and check. AlgorithmIdentifiers: RFC 7427 appendix A, RFC 8420 appendix A; methods:
 * IANA "IKEv2 Authentication Method", taken 2026-11.
 */
export const signatureSchemes: readonly SignatureScheme[] = [
  rsaDigitalSignature,
  dsa({ name: 'DSS Digital Signature', method: 3 }, SHA1),
  ecdsaOnCurve('ECDSA with SHA-256 on the P-256 curve', 9, 'prime256v1', SHA2_256),
  ecdsaOnCurve('ECDSA with SHA-384 on the P-384 curve', 10, 'secp384r1', SHA2_384),
  ecdsaOnCurve('ECDSA with SHA-512 on the P-521 curve', 11, 'secp521r1', SHA2_512),
  rsaPkcs1('RSA with SHA-1', der('300d06092a864886f70d0101050500'), SHA1),
  rsaPkcs1('RSA with SHA2-256', der('300d06092a864886f70d01010b0500'), SHA2_256),
  rsaPkcs1('RSA with SHA2-384', der('300d06092a864886f70d01010c0500'), SHA2_384),
  rsaPkcs1('RSA with SHA2-512', der('300d06092a864886f70d01010d0500'), SHA2_512),
  dsa({ name: 'DSA with SHA-1', method: 14, algorithm: der('300906072a8648ce380403') }, SHA1),
  dsa({ name: 'DSA with SHA2-256', method: 14, algorithm: der('300b0609608648016503040302') }, SHA2_256),
  ecdsa('ECDSA with SHA-1', der('300906072a8648ce3d0401'), SHA1),
  ecdsa('ECDSA with SHA2-256', der('300a06082a8648ce3d040302'), SHA2_256),
  ecdsa('ECDSA with SHA2-384', der('300a06082a8648ce3d040303'), SHA2_384),
  ecdsa('ECDSA with SHA2-512', der('300a06082a8648ce3d040304'), SHA2_512),
  rsaPss('RSASSA-PSS with SHA-1', der('300d06092a864886f70d01010a3000'), SHA1),
  rsaPss('RSASSA-PSS with SHA2-256', pssParameters('1', '20'), SHA2_256),
  rsaPss('RSASSA-PSS with SHA2-384', pssParameters('2', '30'), SHA2_384),
  rsaPss('RSASSA-PSS with SHA2-512', pssParameters('3', '40'), SHA2_512),
  eddsa('Ed25519', der('300506032b6570')),
  eddsa('Ed448', der('300506032b6571')),
];

/** Others' forms of the same: the default trailer spelled out, as RFC 7427 appendix A.4.2 prints it for SHA2-256. */
const OTHER_FORMS: Readonly<Record<string, string>> = {
  '304606092a864886f70d01010a3039a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120a303020101':
    'RSASSA-PSS with SHA2-256',
};

const byName = new Map(signatureSchemes.map((scheme) => [scheme.name, scheme]));
const byAlgorithm = new Map(
  signatureSchemes.flatMap((scheme) => (scheme.method === 14 ? [[toHex(scheme.algorithm ?? der('')), scheme]] : [])),
);

export function signatureSchemeByName(name: string): SignatureScheme | undefined {
  return byName.get(name);
}

/** By the authentication method of an AUTH payload, for method 14 by the DER in front of the signature too. */
export function signatureSchemeOf(method: number, algorithm?: Uint8Array): SignatureScheme | undefined {
  if (method !== 14) return signatureSchemes.find((scheme) => scheme.method === method);
  const hex = toHex(algorithm ?? der(''));
  return byAlgorithm.get(hex) ?? byName.get(OTHER_FORMS[hex] ?? '');
}
