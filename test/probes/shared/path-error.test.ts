import { describe, expect, it } from 'vitest';
import { type Asked, isFinalPathError, type PathError, pathErrorFinding, pathErrorText } from '../../../src/probes/shared/path-error.js';

const asked: Asked = {
  step: 'reset',
  what: 'UDP 1194',
  daemon: 'OpenVPN',
  nobody: 'The daemon is not running.',
  listen: [
    { end: 'theirs', text: 'start it' },
    { end: 'ours', text: 'the port' },
  ],
  permit: ['UDP 1194', 'udp dport 1194'],
};
const facts = { address: '203.0.113.2', source: '198.51.100.1', otherAddresses: ['2001:db8::2'] };

const find = (error: PathError) => pathErrorFinding(error, asked, { host: 'gw.example.com' }, facts);

describe('what ICMP said of the way', () => {
  it.each<[PathError['reason'], boolean]>([
    ['port-unreachable', true],
    ['host-unreachable', true],
    ['prohibited', true],
    ['too-big', false],
    ['other', false],
  ])('%s ends the waiting: %s', (reason, wanted) => expect(isFinalPathError({ reason })).toBe(wanted));

  it.each<[PathError, string, RegExp, RegExp]>([
    [
      { reason: 'port-unreachable', text: 'port unreachable', from: '203.0.113.2' },
      'probe/port-unreachable',
      /^The host itself answered .*no OpenVPN has the port\. The daemon is not running\.$/,
      /start it\n.*2001:db8::2.*\nthe port/,
    ],
    [
      { reason: 'port-unreachable', text: 'port unreachable', from: '192.0.2.254' },
      'probe/port-unreachable',
      /^192\.0\.2\.254, on the way, answered/,
      /start it/,
    ],
    [
      { reason: 'prohibited', text: 'administratively prohibited', from: '192.0.2.254' },
      'probe/administratively-prohibited',
      /came from 192\.0\.2\.254/,
      /permit UDP 1194 to 203\.0\.113\.2 at 192\.0\.2\.254: nft add rule inet filter input udp dport 1194 accept/,
    ],
    [
      { reason: 'prohibited', text: 'the firewall of this host' },
      'probe/administratively-prohibited',
      /perhaps from the firewall of this host/,
      /vpndoctor verify --only firewall/,
    ],
    [
      { reason: 'host-unreachable', text: 'host unreachable', from: '198.51.100.1' },
      'probe/host-unreachable',
      /^This host itself says so: nobody on the link answers/,
      /ip neighbour show 203\.0\.113\.2/,
    ],
    [
      { reason: 'host-unreachable', text: 'host unreachable', from: '192.0.2.254' },
      'probe/host-unreachable',
      /came from 192\.0\.2\.254: a router on the way has no route/,
      /look at 192\.0\.2\.254, which gave up/,
    ],
  ])('%j: %s', (error, code, cause, fixes) => {
    const finding = find(error);
    expect(finding.code).toBe(code);
    expect(finding.cause).toMatch(cause);
    expect(finding.fix.map(({ text }) => text).join('\n')).toMatch(fixes);
    expect(finding.evidence).toEqual([{ text: `step reset: UDP 1194: ${pathErrorText(error)}` }]);
  });
});
