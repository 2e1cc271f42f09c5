import { describe, expect, it } from 'vitest';
import { readCisco } from '../../../src/config/cisco-asa/read-cisco.js';

const asa = (lines: string, version = 'ASA Version 9.12(4)') => `${version}
hostname fw
access-list vpn extended permit ip 10.1.1.0 255.255.255.0 10.2.2.0 255.255.255.0
access-list out extended permit ip 10.2.0.0 255.255.0.0 10.1.0.0 255.255.0.0
access-list some extended permit ip host 10.2.2.7 10.1.1.0 255.255.255.0
${lines}
crypto map m 1 match address vpn
crypto map m 1 set peer 192.0.2.1
`;

describe('what comes out of a tunnel and is filtered', () => {
  it.each([
    ['as it is by default', '', undefined, []],
    ['told to be filtered', 'no sysopt connection permit-vpn', undefined, [6]],
    ['and permitted', 'no sysopt connection permit-vpn\naccess-group out in interface outside', undefined, []],
    ['and permitted in part', 'no sysopt connection permit-vpn\naccess-group some in interface outside', undefined, [6]],
    ['a PIX 6 by default', '', 'PIX Version 6.3(5)', [0]],
    ['a PIX 6 that is told not to', 'sysopt connection permit-ipsec', 'PIX Version 6.3(5)', []],
  ])('%s', (_, lines, version, wanted) => {
    const found = readCisco({ file: 'run', text: asa(lines, version) }).remarks.filter(({ code }) => code === 'vpn-traffic-filtered');
    expect(found.map(({ line }) => line)).toEqual(wanted);
    expect(found.every(({ severity }) => severity === 'warning')).toBe(true);
  });
});
