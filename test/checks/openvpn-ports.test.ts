import { check } from '../../src/checks/openvpn-ports.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { openvpnServer, sourced } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const ss = (text: string) => ({ 'ss -H -l -n -t -u -w -p': text });
const running = { '/proc/80/stat': '80 (openvpn) S 1 80', '/proc/80/cmdline': '/usr/sbin/openvpn\0--config\0server.conf\0' };
const configured = { openvpn: [openvpnServer()] };

checkCases(check, [
  {
    name: 'open',
    host: healthyHost({ commands: ss('udp UNCONN 0 0 0.0.0.0:1194 0.0.0.0:* users:(("openvpn",pid=80,fd=6))') }),
    configured,
    status: 'pass',
  },
  {
    name: 'held by somebody else',
    host: healthyHost({ commands: ss('udp UNCONN 0 0 0.0.0.0:1194 0.0.0.0:* users:(("nc",pid=99,fd=3))') }),
    configured,
    status: 'fail',
    codes: ['host/openvpn-ports-foreign'],
    says: [/nc \(pid 99\)/, /"line":3/],
  },
  {
    name: 'runs and does not listen',
    host: healthyHost({ files: running, commands: ss('') }),
    configured,
    status: 'fail',
    codes: ['host/openvpn-ports-closed'],
  },
  {
    name: 'TCP is another port',
    host: healthyHost({ files: running, commands: ss('udp UNCONN 0 0 0.0.0.0:1194 0.0.0.0:* users:(("openvpn",pid=80,fd=6))') }),
    configured: { openvpn: [openvpnServer({ proto: sourced('tcp-server') })] },
    status: 'fail',
    codes: ['host/openvpn-ports-closed'],
  },
  { name: 'not started', host: healthyHost({ commands: ss('') }), configured, status: 'skip' },
  {
    name: 'the owner is not seen',
    host: healthyHost({ commands: ss('udp UNCONN 0 0 0.0.0.0:1194 0.0.0.0:*') }),
    configured,
    status: 'unknown',
  },
  { name: 'no server', host: healthyHost(), configured: { openvpn: [openvpnServer({ role: 'client' })] }, status: 'skip' },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
