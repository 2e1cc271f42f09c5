import { describe, expect, it } from 'vitest';
import type { Datagram } from '../../../support/memory-network.js';
import { hasOpenssl, openssl } from '../../../support/openssl.js';
import { runLab } from '../../../support/probe-lab.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

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

  it('a peer that sends message 4 again has another secret: no port is to be opened for that', async () => {
    const mute = ({ bytes, ...rest }: Datagram) => [4, 5].includes(exchangeOf({ bytes, ...rest })) || (bytes[19] ?? 0) === 1;
    const far = { conditions: { drop: (datagram: Datagram) => exchangeOf(datagram) === 4, duplicate: 1 } };
    const run = await runLab({ ours: OTHER, theirs: V1, near: { conditions: { drop: mute } }, far });
    expect(run.text['auth-ours']).toMatch(/it sends message 4 again/);
    expect(code(run)).toBe('probe/psk-mismatch');
    const fix = run.findings[0]?.fix ?? [];
    expect(fix.map(({ end }) => end)).not.toContain('path');
    expect(fix[0]?.text).toMatch(/^the very same secret/);
    expect(fix.at(-1)?.text).toMatch(/^racoon: psk\.txt: 192\.0\.2\.1 /);
  });

  it('asked in aggressive mode to begin with, nothing is asked again', async () => {
    const run = await runLab({ ours: [...V1, '--aggressive'], theirs: OTHER });
    expect(code(run)).toBe('probe/psk-mismatch');
    expect(run.text['auth-ours']).not.toMatch(/asked with the same/);
  });
});

const file = (name: string) => new URL(`../../../vectors/certificates/${name}`, import.meta.url).pathname;
const signingWith = (cert: string, key: string) => ['--ikev1', '--cert', cert, '--key', key, '--ca', file('ca.pem')];
const signing = (name: string) => signingWith(file(`${name}.pem`), file(`${name}.key`));
const at = temporaryFolder();

describe('main mode with certificates, where message 5 meets silence', () => {
  const encrypted = ({ protocol, bytes, src, dst }: Datagram) =>
    protocol === 'udp' && ((bytes[19 + (dst.port === 4500 || src.port === 4500 ? 4 : 0)] ?? 0) & 1) === 1;
  const theirs = [...signing('gw'), '--id', '@gw.example.com'];

  it('no secret is to blame: there is none', async () => {
    const silent = { conditions: { drop: encrypted } };
    const run = await runLab({ ours: signing('client'), theirs, near: silent, far: silent });
    expect(code(run)).toBe('probe/authentication-unanswered');
    const { title, cause, evidence, fix } = run.findings[0] ?? {};
    expect(JSON.stringify([title, cause, evidence, fix, run.text['auth-ours']])).not.toMatch(/secret|pre-shared|aggressive/i);
    // Without NAT it went to the port of IKE.
    expect(JSON.stringify(evidence)).toMatch(/the first encrypted message of \d+ bytes to port 500 was not answered/);
  });

  it('UDP 4500, to which nothing of it goes without NAT, is not to blame', async () => {
    const silent = { conditions: { drop: (one: Datagram) => encrypted(one) || no4500.conditions.drop(one) } };
    const run = await runLab({ ours: signing('client'), theirs, near: silent, far: silent });
    expect(run.codes[0]).toBe('probe/authentication-unanswered');
    expect(run.text['auth-ours']).not.toContain('4500');
  });

  it.skipIf(!hasOpenssl())('fragments that are lost on the way are named', async () => {
    const narrow = { conditions: { mtu: 1500, tooBig: 'drop' as const } };
    const [cert, key] = [at('large.pem'), at('large.key')];
    const names = Array.from({ length: 60 }, (_, n) => `DNS:a-name-of-the-client-${n}.example.com`).join(',');
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key];
    openssl('req', '-x509', ...ec, '-out', cert, '-subj', '/CN=large', '-addext', `subjectAltName=${names}`);
    const run = await runLab({ ours: [...signingWith(cert, key), '--fragment-size', '0'], theirs, near: narrow });
    expect(code(run)).toBe('probe/fragments-dropped');
    expect(run.text['auth-ours']).toMatch(/^no answer to the first encrypted message of \d{4} bytes: IP fragments are lost on the way/);
  });
});
