import { describe, expect, it } from 'vitest';
import type { Datagram } from '../../../support/memory-network.js';
import { runLab } from '../../../support/probe-lab.js';

const V1 = ['--psk', 'secret', '--ikev1'];
const FORCED = [...V1, '--force-encap'];
const OTHER = ['--psk', 'another', '--ikev1'];
/** UDP 4500, there and back. */
const no4500 = {
  conditions: { drop: ({ protocol, src, dst }: Datagram) => protocol === 'udp' && (src.port === 4500 || dst.port === 4500) },
};
const exchangeOf = ({ protocol, bytes, src, dst }: Datagram) =>
  (protocol === 'udp' ? bytes[18 + (dst.port === 4500 || src.port === 4500 ? 4 : 0)] : undefined) ?? 0;
const code = (run: Awaited<ReturnType<typeof runLab>>) => run.codes.join(' ');

describe('main mode that fails at the message that needs the secret', () => {
  it('another secret: aggressive mode proves it', async () => {
    const run = await runLab({ ours: V1, theirs: OTHER });
    expect(run.status['auth-ours']).toBe('fail');
    expect(run.text['auth-ours']).toMatch(/aggressive mode, asked with the same secret and name: HASH_R is made of another secret/);
    expect(code(run)).toBe('probe/psk-mismatch');
    expect(run.findings[0]?.confidence).toBe(0.98);
    expect(run.findings[0]?.cause).toMatch(/^Proved by aggressive mode/);
    expect(run.left).toBe(0);
  });

  it('UDP 4500 blocked: without NAT traversal the rest is shown to be right', async () => {
    const run = await runLab({ ours: FORCED, theirs: V1, near: no4500, far: no4500 });
    expect(run.text['auth-ours']).toMatch(/UDP 4500 answers nothing else either; over UDP 500 alone, .* secret and identity are right/);
    expect(code(run)).toContain('probe/udp-4500-blocked');
  });

  it('UDP 4500 blocked, and another secret', async () => {
    const run = await runLab({ ours: FORCED, theirs: OTHER, near: no4500, far: no4500 });
    expect(run.text['auth-ours']).toMatch(/UDP 4500 answers nothing else either; over UDP 500 alone/);
    expect(run.text['auth-ours']).not.toMatch(/are right/);
  });

  it('a peer that drops what is no address, as racoon does: our address shows that the secret is right', async () => {
    // Neither its refusals come back, nor any answer in aggressive mode.
    const silent = { conditions: { drop: (datagram: Datagram) => [4, 5].includes(exchangeOf(datagram)) } };
    const theirs = [...V1, '--peer-id', '192.0.2.1'];
    const run = await runLab({ ours: [...V1, '--id', 'client.example'], theirs, near: silent, far: silent });
    expect(code(run)).toBe('probe/identity-not-address');
    expect(run.text['auth-ours']).toMatch(/the same with our address 192\.0\.2\.1 as identity is accepted/);
    const wrong = await runLab({ ours: [...OTHER, '--id', 'client.example'], theirs, near: silent, far: silent });
    expect(code(wrong)).toMatch(/psk-mismatch|authentication-unanswered/);
  });

  it('asked in aggressive mode to begin with, nothing is asked again', async () => {
    const run = await runLab({ ours: [...V1, '--aggressive'], theirs: OTHER });
    expect(code(run)).toBe('probe/psk-mismatch');
    expect(run.text['auth-ours']).not.toMatch(/asked with the same/);
  });
});
