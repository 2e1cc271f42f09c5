import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { VENDOR_ID_VERSIONS } from '../../../src/wire/ike/tables/vendor-id-versions.js';
import { KNOWN_VENDOR_IDS } from '../../../src/wire/ike/tables/vendor-ids.js';
import { describeVendorId } from '../../../src/wire/ike/vendor-ids.js';

const md5 = (text: string) => createHash('md5').update(text).digest();

describe('table of vendor ids', () => {
  it.each(KNOWN_VENDOR_IDS.filter(({ md5Of }) => md5Of !== undefined).map(({ name, hex, md5Of }) => [name, hex, md5Of ?? '']))(
    '%s is an MD5',
    (_, hex, text) => expect(md5(text).toString('hex').startsWith(hex)).toBe(true),
  );

  it('has every id once, in lower-case hex', () => {
    const all = KNOWN_VENDOR_IDS.map(({ hex }) => hex);
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((hex) => !/^([0-9a-f]{2}){4,}$/.test(hex))).toEqual([]);
  });

  it('has versions that are made of their names', () => {
    const wrong = Object.entries(VENDOR_ID_VERSIONS).filter(([hex, name]) => {
      const digest = md5(name);
      const printable = digest.map((byte) => (byte & 0x7f) | 0x40);
      return (
        hex !== digest.toString('hex') &&
        !['OE', 'OEN', 'OSW'].some(
          (prefix) =>
            hex ===
            Buffer.concat([Buffer.from(prefix), printable])
              .subarray(0, 12)
              .toString('hex'),
        )
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe('describeVendorId', () => {
  it.each([
    ['4a131c81070358455c5728f20e95452f', 'RFC 3947 NAT-T', undefined],
    ['90cb80913ebb696e086381b5ec427b1f', 'draft-ietf-ipsec-nat-t-ike-02 (with newline)', undefined],
    ['afcad71368a1f1c96b8696fc77570100', 'Dead Peer Detection (RFC 3706)', '1.0'],
    ['12f5f28c457168a9702d9fe274cc0204', 'Cisco Unity', '2.4'],
    ['1f07f70eaa6514d3b0fa96542a500407', 'Cisco VPN Concentrator, PIX or ASA', '4.0.7'],
    ['4048b7d56ebce88525e7de7f00d6c2d3', 'IKE fragmentation', undefined],
    ['4048b7d56ebce88525e7de7f00d6c2d3c0000000', 'IKE fragmentation', 'main and aggressive mode, base mode'],
    ['4048b7d56ebce88525e7de7f00d6c2d300000001', 'IKE fragmentation', '0x00000001'],
    ['1e2b516905991c7d7c96fcbfb587e46100000009', 'Microsoft Windows', 'Windows 8, Server 2012 or later'],
    ['1e2b516905991c7d7c96fcbfb587e46100000063', 'Microsoft Windows', 'unknown (99)'],
    ['1e2b516905991c7d7c96fcbfb587e4610000', 'Microsoft Windows', 'cut'],
    ['01528bbbc00696121849ab9a1c5b2a5100000002', 'Microsoft Windows 8 or later', 'version 2'],
    ['882fe56d6fd20dbc2251613b2ebe5beb', 'strongSwan', undefined],
    ['b7d8e62184049fb21b088d4232d2549c', 'strongSwan 5.1.0', undefined],
    ['4f4576795c6b677a57715c73', 'Openswan 2.6.38', undefined],
    ['7003cbc1097dbe9c2600ba6983bc8b35', 'KAME racoon', undefined],
    ['8299031757a36082c6a621de00050282', 'Fortinet FortiGate', 'FortiOS 5, build 642'],
    ['166f932d55eb64d8e4df4fd37e2313f0d0fd84510000000b0000050a', 'Juniper NetScreen', 'ScreenOS 5.10'],
    ['424e455300000009', 'Nortel Contivity', 'version 9'],
    ['5b362bc820f60007', 'SonicWall', '0x0007'],
    [
      'f4ed19e0c114eb516faaac0ee37daf2807b4381f000000010000138d459becd70000000018000000',
      'Check Point',
      'FireWall-1 NG AI R55, NGX or later, features 0x18000000, clock 2007-01-03T17:50:15.000Z',
    ],
    ['47bbe7c993f1fc13b4e6d0db565c68e5010201010201010310382e302e3020284275696c6420313029000000', 'SafeNet SoftRemote', '8.0.0 (Build 10)'],
    ['4865617274426561745f4e6f74696679386b0100', 'Heartbeat Notify', '0x386b0100'],
  ])('%s', (hex, name, detail) =>
    expect(describeVendorId(fromHex(hex))).toEqual(detail === undefined ? { name, exact: true } : { name, detail, exact: true }),
  );

  it.each([
    ['OE-Libreswan-5.3', { name: 'Libreswan', detail: '5.3', exact: true }],
    ['OpenIKED-7.2', { name: 'OpenIKED', detail: '7.2', exact: true }],
    ['vpndoctor: padding, to find the path MTU. vpndoctor: padding', { name: 'vpndoctor: padding', detail: '42 bytes more', exact: true }],
    ['FLEXVPN-SUPPORTED', { name: 'Cisco FlexVPN supported', exact: true }],
    ['CISCO-DELETE-REASON', { name: 'Cisco Delete Reason supported', exact: true }],
    [
      'CISCO(COPYRIGHT)&Copyright (c) 2009 Cisco Systems, Inc.',
      { name: 'Cisco', detail: 'Copyright (c) 2009 Cisco Systems, Inc.', exact: true },
    ],
    ['TIMESTEP 1 SGW 1520', { name: 'TimeStep', detail: '1 SGW 1520', exact: true }],
    ['OE@yBqOrT~I{', { name: 'FreeS/WAN, Openswan or Libreswan', detail: 'OE@yBqOrT~I{', exact: false }],
    ['Some Box 1.0', { name: 'Some Box 1.0', exact: false }],
  ])('%s', (text, description) => expect(describeVendorId(new TextEncoder().encode(text))).toEqual(description));

  it('prints unknown ones as hex and nothing a terminal would obey', () => {
    expect(describeVendorId(fromHex('deadbeef'))).toEqual({ name: 'unknown (0xdeadbeef)', exact: false });
    expect(describeVendorId(new Uint8Array(0))).toEqual({ name: 'unknown (0x)', exact: false });
    fc.assert(
      fc.property(fc.constantFrom(...KNOWN_VENDOR_IDS), fc.uint8Array({ maxLength: 40 }), ({ hex }, rest) => {
        const { name, detail } = describeVendorId(Uint8Array.from([...fromHex(hex), ...rest]));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(`${name} ${detail}`).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});
