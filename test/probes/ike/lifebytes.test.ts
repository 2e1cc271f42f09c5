import { describe, expect, it } from 'vitest';
import { runLab } from '../../support/probe-lab.js';

const V1 = ['--psk', 'secret', '--ikev1', '--local-ts', '10.1.0.0/16', '--remote-ts', '10.2.0.0/16'];
const THEIRS = ['--psk', 'secret', '--ikev1'];

/** With a TCP connection beside echoes, one of them as large as the link, 1872 bytes go each way: nine tenths of 2 kB are less. */
const target = { connect: { address: '10.2.0.1', port: 80 } };

describe('a lifetime in kilobytes', () => {
  it('has the CHILD_SA rekeyed by what went through it, at the end that has it', async () => {
    const plain = await runLab({ target, ours: V1, theirs: THEIRS });
    const ours = await runLab({ target, ours: [...V1, '--lifebytes', '2'], theirs: THEIRS });
    expect(ours.status).toEqual(plain.status);
    expect(ours.facts.childRekeys).toBeGreaterThan(plain.facts.childRekeys);
  });

  it('of the responder too: it tells the initiator, and both rekey', async () => {
    const { status, facts } = await runLab({ target, ours: V1, theirs: [...THEIRS, '--lifebytes', '2'] });
    expect([status.echo, status['inner-path-mtu'], status['rekey-child'], status['delete-sas']]).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(facts.childRekeys).toBeGreaterThan(1);
  });
});
