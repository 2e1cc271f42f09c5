import { describe, expect, it } from 'vitest';
import { hostOf, versionOf } from '../../../src/services/probe/peer-host.js';

describe('the peer as it is named', () => {
  it.each([
    [() => hostOf('239.example'), '239.example'],
    [() => hostOf('gw.example.com'), 'gw.example.com'],
    [() => hostOf('fe80::1%eth0'), 'fe80::1%eth0'],
    [() => versionOf('gw', {}), undefined],
    [() => versionOf('gw', { ipv6: true, source: 'fd00::1' }), 6],
    [() => versionOf('192.0.2.1', { source: '192.0.2.2' }), 4],
  ])('%s', (read, wanted) => expect(read()).toEqual(wanted));

  it.each([
    () => hostOf(''),
    () => hostOf('gw:500'),
    () => hostOf('[fd00::1]:500'),
    () => hostOf('http://gw'),
    () => hostOf('192.0.2.0/24'),
    () => hostOf('0.0.0.0'),
    () => hostOf('::'),
    () => hostOf('224.0.0.1'),
    () => hostOf('255.255.255.255'),
    () => hostOf('ff02::1'),
    () => hostOf('fe80::1'),
    () => versionOf('192.0.2.1', { ipv6: true }),
    () => versionOf('192.0.2.1', { source: '::1' }),
    () => versionOf('::1', { ipv4: true }),
  ])('%s is refused with what to do', (read) => {
    expect(read).toThrow(expect.objectContaining({ name: 'UsageError', hint: expect.any(String) }));
  });

  it('a port has the flag of its protocol', () => {
    expect(() => hostOf('gw:1195', '--port')).toThrow(expect.objectContaining({ hint: 'gw --port 1195' }));
  });

  it.each([
    { ipv4: true, ipv6: true },
    { ipv4: true, source: '::1' },
  ])('%j contradict each other', (flags) => {
    expect(() => versionOf('gw', flags)).toThrow(/exclude each other|is asked for/);
  });
});
