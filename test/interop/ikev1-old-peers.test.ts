import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITIES, Ikev2Scene, PEER, quoted, SELECTORS } from './support/ikev2-scene.js';
import { lackingForPeers } from './support/peer-lab.js';

/**
 * racoon 0.8.2 and Openswan 2.6.52 as responders, in the guest with kernel ESP. Nobody packages them any more: the environment names folders
 * with programs that were built elsewhere, VPNDOCTOR_RACOON with racoon in it, VPNDOCTOR_OPENSWAN with pluto, whack and addconn.
 */
const oldPeers = fileURLToPath(new URL('support/old-peers.sh', import.meta.url));
const WEAK = ['--ikev1', '--ike', '3des-md5-modp1024', '--esp', '3des-md5'];
const ADDRESS = ['--id', '203.0.113.254', '--peer-id', 'gateway.example'];

interface Row {
  readonly name: string;
  readonly peer: string;
  readonly args: readonly string[];
  readonly wrongSecret?: true;
  /** None: everything works. */
  readonly refused?: { readonly step: string; readonly says: RegExp; readonly code: string };
}

const racoon: readonly Row[] = [
  { name: 'main mode', peer: 'old_racoon main', args: [...ADDRESS, ...SELECTORS] },
  { name: 'aggressive mode', peer: 'old_racoon aggressive', args: [...IDENTITIES, ...SELECTORS, '--aggressive'] },
  {
    name: 'a name as identity in main mode',
    peer: 'old_racoon main',
    args: [...IDENTITIES, ...SELECTORS],
    refused: {
      step: 'auth-ours',
      says: /the same with our address 203\.0\.113\.254 as identity is accepted/,
      code: 'probe/identity-not-address',
    },
  },
  {
    name: 'no proposal for phase 1',
    peer: 'old_racoon main',
    args: [...ADDRESS, ...SELECTORS, '--ike', 'aes128-sha1-modp2048'],
    refused: { step: 'udp-500', says: /a first message with other algorithms was answered/, code: 'probe/no-ike-proposal' },
  },
  {
    name: 'proxy identities',
    peer: "old_racoon main 'address 10.77.0.0/24 any address 10.78.0.0/24 any'",
    args: [...ADDRESS, '--local-ts', '10.200.0.0/24', '--remote-ts', '10.201.0.0/24'],
    refused: { step: 'child', says: /no answer to quick mode/, code: 'probe/quick-mode-unanswered' },
  },
];

const openswan: readonly Row[] = [
  { name: 'main mode', peer: 'old_openswan', args: [...IDENTITIES, ...SELECTORS] },
  {
    name: 'another secret',
    peer: 'old_openswan',
    args: [...IDENTITIES, ...SELECTORS],
    wrongSecret: true,
    refused: { step: 'auth-ours', says: /PAYLOAD-MALFORMED/, code: 'probe/psk-mismatch' },
  },
  {
    name: 'aggressive mode, which it does not do with us',
    peer: 'old_openswan',
    args: [...IDENTITIES, ...SELECTORS, '--aggressive'],
    refused: { step: 'ike-sa-init', says: /no connection for the identity "client\.example"/, code: 'probe/authentication-refused' },
  },
];

describe.each([
  ['racoon', 'VPNDOCTOR_RACOON', ['racoon'], racoon],
  ['Openswan', 'VPNDOCTOR_OPENSWAN', ['pluto', 'whack', 'addconn'], openswan],
] as const)('%s', (name, variable, programs, rows) => {
  const folder = process.env[variable];
  const lacking = lackingForPeers() || (folder === undefined ? `${variable} names no ${name}` : '');
  describe.skipIf(lacking !== '')(`as a responder${lacking === '' ? '' : ` (skipped: ${lacking})`}`, () => {
    let scene: Ikev2Scene;
    beforeAll(async () => {
      scene = await Ikev2Scene.open({ kind: 'guest' });
      await scene.lab.sh(`. ${quoted(oldPeers)}; programs ${quoted(folder ?? '')} ${programs.join(' ')}`);
    });
    afterAll(async () => {
      await scene?.close();
    });

    it.each(rows)('$name', async ({ peer, args, wrongSecret, refused }) => {
      await scene.lab.sh(peer, 120);
      const secret = scene.psk(wrongSecret === true ? 'wrong-psk' : 'psk');
      const run = await scene.probe([...WEAK, ...secret, ...args, '--timeout', '5'], PEER);
      const steps = Object.values(run.steps).map(({ id, status, text }) => `${id} ${status}: ${text}`);
      const all = [...steps, ...run.findings.map(({ code }) => code), await scene.lab.sh("vm_exec r 'tail -n 30 /tmp/old.log'")].join('\n');
      if (refused === undefined) {
        expect(
          Object.values(run.steps).filter(({ status }) => status === 'fail'),
          all,
        ).toEqual([]);
        for (const id of ['echo', 'rekey-child', 'rekey-ike', 'delete-sas']) expect(run.steps[id]?.status, all).toMatch(/pass|warn/);
        return;
      }
      expect(run.steps[refused.step]?.status, all).toBe('fail');
      expect(run.steps[refused.step]?.text, all).toMatch(refused.says);
      expect(
        run.findings.map(({ code }) => code),
        all,
      ).toContain(refused.code);
    });
  });
});
