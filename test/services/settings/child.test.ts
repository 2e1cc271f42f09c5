import { describe, expect, it } from 'vitest';
import { childOf } from '../../../src/services/settings/child.js';
import { DEFAULT_ESP, DEFAULT_IKE, ikeProposals } from '../../../src/services/settings/proposals.js';
import { selectorFacts } from '../../../src/wire/ike/selector-facts.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';

function child(args: readonly string[], family: 4 | 6 = 4) {
  const flags = tunnelFlagsOf(args);
  return childOf(flags, flags.esp ?? DEFAULT_ESP, family, ikeProposals(flags.ike ?? DEFAULT_IKE));
}

const texts = (selectors: Parameters<typeof selectorFacts>[0]['selectors'] = []) => selectorFacts({ selectors }).map(({ text }) => text);

describe('the CHILD_SA of flags', () => {
  it('is none when told so', () => expect(child(['--no-child'])).toBeUndefined());

  it.each<[string[], 4 | 6, string[], string[]]>([
    [[], 4, ['0.0.0.0/0'], ['0.0.0.0/0']],
    [[], 6, ['::/0'], ['::/0']],
    [['--local-ts', 'fd00::/16'], 4, ['fd00::/16'], ['::/0']],
    [['--remote-ts', '10.0.0.0/8'], 6, ['0.0.0.0/0'], ['10.0.0.0/8']],
  ])('%j over IPv%i: %j to %j', (args, family, ours, theirs) => {
    const { localSelectors, remoteSelectors } = child(args, family) ?? {};
    expect([texts(localSelectors), texts(remoteSelectors)]).toEqual([ours, theirs]);
  });

  it.each<[string[], number[]]>([
    [[], []],
    [['--ike', 'aes256-sha256-ecp256', '--pfs'], [19]],
    [['--pfs', 'modp2048'], [14]],
    [
      ['--pfs', 'modp2048,ecp256'],
      [14, 19],
    ],
    [
      ['--pfs', 'modp2048-ecp256'],
      [14, 19],
    ],
  ])('%j: groups for PFS %j', (args, groups) => {
    const ke = child(args)?.proposals[0]?.transforms.filter(({ type }) => type === 4) ?? [];
    expect(ke.map(({ id }) => id)).toEqual(groups);
  });

  it('has AH around ESP in IKEv1 alone', () => {
    expect(child(['--ikev1', '--esp', 'aes128-sha1', '--ah', 'sha1'])).toMatchObject({
      proposals: [{ protocol: 3 }],
      ah: [{ protocol: 2 }],
    });
    expect(child(['--ah', 'sha1'])).toMatchObject({ proposals: [{ protocol: 2 }] });
  });

  it.each<[string[], RegExp]>([
    [['--esp', 'aes256', '--ah', 'sha1'], /exclude each other/],
    [['--ah', 'sha256', '--force-encap'], /exclude each other/],
    [['--lifebytes', '1000'], /--lifebytes is for IKEv1/],
    [['--pfs', 'rot13'], /no group/],
    [['--local-ts', 'here'], /not a traffic selector/],
    [['--no-child', '--local-ts', '10.0.0.0/8'], /no tunnel/],
  ])('%j is refused', (args, message) => expect(() => child(args)).toThrow(message));
});
