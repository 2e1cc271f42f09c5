import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../../src/bytes/hex.js';
import type { IkeSettings } from '../../../../src/engine/ike/settings.js';
import { fqdn, secret } from '../../../support/ike-settings.js';
import type { Datagram } from '../../../support/memory-network.js';
import { type LabRun, runLab } from '../../../support/probe-lab.js';

const V1 = ['--psk', 'secret', '--ikev1', '--id', 'client.example'];
const MAIN = 2;
const INFORMATIONAL = 5;
/** draft-ietf-ipsra-isakmp-xauth-06.txt */
const XAUTH = fromHex('09002689dfd6b712');
const users = { xauthUsers: [{ name: 'anna', password: secret('test-password-not-secret') }] };

const exchangeOf = ({ protocol, bytes, src, dst }: Datagram) =>
  protocol === 'udp' ? bytes[18 + (src.port === 4500 || dst.port === 4500 ? 4 : 0)] : undefined;

/**
 * A peer as strongSwan is one: it takes the proposal whatever the method is, and refuses who shows a pre-shared key alone. Ours goes by the
 * method from the first message on: what believes nobody makes room, once it has refused, for what asks for users.
 */
async function probed({ asks, vendorIds = [XAUTH] }: { asks: boolean; vendorIds?: readonly Uint8Array[] }): Promise<LabRun> {
  let refused = false;
  let restart: (() => void) | undefined;
  return runLab({
    ours: V1,
    theirs: ['--psk', 'secret', '--ikev1'],
    responder: (settings: IkeSettings): IkeSettings =>
      refused && asks
        ? Object.assign(settings, users)
        : { ...settings, vendorIds, remoteAuth: { ...settings.remoteAuth, ids: [fqdn('somebody.else.example')] } },
    onStep: (_, { restartPeer }) => {
      restart ??= restartPeer;
    },
    far: {
      conditions: {
        drop: (datagram) => {
          refused ||= exchangeOf(datagram) === INFORMATIONAL;
          return false;
        },
      },
    },
    near: {
      conditions: {
        drop: (datagram) => {
          if (refused && exchangeOf(datagram) === MAIN) {
            restart?.();
            restart = () => {};
          }
          return false;
        },
      },
    },
  });
}

describe('a pre-shared key alone, refused by a peer that speaks XAuth', () => {
  it('which asks for a user, once that is offered: that is what is wrong', async () => {
    const run = await probed({ asks: true });
    expect(run.text['auth-ours']).toMatch(/; the same with XAuth offered is accepted, and the peer asks for a user$/);
    expect(run.codes).toEqual(['probe/xauth-required']);
    expect(run.findings[0]?.fix[0]).toMatchObject({ end: 'ours', text: expect.stringMatching(/^--xauth-user/) });
    expect(run.left).toBe(0);
  });

  it.each([
    ['which does not take that either', { asks: false }],
    ['which says nothing of XAuth: it is not asked', { asks: true, vendorIds: [] }],
  ])('%s', async (_, options) => {
    const run = await probed(options);
    expect(run.codes).not.toContain('probe/xauth-required');
    expect(run.text['auth-ours']).not.toMatch(/XAuth/);
  });
});
