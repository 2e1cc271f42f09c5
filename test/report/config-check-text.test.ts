import { describe, expect, it } from 'vitest';
import { checkText } from '../../src/report/config-check-text.js';
import { createStyle } from '../../src/report/style.js';
import { readEnd } from '../config/compare/compare-texts.js';

describe('checkText', () => {
  it('keeps a long word of the file apart from its value', async () => {
    const config = await readEnd({
      'asa.txt': `ASA Version 9.8(2)
access-list a extended permit ip 10.1.0.0 255.255.0.0 10.2.0.0 255.255.0.0
crypto map m 1 match address a
crypto map m 1 set peer 192.0.2.1
group-policy G attributes
 vpn-tunnel-protocol ikev2
tunnel-group 192.0.2.1 general-attributes
 default-group-policy G
`,
    });
    const style = createStyle({ env: {}, isTTY: false }, true);
    const text = checkText([{ config, remarks: [] }], style, true).join('\n');
    expect(text).toMatch(/^ {2}group-policy vpn-tunnel-protocol {2}ikev2 {2}:6$/m);
  });
});
