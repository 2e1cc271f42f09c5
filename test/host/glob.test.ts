import { describe, expect, it } from 'vitest';
import { FakeHost } from '../../src/host/fake.js';
import { expandGlob } from '../../src/host/glob.js';

const host = new FakeHost({
  files: {
    '/etc/ipsec.d/a.conf': '',
    '/etc/ipsec.d/b.conf': '',
    '/etc/ipsec.d/.hidden.conf': '',
    '/etc/ipsec.d/c.secrets': '',
    '/etc/x1/one.conf': '',
    '/etc/x2/two.conf': '',
  },
  dirs: { '/root': { reason: 'denied' } },
});

describe('expandGlob', () => {
  it.each([
    ['/etc/ipsec.d/*.conf', ['/etc/ipsec.d/a.conf', '/etc/ipsec.d/b.conf']],
    ['/etc/ipsec.d/[!a].conf', ['/etc/ipsec.d/b.conf']],
    ['/etc/ipsec.d/[a-b].conf', ['/etc/ipsec.d/a.conf', '/etc/ipsec.d/b.conf']],
    ['/etc/ipsec.d/?.{conf,secrets}', ['/etc/ipsec.d/a.conf', '/etc/ipsec.d/b.conf', '/etc/ipsec.d/c.secrets']],
    ['/etc/ipsec.d/.*', ['/etc/ipsec.d/.hidden.conf']],
    ['/etc/x*/*.conf', ['/etc/x1/one.conf', '/etc/x2/two.conf']],
    ['/etc/none.conf', ['/etc/none.conf']],
    ['/nowhere/*', []],
    ['/etc/ipsec.d/*a*a*a*a*a*b', []],
  ])('%s', async (pattern, expected) => {
    expect(await expandGlob(host, pattern)).toEqual({ paths: expected, problems: [] });
  });

  it('says which directory it could not look into', async () => {
    expect(await expandGlob(host, '/root/*.conf')).toEqual({ paths: [], problems: [{ file: '/root', reason: '/root: denied' }] });
  });
});
