import { describe, expect, it } from 'vitest';
import { versionQuestion } from '../../../../src/probes/ike/shared/version-question.js';
import type { Datagram } from '../../../support/memory-network.js';
import { runLab } from '../../../support/probe-lab.js';
import { seededBytes } from '../../../support/seeded-random.js';

/** Only what is of the versions that there are, as a strongSwan drops it that has five half-open IKE SAs of us. */
const known = {
  conditions: { drop: ({ protocol, bytes, dst }: Datagram) => protocol === 'udp' && (bytes[dst.port === 4500 ? 21 : 17] ?? 0) >> 4 < 3 },
};

describe('a message of a version that nobody speaks', () => {
  it('is a bare header', () => {
    const question = versionQuestion(seededBytes(1));
    expect([question.length, question[17]]).toEqual([28, 0x30]);
  });

  it.each([[['--psk', 'secret']], [['--psk', 'secret', '--ikev1']]])(
    'tells a daemon that leaves us out from a path that is blocked: %j',
    async (ours) => {
      const run = await runLab({ ours, near: known });
      expect([run.status['udp-500'], run.codes[0]]).toEqual(['fail', 'probe/peer-leaves-us-out']);
      expect(run.findings[0]?.cause).toMatch(/the way there and back is open.*half-open/);
    },
  );

  it('that is not answered either leaves the path suspected', async () => {
    const all = { conditions: { drop: ({ protocol }: Datagram) => protocol === 'udp' } };
    expect((await runLab({ near: all })).codes).toEqual(['probe/peer-silent']);
  });
});
