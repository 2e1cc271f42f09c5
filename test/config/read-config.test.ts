import { describe, expect, it } from 'vitest';
import { readEnd } from './compare/compare-texts.js';

describe('readConfig', () => {
  it.each(['/tmp/site.secrets', '/tmp/site.conf.secrets', '/tmp/ipsec.secrets'])('finds the secrets of site.conf in %s', async (name) => {
    const { secrets, files } = await readEnd(
      { '/tmp/site.conf': 'conn a\n\tleft=192.0.2.1\n\tright=192.0.2.2\n\tauthby=secret\n', [name]: ': PSK "made for tests"\n' },
      { product: 'libreswan' },
    );
    expect(secrets).toHaveLength(1);
    expect(files).toContain(name);
  });
});
