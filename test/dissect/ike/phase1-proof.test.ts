import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import { Analyser } from '../../../src/dissect/analyser.js';
import { Phase1Proof } from '../../../src/dissect/ike/phase1-proof.js';
import { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import { createCaptureReader } from '../../../src/pcapfile/reader.js';

/** That of all captures made by scripts/lab. */
const PSK = 'vpndoctor-test-psk-not-secret';

/** What the secrets come to in the first session of a capture: `HASH_R psk:1`. */
function checks(slug: string, secrets: readonly string[], withKeys = false): readonly string[] {
  const keys = new KeyRing();
  if (withKeys) keys.merge(readKeys(readFileSync(`captures/${slug}/keys.json`, 'utf8'), 'keys.json'));
  keys.sharedSecrets.push(...secrets.map((text, i) => ({ secret: new Secret(Buffer.from(text)), name: `psk:${i + 1}` })));
  const analyser = new Analyser({ keys });
  const reader = createCaptureReader((view) => {
    analyser.observe(view);
    return true;
  });
  reader.feed(readFileSync(`captures/${slug}/capture.pcap`));
  reader.end();
  return (analyser.facts().sessions[0]?.secretChecks ?? []).map(({ end, madeBy }) => `${end} ${madeBy ?? 'nobody'}`);
}

describe('secrets tried on the hashes of phase 1', () => {
  it.each([
    ['ikev1-aggressive-psk', [PSK], false, ['responder psk:1']],
    ['ikev1-aggressive-psk', ['other'], false, ['responder nobody']],
    ['ikev1-aggressive-xauth', ['other', PSK], false, ['responder psk:2']],
    ['ikev1-psk-mismatch-aggressive', [PSK], false, ['responder nobody']],
    ['ikev1-main-quick', [PSK], true, ['responder psk:1', 'initiator psk:1']],
    ['ikev1-main-quick', ['other'], true, ['responder nobody', 'initiator nobody']],
    ['ikev1-main-aes', [PSK], true, ['responder psk:1', 'initiator psk:1']],
    // Nothing can be read of it.
    ['ikev1-main-quick', [PSK], false, []],
    // Signatures have no secret.
    ['ikev1-cert-fragmentation', [PSK], false, []],
    ['ikev2-psk', [PSK], true, []],
    ['ikev1-aggressive-psk', [], false, []],
  ] as const)('%s with %j, keys: %s', (slug, secrets, withKeys, wanted) => expect(checks(slug, secrets, withKeys)).toEqual(wanted));

  it('keeps nothing that is too long', () => {
    const proof = new Phase1Proof();
    const long = { kind: 'ke-v1', value: { data: new Uint8Array(5000) } } as never;
    proof.observe([long], true, 1);
    expect(JSON.stringify(proof)).not.toContain('0,0,0');
  });
});
