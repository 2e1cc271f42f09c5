import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ikev2Agent } from './support/ikev2-agent-process.js';
import { quoted } from './support/ikev2-scene.js';
import { lackingForPeers, PeerLab } from './support/peer-lab.js';

/**
 * IKEv1 against SoftEther's IPsec server (Debian's 5.01), a responder of no other's descent: main and aggressive mode with a pre-shared
 * key, transport mode in UDP. Inside it takes L2TP alone: what shows that packets pass both ways is the start of a control connection.
 */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;
const script = fileURLToPath(new URL('support/softether.sh', import.meta.url));
const SECRET = 'vpndoctor-lab';
const [HERE, THERE] = ['198.51.100.1', '203.0.113.2'];

/** SCCRQ of RFC 2661 §6.1: version, host name, framing, tunnel 7, window. */
const AVPS = ['80080000000000 01', '80080000000201 00', '8008000000076767', '800a00000003 00000003', '8008000000090007', '80080000000a0004']
  .join('')
  .replaceAll(' ', '');
const SCCRQ = `c802${(12 + AVPS.length / 2).toString(16).padStart(4, '0')}0000000000000000${AVPS}`;
/** Its answer: a control message for our tunnel 7, session 0, that acknowledges one, of type 2. */
const SCCRP = /^c802....00070000000000018008000000000002/;

interface Row {
  readonly name: string;
  readonly ike: string;
  readonly esp: string;
  readonly aggressive?: true;
  readonly pfs?: true;
}

const rows: readonly Row[] = [
  { name: 'main, AES-256 and SHA-1, MODP-1024', ike: 'aes256-sha1-modp1024', esp: 'aes256-sha1' },
  { name: 'main, the seed story', ike: '3des-md5-modp1024', esp: '3des-md5' },
  { name: 'main, DES, MODP-768', ike: 'des-sha1-modp768', esp: 'des-sha1' },
  { name: 'main, SHA2, MODP-2048 for phase 1', ike: 'aes256-sha256-modp2048', esp: 'aes128-sha1' },
  { name: 'main, PFS', ike: 'aes128-sha1-modp1536', esp: 'aes128-sha1', pfs: true },
  { name: 'aggressive', ike: 'aes256-sha1-modp1024', esp: 'aes256-sha1', aggressive: true },
];

describe.skipIf(lacking !== '')(`IKEv1 with SoftEther${skipped}`, () => {
  let lab: PeerLab;
  let agent: Ikev2Agent | undefined;
  const matrix: string[] = [];
  beforeAll(async () => {
    lab = await PeerLab.open();
    const here = await lab.sh(`. ${quoted(script)}; softether_here && echo here || true`);
    if (!here.includes('here')) return;
    await lab.sh(`softether_up ${SECRET}`);
    agent = await Ikev2Agent.start(lab);
  });
  afterAll(async () => {
    agent?.close();
    await lab?.close();
    process.stdout.write(`${matrix.join('\n')}\n`);
  });

  const tunnel = ({ ike, esp, aggressive, pfs }: Row, psk = SECRET) => ({
    address: THERE,
    source: HERE,
    inner: [HERE, THERE] as const,
    flags: {
      ikev1: true,
      ...(aggressive === undefined ? {} : { aggressive }),
      ...(pfs === undefined ? {} : { pfs }),
      psk,
      ike,
      esp,
      transportMode: true,
      localTs: [`${HERE}/32[udp/1701]`],
      remoteTs: [`${THERE}/32[udp/1701]`],
    },
  });

  const ABSENT = "Debian's package softether-vpnserver cannot be had";

  // One in 256 of SoftEther's Diffie-Hellman values begins with a zero, which it leaves out: 255 bytes where the group has 256, and we refuse that.
  it.for(rows)('$name: L2TP passes, rekeyed in both phases, deleted', { retry: 2 }, async (row, { skip }) => {
    if (agent === undefined) return skip(ABSENT);
    await agent.order({ do: 'up', tunnel: tunnel(row) });
    // Something else of its own may come first: an acknowledgement, or what is left of the tunnel before.
    let said = '';
    for (let tries = 0; tries < 10 && !SCCRP.test(said); tries++)
      said = (await agent.try({ do: 'datagram', port: 1701, data: SCCRQ })).text;
    expect(said).toMatch(SCCRP);
    await agent.order({ do: 'rekey-child' });
    await agent.order({ do: 'wait', kind: 'child-down', count: 1, milliseconds: 20_000 });
    await agent.order({ do: 'rekey-ike' });
    await agent.order({ do: 'wait', kind: 'ike-rekeyed', count: 1, milliseconds: 20_000 });
    await agent.order({ do: 'liveness' });
    await agent.order({ do: 'wait', kind: 'liveness', count: 1, milliseconds: 20_000 });
    await agent.order({ do: 'down' });
    matrix.push(`SoftEther   ${row.name.padEnd(50)} ok  L2TP SCCRP came back through ESP; rekeyed in both phases`);
  });

  it('names a wrong secret', async ({ skip }) => {
    if (agent === undefined) return skip(ABSENT);
    const answer = await agent.try({ do: 'up', tunnel: tunnel({ ...(rows[0] as Row), aggressive: true }, 'another') });
    expect(answer).toMatchObject({ ok: false, text: expect.stringContaining('psk-mismatch') });
    await agent.try({ do: 'down' });
    matrix.push(`SoftEther   ${'a wrong secret in aggressive mode'.padEnd(50)} named`);
  });
});
