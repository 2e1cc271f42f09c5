import { describe, expect, it } from 'vitest';
import { fileSource } from '../../../src/capture/file.js';
import { readCapture } from '../../../src/capture/read.js';
import { Analyser } from '../../../src/dissect/analyser.js';
import { Dissector } from '../../../src/dissect/frame/dissector.js';
import { DecryptedFile } from '../../../src/services/sniff/decrypted-file.js';
import { loadKeys } from '../../../src/services/sniff/load-keys.js';
import { MISSING } from '../../support/missing-path.js';
import { kinds } from '../../support/packets.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();

/** What is written of a capture: time and layers of each packet. */
async function decrypt(slug: string, keys: readonly string[]): Promise<{ packets: number; written: { time: string; layers: string }[] }> {
  const analyser = new Analyser({ keys: await loadKeys(keys, []) });
  const file = new DecryptedFile(at('inner.pcapng'));
  await readCapture(fileSource(`captures/${slug}/capture.pcap`), (view) => {
    const observation = analyser.observe(view);
    if (observation !== undefined) file.add(observation);
    return true;
  });
  file.close();
  const written: { time: string; layers: string }[] = [];
  const dissector = new Dissector();
  await readCapture(fileSource(at('inner.pcapng')), (view) => {
    written.push({ time: `${view.sec}.${view.nsec}`, layers: kinds(dissector.dissect(view)) });
    return true;
  });
  return { packets: file.packets, written };
}

describe('DecryptedFile', () => {
  it('writes what ESP carried as IP packets, at the time they came', async () => {
    const { packets, written } = await decrypt('ikev2-psk', ['captures/ikev2-psk/keys.json']);
    expect(packets).toBe(10);
    expect(written).toHaveLength(10);
    for (const { layers } of written) expect(layers).toBe('raw ipv4 icmp');
    expect(written[0]?.time).toMatch(/^1795291694\.95661/);
  });

  it('gives transport mode its IP header back', async () => {
    const { written } = await decrypt('kernel-esp-transport', ['captures/kernel-esp-transport/keys.json']);
    expect(written.length).toBeGreaterThan(0);
    for (const { layers } of written) expect(layers).toMatch(/^raw ipv4 /);
  });

  it('is a valid capture without packets when there are no keys', async () => {
    expect(await decrypt('ikev2-psk', [])).toEqual({ packets: 0, written: [] });
  });

  it('says where it cannot write', () => expect(() => new DecryptedFile(`${MISSING}/x`)).toThrow(/no such folder/));
});
