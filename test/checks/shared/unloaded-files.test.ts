import { expect, it } from 'vitest';
import { readIdle } from '../../../src/checks/shared/unloaded-files.js';
import { HostFacts, type HostFactsOptions } from '../../../src/host/host-facts.js';
import { libreswanHost } from '../../support/libreswan-host.js';

const CONF = 'include /etc/ipsec.d/*.conf\n';
const CONN = 'conn gw\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tauto=add\n';

it.each<[string, Readonly<Record<string, string | { reason: 'denied' }>>, HostFactsOptions, readonly (readonly string[])[]]>([
  ['nothing beside', { '/etc/ipsec.conf': CONF }, {}, [[]]],
  ['a spare file', { '/etc/ipsec.conf': CONF, '/etc/ipsec.d/gw.conf~': CONN }, {}, [['/etc/ipsec.d/gw.conf~']]],
  ['one that is included', { '/etc/ipsec.conf': CONF, '/etc/ipsec.d/empty.conf': '# later\n' }, {}, [[]]],
  ['what is no configuration', { '/etc/ipsec.conf': CONF, '/etc/ipsec.d/passwd': 'x', '/etc/ipsec.d/key4.db': 'x' }, {}, [[]]],
  ['a connection', { '/etc/ipsec.conf': CONF + CONN, '/etc/ipsec.d/gw.conf~': CONN }, {}, []],
  ['a file that may not be read', { '/etc/ipsec.conf': { reason: 'denied' }, '/etc/ipsec.d/gw.conf~': CONN }, {}, []],
  ['files that the user chose', { '/etc/ipsec.conf': CONF, '/etc/ipsec.d/gw.conf~': CONN }, { configPaths: ['/etc/ipsec.conf'] }, []],
])('%s', async (_, files, options, expected) => {
  const idle = await readIdle(new HostFacts(libreswanHost({ files }), options));
  expect(idle.map((each) => each.files.map(({ path }) => path))).toEqual(expected);
});
