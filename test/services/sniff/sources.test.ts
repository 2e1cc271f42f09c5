import { describe, expect, it } from 'vitest';
import type { CaptureSource } from '../../../src/capture/source.js';
import { kindsOf, optionalNumber, type SniffFlags } from '../../../src/services/sniff/flags.js';
import { dropNotes, prefixed, sourcesOf } from '../../../src/services/sniff/sources.js';

const none: SniffFlags = { filter: [], read: [], source: 'auto', spi: [], host: [], port: [], keys: [], secret: [], color: false };
const sources = (flags: Partial<SniffFlags>) => sourcesOf({ ...none, ...flags }, () => {});

describe('where packets come from', () => {
  it.each<[Partial<SniffFlags>, [string, boolean][]]>([
    [
      { read: ['a.pcap', 'b.pcapng'] },
      [
        ['a.pcap', false],
        ['b.pcapng', false],
      ],
    ],
    [{ interface: 'lo', filter: ['host', '192.0.2.1'], snaplen: '128', bufferSize: '4096', source: 'tcpdump' }, [['lo', true]]],
  ])('%j', (flags, wanted) => expect(sources(flags).map(({ name, live }) => [name, live])).toEqual(wanted));

  it.each<[Partial<SniffFlags>, RegExp]>([
    [{}, /nothing to sniff/],
    [{ read: ['a'], filter: ['esp'] }, /works on live capture only/],
    [{ read: ['a'], snaplen: '128' }, /say how to capture live/],
    [{ read: ['a'], interface: 'lo' }, /exclude each other/],
    [{ interface: 'lo', source: 'ether' }, /--source ether is not a source/],
    [{ interface: 'lo', bufferSize: '0' }, /-B 0 is not a number above zero/],
  ])('%j is refused', (flags, message) => expect(() => sources(flags)).toThrow(message));

  it('notes of several name theirs', () => {
    const [a, b] = [{ name: 'a.pcap' }, { name: 'b.pcap' }] as unknown as [CaptureSource, CaptureSource];
    expect(prefixed([a], a, ['cut'])).toEqual(['cut']);
    expect(prefixed([a, b], b, ['cut'])).toEqual(['b.pcap: cut']);
  });

  it.each([
    [undefined, []],
    [{ received: 5, dropped: 0, interfaceDropped: 0 }, ['5 packets received, none dropped']],
    [
      { received: 5, dropped: 1, interfaceDropped: 2 },
      [expect.stringMatching(/^5 packets received, 1 dropped by the kernel, 2 by the interface/)],
    ],
  ])('%j is told', (counters, wanted) => {
    expect(dropNotes({ notes: [], ...(counters === undefined ? {} : { counters }) })).toEqual(wanted);
  });
});

describe('flags of sniff', () => {
  it('name kinds', () => {
    expect(kindsOf(none)).toEqual([]);
    expect(kindsOf({ ...none, ah: true, openvpn: true })).toEqual(['ah', 'openvpn']);
  });

  it('count from one', () => {
    expect([optionalNumber('-c', undefined), optionalNumber('-c', '7')]).toEqual([undefined, 7]);
    for (const text of ['0', '-1', '1.5', 'many']) expect(() => optionalNumber('-c', text)).toThrow(`-c ${text} is not a number`);
  });
});
