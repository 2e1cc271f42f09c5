import { describe, expect, it } from 'vitest';
import { readCisco } from '../../../src/config/cisco-asa/read-cisco.js';

/** An ASA with two entries; `%` stands for what a row is about. */
const asa = (first: string, second: string, peers: readonly [string, string] = ['192.0.2.9', '192.0.2.1']) => `ASA Version 9.12(4)
interface GigabitEthernet0/0
 nameif outside
 ip address 203.0.113.1 255.255.255.0
${first}
${second}
crypto ipsec ikev1 transform-set T esp-aes esp-sha-hmac
crypto map m 20 match address two
crypto map m 20 set peer ${peers[1]}
crypto map m 20 set ikev1 transform-set T
crypto map m 10 match address one
crypto map m 10 set peer ${peers[0]}
crypto map m 10 set ikev1 transform-set T
`;

const ios = (first: string) => `version 15.2
crypto ipsec transform-set T esp-aes esp-sha-hmac
crypto map m 10 ipsec-isakmp
 set peer 192.0.2.9
 set transform-set T
 match address one
crypto map m 20 ipsec-isakmp
 set peer 192.0.2.1
 set transform-set T
 match address 102
ip access-list extended one
${first}
access-list 102 permit ip 10.1.1.0 0.0.0.255 10.2.2.0 0.0.0.255
`;

const TWO = 'access-list two extended permit ip 10.1.1.0 255.255.255.0 10.2.2.0 255.255.255.0';

const shadowed = (text: string) => readCisco({ file: 'run', text }).remarks.filter(({ code }) => code === 'shadowed-entry');

describe('the order of a crypto map', () => {
  it.each([
    [
      'a wider list before',
      asa('access-list one line 1 extended permit ip 10.1.0.0 255.255.0.0 10.2.0.0 255.255.0.0', TWO),
      'access-list one extended deny ip 10.1.1.0 255.255.255.0 10.2.2.0 255.255.255.0',
    ],
    ['a named list of IOS', ios(' permit ip 10.0.0.0 0.255.255.255 any'), ' deny ip 10.1.1.0 0.0.0.255 10.2.2.0 0.0.0.255'],
    ['with numbers', ios(' 10 permit ip 10.0.0.0 0.255.255.255 any'), ' 9 deny ip 10.1.1.0 0.0.0.255 10.2.2.0 0.0.0.255'],
  ])('%s', (_, text, wanted) => {
    const [remark, ...others] = shadowed(text);
    expect(others).toEqual([]);
    expect(remark).toMatchObject({ severity: 'error', connection: 'm 20', text: expect.stringContaining('m 10 comes before m 20') });
    const before = text.split('\n')[(remark?.line ?? 0) - 1] ?? '';
    expect(remark?.fix).toBe(`${wanted}\n${before}`);
    expect(shadowed(text.replace(before, remark?.fix ?? ''))).toEqual([]);
  });

  it('the same networks twice: which peer is meant is not ours to say', () => {
    const [remark] = shadowed(asa(TWO.replace(' two ', ' one line 1 '), TWO));
    expect(remark).toMatchObject({ connection: 'm 20', text: expect.stringContaining('one of the two is too many') });
    expect(remark?.fix).toBeUndefined();
  });

  it.each([
    ['a narrower one before a wider one', asa('access-list one extended permit ip host 10.1.1.7 10.2.2.0 255.255.255.0', TWO)],
    ['the same peer in both', asa(TWO.replace(' two ', ' one '), TWO, ['192.0.2.1', '192.0.2.1'])],
    ['one protocol of it', asa('access-list one extended permit tcp 10.1.0.0 255.255.0.0 10.2.0.0 255.255.0.0', TWO)],
    [
      'denied there',
      asa(
        'access-list one extended deny ip 10.1.1.0 255.255.255.0 any\naccess-list one extended permit ip 10.1.0.0 255.255.0.0 10.2.0.0 255.255.0.0',
        TWO,
      ),
    ],
  ])('%s is no fault', (_, text) => {
    expect(shadowed(text)).toEqual([]);
  });
});
