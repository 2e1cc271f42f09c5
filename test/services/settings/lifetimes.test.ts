import { describe, expect, it } from 'vitest';
import { initiatorSettings, responderSettings } from '../../../src/services/settings/from-flags.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';

const PATIENCE = { first: 500, patience: 8000 };
const io = { ask: undefined, warn: () => {} };
const settingsOf = (args: readonly string[]) => initiatorSettings(tunnelFlagsOf(['--psk', 'a', ...args]), 4, PATIENCE, io);

describe('flags about lifetimes', () => {
  it('are seconds of both SAs, and kilobytes of the one that protects packets', async () => {
    const { settings } = await settingsOf(['--ikev1', '--ike-lifetime', '86400', '--lifetime', '3600', '--lifebytes', '4608000']);
    expect(settings).toMatchObject({ lifetimes: { ike: 86_400, child: 3600 }, child: { kilobytes: 4_608_000 } });
  });

  it('rekey nothing where none is given', async () => {
    const { settings } = await settingsOf([]);
    expect(settings.lifetimes).toEqual({ ike: 0, child: 0 });
    expect(settings.child).not.toHaveProperty('kilobytes');
  });

  it('of a responder set the commit bit as well', async () => {
    const { ikev1 } = await responderSettings(tunnelFlagsOf(['--psk', 'a', '--ikev1', '--commit-bit']), 4, PATIENCE, io);
    expect(ikev1).toMatchObject({ exchange: 'main', commitBit: true });
  });

  it.each<[readonly string[], RegExp]>([
    [['--lifetime', '5'], /--lifetime 5 is no lifetime/],
    [['--lifetime', '1h'], /--lifetime 1h is no lifetime/],
    [['--ike-lifetime', '1e9'], /--ike-lifetime 1e9 is no lifetime/],
    [['--ikev1', '--lifebytes', '0'], /--lifebytes 0 is no lifetime/],
    [['--ikev1', '--lifebytes', '4294967296'], /--lifebytes 4294967296 is no lifetime/],
    [['--lifebytes', '100'], /--lifebytes is for IKEv1/],
    [['--commit-bit'], /--commit-bit is for IKEv1/],
  ])('%j is refused', async (args, message) => {
    await expect(settingsOf(args)).rejects.toThrow(message);
  });
});

describe('--ah and --esp', () => {
  it('together are AH around ESP in IKEv1', async () => {
    const { settings } = await settingsOf(['--ikev1', '--ah', 'sha1', '--esp', 'aes128-sha1', '--pfs', 'modp1536']);
    expect(settings.child?.proposals.map(({ protocol }) => protocol)).toEqual([3]);
    expect(settings.child?.ah?.map(({ protocol }) => protocol)).toEqual([2]);
  });

  it('alone are what they say', async () => {
    const { settings } = await settingsOf(['--ikev1', '--ah', 'sha1']);
    expect(settings.child?.proposals.map(({ protocol }) => protocol)).toEqual([2]);
    expect(settings.child).not.toHaveProperty('ah');
  });
});
