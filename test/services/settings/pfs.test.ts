import { describe, expect, it } from 'vitest';
import { proposalsText } from '../../../src/engine/ike/proposals.js';
import { withAndWithoutPfs } from '../../../src/services/settings/pfs.js';
import { DEFAULT_IKE_SERVED, espProposals, ikeProposals } from '../../../src/services/settings/proposals.js';
import { selector } from '../../support/ike-settings.js';

const any = [selector('0.0.0.0/0')];
const rekeyings = (esp: string, ike: string) => {
  const proposals = espProposals(esp, { esn: false, groups: [] });
  const child = { proposals, localSelectors: any, remoteSelectors: any, mode: 'tunnel', compress: false } as const;
  return withAndWithoutPfs(child, ikeProposals(ike)).proposals.map((proposal) => proposalsText([proposal]));
};

describe('withAndWithoutPfs', () => {
  it.each<readonly [string, string, string, readonly string[]]>([
    [
      'the groups of the IKE SA',
      'aes128gcm16',
      'aes128-sha256-x25519-ecp256,aes256-sha256-ecp256-modp2048',
      ['ESP:AES_GCM_16_128/NO_ESN', 'ESP:AES_GCM_16_128/NO_ESN/CURVE25519/ECP_256/MODP_2048'],
    ],
    [
      'its additional key exchanges before those without',
      'aes128gcm16',
      'aes128-sha256-x25519-ke1_mlkem768,aes128-sha256-x25519',
      ['ESP:AES_GCM_16_128/NO_ESN', 'ESP:AES_GCM_16_128/NO_ESN/CURVE25519/KE1_ML_KEM_768', 'ESP:AES_GCM_16_128/NO_ESN/CURVE25519'],
    ],
    [
      'those that were named, and no others',
      'aes128gcm16-ecp384-ke1_mlkem512',
      'aes128-sha256-x25519-ke1_mlkem768',
      ['ESP:AES_GCM_16_128/NO_ESN', 'ESP:AES_GCM_16_128/ECP_384/KE1_ML_KEM_512/NO_ESN'],
    ],
  ])('%s', (_name, esp, ike, wanted) => expect(rekeyings(esp, ike)).toEqual(wanted));
});

it('a responder takes ML-KEM from whom offers it, and everybody else as before', () => {
  const proposals = ikeProposals(DEFAULT_IKE_SERVED).map((proposal) => proposalsText([proposal]));
  const further = '/KE1_ML_KEM_768/KE1_ML_KEM_1024/KE1_ML_KEM_512';
  const [first, second] = [proposals.slice(0, proposals.length / 2), proposals.slice(proposals.length / 2)];
  expect(first).toEqual(second.map((text) => `${text}${further}`));
});
