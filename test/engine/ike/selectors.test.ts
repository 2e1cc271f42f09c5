import { describe, expect, it } from 'vitest';
import { areWithin, hostSelector, narrow, replaceAddress, selectorsText } from '../../../src/engine/ike/selectors.js';
import { TS_TYPE } from '../../../src/wire/ike/tables/identities.js';
import { selector } from '../../support/ike-settings.js';

const list = (...texts: string[]) => texts.map(selector);
const opaque = { ...selector('10.0.0.0/8 6'), startPort: 65535, endPort: 0 };

describe('narrow', () => {
  it.each<[string, string[], string[], string]>([
    ['the same', ['10.1.0.0/16'], ['10.1.0.0/16'], '10.1.0.0/16'],
    ['a subnet of ours', ['10.0.0.0/8'], ['10.1.0.0/16', '10.2.0.0/16'], '10.1.0.0/16, 10.2.0.0/16'],
    ['a subnet of theirs', ['10.1.5.0/24'], ['10.0.0.0/8'], '10.1.5.0/24'],
    ['a protocol and a port', ['10.1.0.0/16 6 443'], ['10.1.0.0/16'], '10.1.0.0/16[tcp/443]'],
    ['ports that meet', ['10.1.0.0/16 6'], ['10.1.0.0/16 6 22'], '10.1.0.0/16[tcp/22]'],
    ['not twice what is inside another', ['10.0.0.0/8', '10.1.0.0/16'], ['10.0.0.0/8'], '10.0.0.0/8'],
    ['nothing of another protocol', ['10.1.0.0/16 17 53'], ['10.1.0.0/16 6'], ''],
    ['nothing of other addresses', ['10.1.0.0/16'], ['10.2.0.0/16'], ''],
    ['nothing of other ports', ['10.1.0.0/16 6 22'], ['10.1.0.0/16 6 23'], ''],
  ])('gives %s', (_, offered, allowed, text) => {
    expect(selectorsText(narrow(list(...offered), list(...allowed)))).toBe(text);
  });

  it('knows opaque ports', () => {
    expect(narrow([opaque], list('10.0.0.0/8'))).toEqual([opaque]);
    expect(narrow([opaque], [opaque])).toEqual([opaque]);
    expect(narrow([opaque], list('10.0.0.0/8 6 22'))).toEqual([]);
  });

  it('passes over labels and other families', () => {
    const label = { type: TS_TYPE.TS_SECLABEL, protocol: 0, data: Uint8Array.of(1) };
    expect(narrow([label, hostSelector('2001:db8::1')], list('0.0.0.0/0'))).toEqual([]);
  });

  it('keeps a bounded number', () => {
    const many = Array.from({ length: 255 }, (_, i) => selector(`10.${i}.0.0/16`));
    expect(narrow(many, list('0.0.0.0/0')).length).toBe(64);
  });
});

it.each<[string, string[], string[], boolean]>([
  ['narrower', ['10.1.5.0/24 6 80'], ['10.1.0.0/16'], true],
  ['the same', ['10.1.0.0/16'], ['10.1.0.0/16'], true],
  ['wider', ['10.0.0.0/8'], ['10.1.0.0/16'], false],
  ['another one besides', ['10.1.0.0/16', '10.2.0.0/16'], ['10.1.0.0/16'], false],
])('an answer that is %s than asked', (_, answer, asked, within) => {
  expect(areWithin(list(...answer), list(...asked))).toBe(within);
});

it('hosts get the address that is seen, networks stay', () => {
  const replaced = replaceAddress(list('192.168.1.5/32 17 1701', '10.0.0.0/8'), '203.0.113.7');
  expect(selectorsText(replaced)).toBe('203.0.113.7/32[udp/1701], 10.0.0.0/8');
});
