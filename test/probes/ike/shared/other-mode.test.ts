import { describe, expect, it } from 'vitest';
import type { IkeSettings } from '../../../../src/engine/ike/settings.js';
import { fqdn } from '../../../support/ike-settings.js';
import type { Datagram } from '../../../support/memory-network.js';
import { runLab } from '../../../support/probe-lab.js';

const V1 = ['--psk', 'secret', '--ikev1', '--id', 'client.example'];
const EXCHANGE = { main: 2, aggressive: 4 };

/** A peer that believes nobody outside of one mode, as strongSwan does, which looks for a connection by name and mode. */
function peerFor(mode: keyof typeof EXCHANGE) {
  let last = 0;
  const drop = ({ protocol, bytes, dst }: Datagram) => {
    const exchange = protocol === 'udp' ? (bytes[18 + (dst.port === 4500 ? 4 : 0)] ?? 0) : 0;
    if (Object.values(EXCHANGE).includes(exchange)) last = exchange;
    return false;
  };
  const responder = (settings: IkeSettings): IkeSettings => ({
    ...settings,
    remoteAuth: Object.defineProperty({ ...settings.remoteAuth }, 'ids', {
      get: () => (last === EXCHANGE[mode] ? [] : [fqdn('somebody.else.example')]),
    }),
  });
  return { responder, near: { conditions: { drop } } };
}

describe('a peer with a connection for the other mode of IKEv1', () => {
  it.each([
    ['aggressive', V1, 'auth-ours', /^--aggressive;/],
    ['main', [...V1, '--aggressive'], 'ike-sa-init', /^--ikev1 without --aggressive;/],
  ] as const)('%s: that is shown by asking in it', async (mode, ours, step, mend) => {
    const run = await runLab({ ours, theirs: ['--psk', 'secret', '--ikev1'], ...peerFor(mode) });
    expect(run.codes, run.text[step]).toEqual(['probe/ikev1-other-mode']);
    expect(run.text[step]).toMatch(new RegExp(`; ${mode} mode, asked with the same secret and name, is accepted$`));
    expect(run.findings[0]?.fix[0]?.text).toMatch(mend);
  });

  it('a name that neither mode knows stays what is suspected first', async () => {
    const run = await runLab({ ours: V1, theirs: ['--psk', 'secret', '--ikev1', '--peer-id', 'another.example'] });
    expect(run.codes).toEqual(['probe/authentication-refused']);
    expect(run.findings[0]?.evidence.at(-1)?.text).toMatch(/^aggressive mode, asked with the same secret and name: /);
  });
});
