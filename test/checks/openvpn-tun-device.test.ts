import { check } from '../../src/checks/openvpn-tun-device.js';
import type { FileStat } from '../../src/host/host.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { openvpnHost, SERVER } from '../support/openvpn-hosts.js';

const device = (stat: Partial<FileStat>) => ({
  stats: { '/dev/net/tun': { kind: 'character-device', mode: 0o666, ...stat } satisfies Partial<FileStat> },
});
const loadable = { '/lib/modules/6.1.0-28-amd64/modules.dep': 'kernel/drivers/net/tun.ko: \n' };

checkCases(check, [
  { name: 'no OpenVPN', host: healthyHost(), status: 'skip' },
  { name: 'dev null', host: openvpnHost({ 'a.conf': ['dev null'] }), status: 'skip' },
  { name: 'there', host: openvpnHost({ 'server.conf': SERVER }, device({})), status: 'pass' },
  {
    name: 'not there, the module would load',
    host: openvpnHost({ 'server.conf': SERVER }, { files: loadable }),
    status: 'fail',
    codes: ['host/openvpn-tun-device-missing'],
    says: ['mknod /dev/net/tun c 10 200'],
    mends: ['modprobe tun; [ -c /dev/net/tun ]'],
  },
  {
    name: 'not there, and no module for this kernel',
    host: openvpnHost({ 'server.conf': SERVER }),
    status: 'fail',
    codes: ['host/openvpn-tun-device-missing'],
    says: ['no module tun for 6.1.0-28-amd64'],
  },
  {
    name: 'not in the container',
    host: openvpnHost({ 'server.conf': SERVER }, { commands: { 'systemd-detect-virt -c': 'lxc\n' } }),
    status: 'fail',
    codes: ['host/openvpn-tun-device-missing'],
    says: ['--device /dev/net/tun --cap-add NET_ADMIN'],
  },
  {
    name: 'a directory in its place',
    host: openvpnHost({ 'server.conf': SERVER }, device({ kind: 'directory' })),
    status: 'fail',
    codes: ['host/openvpn-tun-device-kind'],
  },
  { name: 'for root alone, who runs openvpn', host: openvpnHost({ 'server.conf': SERVER }, device({ mode: 0o600 })), status: 'pass' },
  {
    name: 'for root alone, and openvpn is another user',
    host: openvpnHost(
      { 'server.conf': SERVER },
      {
        stats: { ...device({ mode: 0o600 }).stats, '/proc/800': { uid: 65534 } },
        files: {
          '/proc/800/stat': '800 (openvpn) S 1 800 800 0 -1 0\n',
          '/proc/800/cmdline': '/usr/sbin/openvpn\0--config\0server.conf\0',
        },
        links: { '/proc/800/ns/net': 'net:[4026531840]', '/proc/800/exe': '/usr/sbin/openvpn' },
      },
    ),
    status: 'warn',
    codes: ['host/openvpn-tun-device-mode'],
    mends: ['chmod 0666 /dev/net/tun'],
  },
  { name: 'configurations that may not be read', host: openvpnHost({ 'server.conf': { reason: 'denied' } }), status: 'unknown' },
]);
