import { describe, expect, it } from 'vitest';
import { toJson } from '../../src/report/json-record.js';

describe('toJson', () => {
  it('spells keys in snake_case and times as RFC 3339', () => {
    const time = { sec: 1_767_323_045, nsec: 123_456_000 };
    expect(toJson({ firstTime: time, spiI: '0x1', messages: [{ ...time, frame: 3, retransmissionOf: undefined }] })).toEqual({
      first_time: '2026-01-02T03:04:05.123456Z',
      spi_i: '0x1',
      messages: [{ time: '2026-01-02T03:04:05.123456Z', frame: 3, retransmission_of: undefined }],
    });
  });

  it('leaves names of the protocol, by which things are counted, as they are', () => {
    expect(toJson({ inner: { OCC_REQUEST: 2, ping: 1 } })).toEqual({ inner: { OCC_REQUEST: 2, ping: 1 } });
  });

  it('keeps nanoseconds where the capture has them', () => {
    expect(toJson({ at: { sec: 0, nsec: 1 } })).toEqual({ at: '1970-01-01T00:00:00.000000001Z' });
  });
});
