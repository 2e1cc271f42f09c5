import { check } from '../../src/checks/tool-nft.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

checkCases(check, [
  { name: 'there', host: healthyHost({ commands: { 'nft --version': 'nft v1.8.9\n' } }), status: 'pass', says: [/v1\.8\.9/] },
  { name: 'the other is there', host: healthyHost({ commands: { 'iptables --version': 'iptables v1\n' } }), status: 'skip' },
  { name: 'neither', host: healthyHost(), status: 'warn', codes: ['host/tool-nft'] },
  { name: 'neither, and not needed', host: new FakeHost(), status: 'skip' },
  { name: 'it hangs', host: healthyHost({ commands: { 'nft --version': { reason: 'timeout' } } }), status: 'unknown' },
]);
