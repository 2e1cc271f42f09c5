import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { type ConfigConvertFlags, configConvert } from '../../../src/services/config/convert.js';
import { SEED_IPSEC_CONF, SEED_SECRETS } from '../../config/seed-story.js';
import { runConfig } from '../../support/run-config.js';

const FILES = {
  '/etc/ipsec.conf': SEED_IPSEC_CONF,
  '/etc/ipsec.secrets': SEED_SECRETS,
  '/etc/server.conf': 'dev tun\nserver 10.8.0.0 255.255.255.0\n',
};
const convert = (flags: Partial<ConfigConvertFlags> & Pick<ConfigConvertFlags, 'to'>, path = '/etc/ipsec.conf') =>
  runConfig((io) => configConvert(path, { local: ['192.0.2.10'], product: 'openswan', for: 'libreswan', ...flags }, io), FILES);

describe('config convert', () => {
  it('prints the other end, notes beside it', async () => {
    const { status, text, warnings } = await convert({ to: 'asa' });
    expect(status).toBe(0);
    expect(text).toContain('crypto map outside_map 10 set peer 192.0.2.10\n');
    expect(text).toContain(' ikev1 pre-shared-key <the-shared-secret>\n');
    expect(warnings.join('\n')).toMatch(/the secret is not written/);
    expect(text + warnings.join()).not.toContain('7Qx');
  });

  it('says which algorithms the new end may not have', async () => {
    expect((await convert({ to: 'ipsec.conf' })).warnings.join('\n')).toMatch(/MODP_1024 is not built in libreswan since 3\.30/);
  });

  it('writes files where it is told to', async () => {
    const { written, text } = await convert({ to: 'ipsec.conf', output: 'out' });
    expect(Object.keys(written)).toEqual(['out/ipsec.conf', 'out/ipsec.secrets']);
    expect(text).toBe('');
  });

  it('prints one JSON object', async () => {
    const { text } = await convert({ to: 'swanctl', json: true });
    expect(JSON.parse(text)).toMatchObject({
      schema: 'vpndoctor/config-convert/1',
      to: 'swanctl',
      files: [{ name: 'swanctl.conf' }],
      findings: [],
    });
  });

  it.each<[string, Parameters<typeof convert>]>([
    ['IPsec for OpenVPN', [{ to: 'openvpn' }]],
    ['OpenVPN for IPsec', [{ to: 'swanctl' }, '/etc/server.conf']],
    ['a connection that is not there', [{ to: 'asa', conn: 'nope' }]],
    ['a file that is not there', [{ to: 'asa' }, '/nope']],
  ])('refuses %s', async (_, args) => {
    await expect(convert(...args)).rejects.toBeInstanceOf(UsageError);
  });
});
