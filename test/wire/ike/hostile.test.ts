import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { authText } from '../../../src/wire/ike/auth-text.js';
import type { PayloadNode } from '../../../src/wire/ike/chain.js';
import { configurationText } from '../../../src/wire/ike/configuration-text.js';
import { checkGrammar } from '../../../src/wire/ike/grammar.js';
import { identityFacts, identityFactsV1 } from '../../../src/wire/ike/identity-facts.js';
import { decodeMessage, encodeMessage } from '../../../src/wire/ike/message.js';
import { notifyFacts, notifyFactsV1 } from '../../../src/wire/ike/notify-facts.js';
import { describeEap } from '../../../src/wire/ike/payloads/eap.js';
import { proposalFacts, proposalFactsV1 } from '../../../src/wire/ike/proposal-facts.js';
import { selectorFacts, selectorFactsV1 } from '../../../src/wire/ike/selector-facts.js';
import { describeVendorId } from '../../../src/wire/ike/vendor-ids.js';

const SPIS = '5a64e0edca3a3614 0102030405060708';
/** SA, KE, Nonce, N, V; then everything IKE_AUTH has, in clear; then IKEv1 aggressive mode; then a Transaction and a delete. */
const SEEDS = [
  `${SPIS} 21 20 22 08 00000000 00000000  22 00 0030 0000002c 01 01 00 04 0300000c 0100000c 800e0100 03000008 02000005 03000008 0300000c 00000008 04000013` +
    ' 28 00 000c 00130000 01020304  29 00 0008 01020304  2b 00 000a 00004006 beef  00 00 0014 afcad71368a1f1c96b8696fc77570100',
  `${SPIS} 23 20 23 20 00000001 00000000  25 00 0017 09000000 300d310b300906035504030c026777  26 00 0007 04 3082  27 00 0019 04 ${'11'.repeat(20)}` +
    ' 2f 00 0017 0e000000 0c300a06082a8648ce3d040302 ffee  2c 00 0010 02000000 00010004 0a030a01' +
    ' 2d 00 0018 01000000 07060010 00500050 0a010000 0a01ffff  30 00 0018 01000000 07000010 0000ffff 0a020000 0a0200ff  2a 00 000c 02000008 01626f62' +
    ' 00 00 000c 03040001 01020304',
  `${SPIS} 01 10 04 00 00000000 00000000  04 00 0038 00000001 00000001 0000002c 01 01 00 01 00000024 01 01 0000 80010005 80020001 80030001 80040002 800b0001 000c0004 00007080` +
    ' 0a 00 0008 01020304  05 00 0008 01020304  14 00 000c 01 11 01f4 0a000001  15 00 0008 01020304  0b 00 000c 01000000 0a000001' +
    ' 00 00 000c 00000001 01 00 000e',
  `${SPIS} 08 10 06 00 12345678 00000000  0e 00 0008 01020304  0c 00 0013 01 00 1234 4089 0003 626f62 c08f 0001  84 00 0010 00000001 03 04 0001 01020304` +
    ' 00 00 000a 0001 01 01 aabb',
];

/** Everything that is said about a payload anywhere. */
function describeAll(node: PayloadNode, version: 1 | 2): unknown {
  switch (node.kind) {
    case 'sa':
      return proposalFacts(node.value);
    case 'sa-v1':
      return proposalFactsV1(node.value);
    case 'id':
      return identityFacts(node.value);
    case 'id-v1':
      return [identityFactsV1(node.value), selectorFactsV1(node.value)];
    case 'ts':
      return selectorFacts(node.value);
    case 'notify':
      return notifyFacts(node.value);
    case 'notify-v1':
      return notifyFactsV1(node.value);
    case 'auth':
      return authText(node.value);
    case 'eap':
      return describeEap(node.value);
    case 'cp':
    case 'attributes-v1':
      return node.value.attributes.map((attribute) => configurationText(attribute, version));
    case 'vendor-id':
      return describeVendorId(node.value.id);
    default:
      return node.name;
  }
}

function study(bytes: Uint8Array): string {
  const message = decodeMessage(bytes);
  const said = message.version === 0 ? [] : message.payloads.map((node) => describeAll(node, message.version === 1 ? 1 : 2));
  return JSON.stringify([said, checkGrammar(message), message.malformed]);
}

describe('hostile messages', () => {
  it.each(SEEDS.map((hex, i) => [i, fromHex(hex)] as const))(
    'seed %i is well-formed but for its length, and encodes to itself',
    (_, bytes) => {
      const message = decodeMessage(bytes);
      expect(message.payloads.filter(({ kind }) => kind === 'malformed' || kind === 'raw')).toEqual([]);
      expect(encodeMessage(message.header, message.payloads).subarray(28)).toEqual(bytes.subarray(28));
    },
  );

  it('are decoded, described and judged without an exception, and nothing said holds a control character', () => {
    const change = fc.record({ at: fc.nat(400), value: fc.oneof(fc.constantFrom(0, 1, 4, 255), fc.nat(255)) });
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), fc.array(change, { maxLength: 6 }), fc.nat(400), (hex, changes, cut) => {
        const bytes = fromHex(hex);
        for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
        const said = study(bytes.subarray(0, Math.max(28, Math.min(cut + 28, bytes.length))));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(said).not.toMatch(/[\u0000-\u001f\u007f-\u009f]|\\u00[01]/);
      }),
      { numRuns: 3000 },
    );
  });
});
