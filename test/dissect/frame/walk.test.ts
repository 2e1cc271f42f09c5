import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { dissect, ESP, ESP_UNIT, ETHERNET, ipv4, kinds } from '../../support/packets.js';

describe('what is wrong', () => {
  it('a packet cut by the snap length is not its sender’s fault', () => {
    const whole = ipv4(50, ESP);
    const packet = dissect(whole.slice(0, 22), { originalLength: whole.length });
    expect(packet.malformed?.message).toBe('cut by the snap length (22 of 44 bytes captured): ESP SPI at offset 20 needs 4 bytes, 2 there');
    expect(kinds(packet)).toBe('raw ipv4');
  });

  it('a header that is there in a cut packet tells the true length', () => {
    const whole = ipv4(50, ESP);
    const packet = dissect(whole.slice(0, 28), { originalLength: whole.length });
    expect(packet.malformed).toBeUndefined();
    expect(packet.units).toMatchObject([{ kind: 'esp', length: 24, bytes: ESP_UNIT.bytes.slice(0, 8) }]);
  });

  it('a sender that lies about its length is named, in cut packets too', () => {
    const packet = dissect(ipv4(50, 'd514eed9'), { originalLength: 24 });
    expect(packet.malformed).toEqual({
      field: 'ESP sequence number',
      offset: 24,
      message: 'ESP sequence number at offset 24 needs 4 bytes, 0 there',
    });
    const cut = dissect(`${ETHERNET} 0800 ${toHex(ipv4(50, 'd514eed9'))} 000000`, { linkType: 1, originalLength: 60 });
    expect(cut.malformed?.message).toBe('ESP sequence number at offset 38 needs 4 bytes, 0 there');
  });

  it('a total length beyond the frame is noted, and the frame’s own taken', () => {
    const packet = dissect(ipv4(50, ESP, { totalLength: 1500 }));
    expect(packet.malformed).toEqual({
      field: 'IPv4 total length',
      offset: 0,
      message: 'IPv4 total length at offset 0 claims 1500 bytes, 44 are there',
    });
    expect(packet.units).toEqual([ESP_UNIT]);
  });

  it('a total length of 0 means hardware segmentation', () => {
    const packet = dissect(ipv4(50, ESP, { totalLength: 0 }));
    expect(packet.units).toEqual([ESP_UNIT]);
    expect(packet.malformed).toBeUndefined();
  });

  it.each([
    ['IPv4 total length', ipv4(50, ESP, { totalLength: 19 }), /19 bytes, less than the header's 20/],
    ['UDP length', ipv4(17, '1194 1194 0007 0000'), /7 bytes, at least 8 needed/],
    ['UDP length', ipv4(17, '1194 1194 0100 0000 d514eed9 00000001'), /claims 256 bytes, 16 are there/],
  ])('%s', (field, bytes, message) => {
    expect(dissect(bytes).malformed).toMatchObject({ field, message: expect.stringMatching(message) });
  });
});
