import { describe, expect, it } from 'vitest';
import { compareTexts, mended, problems } from '../compare-texts.js';

const server = (line: string) => ({
  'server.conf': `dev tun\nserver 10.8.0.0 255.255.255.0\nca ca.crt\ncert s.crt\nkey s.key\ndh none\n${line}\n`,
});
const client = (line: string) => ({
  'client.ovpn': `client\ndev tun\nremote vpn.example.com\nca ca.crt\ncert c.crt\nkey c.key\nremote-cert-tls server\n${line}\n`,
});

describe('the control channel', () => {
  it.each([
    ['tls-auth ta.key 0', '', 'tls-auth ta.key 1'],
    ['tls-auth ta.key', '', 'tls-auth ta.key'],
    ['tls-auth ta.key 0', 'tls-crypt own.key', 'tls-auth own.key 1'],
    ['tls-crypt ta.key', 'tls-auth own.key 1', 'tls-crypt own.key'],
    ['tls-crypt ta.key', '', 'tls-crypt ta.key'],
    ['', 'tls-crypt ta.key', undefined],
  ])('the server has "%s", the client "%s"', async (theirs, ours, wanted) => {
    const compared = await compareTexts(client(ours), server(theirs));
    expect(problems(compared)[0]).toBe('error config/openvpn-control-channel');
    const files = mended(compared, 'ours', client(ours), '') ?? {};
    expect(files['client.ovpn']?.split('\n').filter((line) => line.startsWith('tls-'))).toEqual(wanted === undefined ? [] : [wanted]);
    expect(problems(await compareTexts(files, server(theirs)))).toEqual([]);
  });

  it('a key in a block is not there to be written down', async () => {
    const block = '<tls-crypt>\nkey made for tests\n</tls-crypt>';
    const { mismatches } = await compareTexts(client('tls-auth ta.key 1'), server(block));
    expect(mismatches[0]?.code).toBe('config/openvpn-control-channel');
    expect(mismatches[0]?.change).toEqual({});
  });
});

describe('ifconfig between two peers', () => {
  const peer = (ifconfig: string) => `dev tun\nremote 192.0.2.1\nifconfig ${ifconfig}\nsecret static.key\ncipher AES-256-CBC\n`;

  it('a netmask is not turned round', async () => {
    const [ours, theirs] = [{ 'a.conf': peer('10.8.0.1 10.8.0.2') }, { 'b.conf': peer('10.8.0.2 255.255.255.0') }];
    const compared = await compareTexts(ours, theirs);
    expect(problems(compared)).toEqual(['error config/openvpn-ifconfig']);
    expect(mended(compared, 'ours', ours, '')).toBeUndefined();
    expect(mended(compared, 'theirs', theirs, '')?.['b.conf']).toContain('ifconfig 10.8.0.2 10.8.0.1\n');
  });
});
