import { describe, expect, it } from 'vitest';
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
});
