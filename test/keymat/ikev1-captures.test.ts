import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { hashByIkev1 } from '../../src/crypto/hash.js';
import { prfOfHash } from '../../src/crypto/prf.js';
import { Analyser } from '../../src/dissect/analyser.js';
import { readKeys } from '../../src/dissect/keys/read-keys.js';
import { quickModeKeymat } from '../../src/keymat/ikev1.js';
import { createCaptureReader } from '../../src/pcapfile/reader.js';
import { EXCHANGE_V1 } from '../../src/wire/ike/tables/exchange-types.js';
import { PROTOCOL_V1 } from '../../src/wire/ike/tables/protocols.js';

interface KeysFile {
  readonly ikev1?: readonly { readonly cookie_i: string; readonly skeyid_d?: string }[];
  readonly esp: readonly { readonly spi: string; readonly encr_key: string; readonly integ_key: string }[];
}
const keysOf = (slug: string): string => readFileSync(`captures/${slug}/keys.json`, 'utf8');
const captures = readdirSync('captures').filter((slug) => {
  try {
    return keysOf(slug).includes('"skeyid_d"');
  } catch {
    return false;
  }
});

/** One quick mode as it was opened: the nonces, and the SPI that each end chose. */
interface QuickMode {
  readonly cookieI: string;
  readonly nonces: Uint8Array[];
  readonly spis: Uint8Array[];
}

function quickModes(slug: string): { readonly modes: readonly QuickMode[]; readonly hash: number; readonly goodIcvs: number } {
  const analyser = new Analyser({ keys: readKeys(keysOf(slug), 'keys.json') });
  const modes = new Map<string, QuickMode>();
  let goodIcvs = 0;
  const reader = createCaptureReader((view) => {
    for (const { ike, opened } of analyser.observe(view)?.units ?? []) {
      if (opened?.plain.icv === 'good') goodIcvs++;
      const header = ike?.message.header;
      if (header?.exchangeType !== EXCHANGE_V1['Quick Mode'] || ike?.inside === undefined) continue;
      const cookieI = toHex(header.spiI);
      const key = `${cookieI}/${header.messageId}`;
      const mode = modes.get(key) ?? { cookieI, nonces: [], spis: [] };
      modes.set(key, mode);
      for (const node of ike.inside.payloads) {
        if (node.kind === 'nonce') mode.nonces.push(Uint8Array.from(node.value.nonce));
        const spi = node.kind === 'sa-v1' ? node.value.proposals.find(({ protocol }) => protocol === PROTOCOL_V1.ESP)?.spi : undefined;
        if (spi !== undefined) mode.spis.push(Uint8Array.from(spi));
      }
    }
    return true;
  });
  reader.feed(readFileSync(`captures/${slug}/capture.pcap`));
  reader.end(true);
  const { sessions } = analyser.facts();
  const hash = sessions[0]?.chosen?.transforms.find(({ type }) => type === 'HASH')?.id ?? 0;
  return { modes: [...modes.values()].filter(({ spis }) => spis.length === 2), hash, goodIcvs };
}

describe("KEYMAT of quick modes in captures of real peers is what the peer's log has, and opens their ESP", () => {
  it('there are some', () =>
    expect(captures).toEqual(expect.arrayContaining(['ikev1-probe-main', 'ikev1-probe-aggressive', 'ikev1-probe-xauth'])));

  it.each(captures)('%s', (slug) => {
    const keys = JSON.parse(keysOf(slug)) as KeysFile;
    const { modes, hash: id, goodIcvs } = quickModes(slug);
    const hash = hashByIkev1(id);
    if (hash === undefined) throw new TypeError(`no hash ${id}`);
    const prf = prfOfHash(hash);
    expect(modes.length).toBeGreaterThan(0);
    let compared = 0;
    for (const { cookieI, nonces, spis } of modes) {
      const skeyidD = keys.ikev1?.find(({ cookie_i: cookie }) => cookie === cookieI)?.skeyid_d ?? '';
      const [nonceI, nonceR] = nonces as [Uint8Array, Uint8Array];
      for (const spi of spis) {
        const known = keys.esp.find((one) => one.spi === `0x${toHex(spi)}`);
        if (known === undefined) continue;
        const wanted = known.encr_key + known.integ_key;
        expect(toHex(quickModeKeymat(prf, fromHex(skeyidD), PROTOCOL_V1.ESP, spi, nonceI, nonceR, wanted.length / 2))).toBe(wanted);
        compared++;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(2);
    expect(goodIcvs).toBeGreaterThanOrEqual(6);
  });
});
