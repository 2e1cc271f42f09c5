import { describe, expect, it } from 'vitest';
import { convert } from '../../../src/config/convert/convert.js';
import { endOf } from '../../../src/config/read-config.js';
import { readEnd } from '../compare/compare-texts.js';

describe('the other end as an ASA', () => {
  it.each([
    ['ikev1', 'aes256-sha1-modp1024', 'aes256-sha1', []],
    ['ikev1', 'aes256-sha1-modp2048', 'aes256-sha1', ['group 14 in IKEv1 (IKE) wants an ASA of 9.13']],
    ['ikev1', 'aes256-sha256-modp2048', 'aes256-sha256', ['no ASA takes its ESP proposal', 'no ASA takes its IKE proposal']],
    ['ikev2', 'aes256-sha256-ecp256', 'aes256-sha256', []],
  ])('%s %s, %s: what its releases do not have is told', async (version, ike, esp, wanted) => {
    const conn = `conn net\n\tkeyexchange=${version}\n\tauthby=secret\n\tleft=192.0.2.1\n\tleftsubnet=10.1.0.0/16\n\tright=192.0.2.2\n\trightsubnet=10.2.0.0/16\n\tike=${ike}!\n\tesp=${esp}!\n`;
    const config = await readEnd({ 'ipsec.conf': conn }, { product: 'strongswan', addresses: ['192.0.2.1'] });
    const notes =
      convert(
        config.connections.map((connection) => endOf(config, connection)),
        'asa',
        'strongswan',
      )?.notes ?? [];
    const told = notes.filter((note) => /ASA takes|wants an ASA/.test(note));
    expect(told).toEqual(wanted.map((text) => expect.stringContaining(text)));
  });
});
