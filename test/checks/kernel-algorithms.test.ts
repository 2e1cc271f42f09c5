import { check } from '../../src/checks/kernel-algorithms.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection, sourced } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const crypto = (...names: string[]) =>
  names.map((name) => `name         : ${name}\ndriver       : x\nmodule       : kernel\ntype         : skcipher\n`).join('\n');
const wants = (...proposals: string[]) => ({
  connections: [connection({ espProposals: proposals.map((proposal) => sourced(proposal, 11)) })],
});
const folder = '/lib/modules/6.1.0-28-amd64';

checkCases(check, [
  {
    name: 'registered',
    host: healthyHost({ files: { '/proc/crypto': crypto('cbc(aes)', 'hmac(sha256)') } }),
    configured: wants('aes256-sha256'),
    status: ['pass', 'pass'],
  },
  {
    name: 'loads on demand',
    host: healthyHost({ files: { [`${folder}/modules.dep`]: 'kernel/crypto/gcm.ko:\nkernel/crypto/aes_generic.ko:\n' } }),
    configured: wants('aes256gcm16-ecp384'),
    status: 'pass',
    says: [/AES_GCM_16/],
  },
  {
    name: 'loads on demand under a name of its own',
    host: healthyHost({
      files: {
        [`${folder}/modules.alias`]: 'alias crypto-camellia camellia_tomorrow\nalias crypto-cbc cbc_tomorrow\nalias crypto-hmac(sha1) x\n',
      },
    }),
    configured: wants('camellia256-sha1'),
    status: ['pass', 'pass'],
    says: [/cbc\(camellia\) loads on demand/],
  },
  {
    name: 'the kernel cannot do it',
    host: healthyHost({ files: { '/proc/crypto': crypto('hmac(sha1)') } }),
    configured: wants('camellia256-sha1'),
    status: ['fail', 'pass'],
    codes: ['host/kernel-algorithms'],
    says: [/CAMELLIA_CBC, which net-net may agree on/, /"line":11/],
  },
  { name: 'the defaults', host: healthyHost(), configured: wants(), status: 'skip' },
  { name: 'no connection', host: healthyHost(), configured: {}, status: 'skip' },
  { name: 'nothing to be seen', host: new FakeHost(), configured: wants('aes128-sha1'), status: ['unknown', 'unknown'] },
]);
