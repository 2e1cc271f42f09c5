import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../src/bytes/errors.js';
import { findRoute } from '../../../src/probes/shared/find-route.js';

const facts = (): { address: string; source?: string; otherAddresses: readonly string[] } => ({
  address: '192.0.2.1',
  otherAddresses: ['2001:db8::1'],
});
const through = (source: string, name?: string) => ({
  route: async () => ({ source, ...(name === undefined ? {} : { interface: name }) }),
});

describe('the way to the peer', () => {
  it.each<[string | undefined, string | undefined, string]>([
    [undefined, 'eth0', 'from 198.51.100.1 through eth0'],
    [undefined, undefined, 'from 198.51.100.1'],
    ['198.51.100.1', 'eth0', 'from 198.51.100.1 through eth0'],
    ['198.51.100.9', 'eth0', 'from 198.51.100.9 through eth0 as asked for; the host itself would take 198.51.100.1'],
  ])('--source %s through %s: %s', async (source, name, text) => {
    const found = facts();
    const target = { host: 'gw', ...(source === undefined ? {} : { source }) };
    expect(await findRoute(target, found, through('198.51.100.1', name))).toEqual({ status: 'pass', text });
    expect(found.source).toBe(source ?? '198.51.100.1');
  });

  it('that is not there, with another address to try', async () => {
    const route = async () => {
      throw new EnvironmentError('no route to 192.0.2.1');
    };
    const outcome = await findRoute({ host: 'gw' }, facts(), { route });
    expect(outcome).toMatchObject({ status: 'fail', text: 'no route to 192.0.2.1', findings: [{ code: 'probe/no-route' }] });
    expect(outcome.findings?.[0]?.fix.map(({ text }) => text).join('\n')).toMatch(/vpndoctor probe peer gw -6\nip route get 192\.0\.2\.1/);
  });
});
