import { describe, expect, it } from 'vitest';
import type { ReadConfig } from '../../../src/config/read-config.js';
import { choose } from '../../../src/services/connection/choose.js';

/** Only what is looked at. */
const config = (file: string, ...names: readonly string[]) =>
  ({ file, connections: names.map((name) => ({ name })) }) as unknown as ReadConfig;

const ipsec = config('/etc/ipsec.conf', 'office', 'home');
const swanctl = config('/etc/swanctl/swanctl.conf', 'lab/net', 'lab/dmz', 'lab/7', 'home');

describe('--conn', () => {
  it.each([
    ['office', 'office', 1, []],
    ['office/2', 'office', 2, []],
    ['lab', 'lab/net', 1, ['lab/dmz', 'lab/7']],
    ['lab/dmz', 'lab/dmz', 1, []],
    ['lab/dmz/3', 'lab/dmz', 3, []],
    ['net', 'lab/net', 1, []],
    // A child that is called so, before the number of a pair.
    ['lab/7', 'lab/7', 1, []],
  ])('%s is %s, pair %i', (name, wanted, pair, others) => {
    const chosen = choose([ipsec, swanctl], name, undefined);
    expect({ name: chosen.connection.name, pair: chosen.pair, others: chosen.others }).toEqual({ name: wanted, pair, others });
  });

  it.each<[string, readonly ReadConfig[], RegExp, string]>([
    ['away', [ipsec], /^no connection away in \/etc\/ipsec\.conf$/, 'there are office, home'],
    ['away', [config('/etc/ipsec.conf')], /^no connection away/, 'there is none at all'],
    ['home', [ipsec, swanctl], /^home stands in \/etc\/ipsec\.conf and \/etc\/swanctl\/swanctl\.conf$/, 'say which with --config FILE'],
  ])('%s is refused', (name, configs, message, hint) => {
    expect(() => choose(configs, name, undefined)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message), hint }),
    );
  });
});
