import { describe, expect, it } from 'vitest';
import { runLab } from '../../support/probe-lab.js';

/** Two networks there: IKEv1 makes a child for each. */
const ours = ['--psk', 'secret', '--ikev1', '--local-ts', '10.1.0.0/16', '--remote-ts', '10.2.0.0/16,10.6.0.0/16'];
const theirs = ['--psk', 'secret', '--ikev1'];

describe('quick modes for several pairs of networks', () => {
  it('that were all made have not been narrowed', async () => {
    const { status, text, codes } = await runLab({ ours, theirs: [...theirs, '--local-ts', '10.6.0.0/16'] });
    expect([status.child, status.echo, codes]).toEqual(['pass', 'pass', []]);
    expect(text.child).toMatch(/^10\.1\.0\.0\/16 to 10\.2\.0\.0\/16; 10\.1\.0\.0\/16 to 10\.6\.0\.0\/16; ENCR_/);
  });

  it('of which one was refused: it is named, and the other carries what it is for', async () => {
    const { status, text, findings } = await runLab({ ours, theirs });
    expect([status.child, status.echo]).toEqual(['warn', 'pass']);
    expect(text.child).toMatch(
      /^10\.1\.0\.0\/16 to 10\.2\.0\.0\/16; ENCR_.*; not made: 10\.1\.0\.0\/16 to 10\.6\.0\.0\/16: the peer does not accept/,
    );
    expect(findings.map(({ title }) => title)).toEqual([
      '198.51.100.2 makes 10.1.0.0/16 to 10.2.0.0/16, and refuses 10.1.0.0/16 to 10.6.0.0/16',
    ]);
  });

  it('that were all refused', async () => {
    const { status, codes } = await runLab({ ours: [...ours.slice(0, -1), '10.8.0.0/16,10.9.0.0/16'], theirs });
    expect([status.child, codes]).toEqual(['fail', ['probe/selectors-refused']]);
  });
});
