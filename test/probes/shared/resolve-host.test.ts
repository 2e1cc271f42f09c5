import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../src/bytes/errors.js';
import { type ResolvedFacts, resolveHost } from '../../../src/probes/shared/resolve-host.js';

const resolves = (...addresses: readonly string[]) => ({ resolve: async () => addresses });
const facts = (): ResolvedFacts => ({ otherAddresses: [] });

describe('the address of the peer', () => {
  it.each<[string, 4 | 6 | undefined, readonly string[], string, string | undefined, readonly string[]]>([
    ['192.0.2.1', undefined, [], '192.0.2.1 is an address', '192.0.2.1', []],
    ['fe80::1%eth0', undefined, [], 'fe80::1%eth0 is an address', 'fe80::1%eth0', []],
    ['gw', undefined, ['2001:db8::1', '192.0.2.1'], '2001:db8::1 (of 2: also 192.0.2.1)', '2001:db8::1', ['192.0.2.1']],
    ['gw', 4, ['2001:db8::1', '192.0.2.1'], '192.0.2.1', '192.0.2.1', []],
  ])('%s, IPv%s, of %j: %s', async (host, family, addresses, text, address, others) => {
    const found = facts();
    const outcome = await resolveHost({ host, ...(family === undefined ? {} : { family }) }, found, resolves(...addresses));
    expect(outcome).toEqual({ status: 'pass', text });
    expect(found).toEqual({ address, otherAddresses: others });
  });

  it('that a name does not have in the version asked for', async () => {
    const outcome = await resolveHost({ host: 'gw', family: 6 }, facts(), resolves('192.0.2.1'));
    expect(outcome).toMatchObject({
      status: 'fail',
      text: 'gw has no IPv6 address, only 192.0.2.1',
      findings: [{ code: 'probe/no-such-address' }],
    });
  });

  it.each([
    [undefined, 'gw', 'without -6 and --source', 'an AAAA record for gw'],
    ['proto udp6', 'gw', 'proto udp in place of proto udp6', 'an AAAA record for gw'],
    ['proto udp6', '192.0.2.1', 'proto udp in place of proto udp6', 'or an IPv6 address of the peer in place of 192.0.2.1'],
  ])('in the version asked for by %s: what mends it for %s', async (familyBy, host, first, second) => {
    const asked = { host, family: 6 as const, ...(familyBy === undefined ? {} : { familyBy }) };
    const { findings } = await resolveHost(asked, facts(), resolves('192.0.2.1'));
    expect(findings?.[0]?.cause).toContain(familyBy ?? '-6');
    expect(findings?.[0]?.fix.map(({ text }) => text)).toEqual([first, expect.stringContaining(second)]);
  });

  it('that nobody knows', async () => {
    const resolve = async () => {
      throw new EnvironmentError('no name server knows gw');
    };
    expect(await resolveHost({ host: 'gw' }, facts(), { resolve })).toMatchObject({
      status: 'fail',
      text: 'no name server knows gw',
      findings: [{ code: 'probe/name-not-resolved', title: 'gw does not resolve: no name server knows gw' }],
    });
  });

  it('a fault of ours is none of the peer', async () => {
    const resolve = async () => {
      throw new TypeError('broken');
    };
    await expect(resolveHost({ host: 'gw' }, facts(), { resolve })).rejects.toThrow('broken');
  });
});
