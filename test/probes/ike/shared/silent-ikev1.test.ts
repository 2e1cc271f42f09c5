import { describe, expect, it } from 'vitest';
import { questionMark } from '../../../../src/wire/ike/question-mark.js';
import type { Datagram } from '../../../support/memory-network.js';
import { runLab } from '../../../support/probe-lab.js';

/** Informational messages of IKEv1 on UDP 500, refusals among them: without them a peer is as silent as racoon. */
const noRefusals = {
  conditions: { drop: ({ protocol, bytes }: Datagram) => protocol === 'udp' && bytes[17] === 0x10 && bytes[18] === 5 },
};

describe('silence to the first message of IKEv1', () => {
  const V1 = ['--psk', 'secret', '--ikev1', '--ike'];

  it('other algorithms are answered: that is said, with what the peer takes', async () => {
    const ours = [...V1, 'aes128-sha1-modp1536'];
    const run = await runLab({ ours, theirs: [...V1, '3des-md5-modp1024'], near: noRefusals, far: noRefusals });
    expect(run.codes).toContain('probe/no-ike-proposal');
    expect(run.text['udp-500']).toMatch(/a first message with other algorithms was answered/);
    const [finding] = run.findings;
    expect(finding?.title).toMatch(/takes 3DES_CBC\/MD5\/PSK\/MODP_1024$/);
    expect(finding?.cause).toMatch(/Asked for: AES_CBC_128\/SHA\/PSK\/MODP_1536\./);
  });

  it('what was offered is answered when it is asked for once more: the algorithms are not to blame, nor UDP 500', async () => {
    // Nor is a version that nobody speaks refused, as with racoon.
    const first = ({ protocol, bytes }: Datagram) =>
      protocol === 'udp' && (bytes[17] === 0x30 || bytes[18] === 2) && !Buffer.from(bytes).includes(Buffer.from(questionMark()));
    const ours = [...V1, '3des-md5-modp1024'];
    const run = await runLab({ ours, theirs: ours, near: { conditions: { drop: first } } });
    expect(run.codes).not.toContain('probe/udp-500-blocked');
    const leftOut = run.findings.find(({ code }) => code === 'probe/peer-leaves-us-out');
    expect(leftOut?.cause, run.codes.join()).toMatch(/asked once more, was answered at once/);
  });

  it('aggressive mode with another group is answered: that is said', async () => {
    const ours = ['--psk', 'secret', '--aggressive', '--ike', '3des-md5-modp1536'];
    const main = ({ protocol, bytes }: Datagram) => protocol === 'udp' && bytes[17] === 0x10 && (bytes[18] === 2 || bytes[18] === 5);
    const conditions = { drop: main };
    const theirs = ['--psk', 'secret', '--aggressive', '--ike', '3des-md5-modp1024'];
    const run = await runLab({ ours, theirs, near: { conditions }, far: { conditions } });
    expect(run.codes).toContain('probe/no-ike-proposal');
    expect(run.findings[0]?.title).toMatch(/takes 3DES_CBC\/MD5\/PSK\/MODP_1024$/);
  });

  it('aggressive mode: the name that it shows comes first', async () => {
    const aggressive = ({ protocol, bytes }: Datagram) => protocol === 'udp' && bytes[17] === 0x10 && (bytes[18] === 4 || bytes[18] === 2);
    const conditions = { drop: aggressive };
    const ours = ['--psk', 'secret', '--aggressive', '--id', '@nobody.example'];
    const run = await runLab({
      ours,
      theirs: ['--psk', 'secret', '--ike', 'aes128-sha1-modp768'],
      near: { conditions },
      far: { conditions },
    });
    expect(run.codes).toEqual(['probe/no-ikev1-connection']);
    expect(run.findings[0]?.cause).toMatch(/Most likely nobody\.example \(--id\) is not the identity configured there for us/);
    expect(run.findings[0]?.fix[0]).toMatchObject({ end: 'ours', text: expect.stringMatching(/^--id as it is configured there/) });
  });
});
