import { describe, expect, it } from 'vitest';
import { withOldGroups } from '../../../../src/probes/ike/shared/old-groups.js';
import { proposal } from '../../../support/ike-settings.js';
import type { Datagram } from '../../../support/memory-network.js';
import { runLab } from '../../../support/probe-lab.js';

const words = (groups: string) => proposal('IKE', `AES_CBC_128 AUTH_HMAC_SHA1_96 PRF_HMAC_SHA1 ${groups}`);

/** Says of a group what Openswan says: INVALID_MESSAGE_ID (9) where others ask for another one (17). */
const asOpenswan = {
  conditions: {
    drop: ({ protocol, bytes }: Datagram) => {
      if (protocol === 'udp' && bytes[16] === 41 && bytes[18] === 34 && bytes[35] === 17) bytes[35] = 9;
      return false;
    },
  },
};

describe('a peer that does not know our first group, and calls the message ID invalid', () => {
  it('is asked again with groups that old daemons have', async () => {
    const run = await runLab({ theirs: ['--psk', 'secret', '--ike', 'aes128-sha256-modp2048'], far: asOpenswan });
    expect(run.text['ike-sa-init']).toMatch(
      /MODP_2048.*; our first group was refused as INVALID_MESSAGE_ID, as Openswan does with curves$/,
    );
    expect([run.status['ike-sa-init'], run.status.echo]).toEqual(['pass', 'pass']);
  });

  it('keeps MODP groups alone', () => {
    expect(withOldGroups([words('CURVE25519'), words('ECP_256 MODP_2048')])).toEqual([words('MODP_2048')]);
    expect(withOldGroups([words('MODP_2048')])).toBeUndefined();
    expect(withOldGroups([words('CURVE25519')])).toBeUndefined();
  });
});
