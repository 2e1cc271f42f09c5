import { expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.js';
import type { ConfigLanguage } from '../../src/config/recognise.js';
import { MAX_INCLUDED_FILES } from '../../src/config/source.js';
import { memoryFiles } from './memory-files.js';

/** Each file includes all of them, twice. */
it.each<[Exclude<ConfigLanguage, 'cisco'>, string]>([
  ['ipsec.conf', 'include /etc/many/*.conf\n'],
  ['ipsec.secrets', 'include /etc/many/*.conf\n'],
  ['swanctl.conf', 'include /etc/many/*.conf\n'],
  ['openvpn', 'config /etc/many/*.conf\n'],
  ['racoon.conf', 'include "/etc/many/*.conf";\n'],
])('%s: a hostile tree of includes is bounded', async (language, line) => {
  const names = Array.from({ length: 600 }, (_, i) => `/etc/many/${i}.conf`);
  const many = memoryFiles(Object.fromEntries(names.map((name) => [name, line.repeat(2)])));
  const { files } = await readConfig({ file: '/etc/main.conf', text: line.repeat(2) }, many, {
    addresses: [],
    language,
    product: 'libreswan',
  });
  expect(files.length).toBeGreaterThan(names.length);
  expect(files.length).toBeLessThanOrEqual(MAX_INCLUDED_FILES);
});
