import { describe, expect, it } from 'vitest';
import { loopbackOpenvpn } from '../../../src/services/openvpn/loopback.js';
import type { OpenvpnProbeFlags } from '../../../src/services/openvpn/probe.js';
import { caughtIo, noFlags } from '../../support/openvpn-lab.js';
import { runSniff } from '../../support/run-sniff.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();

async function run(flags: Partial<OpenvpnProbeFlags>) {
  const io = caughtIo(at('output'));
  const status = await loopbackOpenvpn({ ...noFlags, color: false, openvpn: true, ...flags }, io);
  return { status, text: io.text(), warnings: io.warnings };
}

describe('probe loopback --openvpn', () => {
  it('passes with TLS and with a static key', async () => {
    const { status, text } = await run({});
    expect(text).toMatch(/built in, with TLS[\s\S]*14 steps[\s\S]*built in, with a static key[\s\S]*9 steps/);
    expect(text.split('\n').filter((line) => /\[(FAIL|WARN|\?|--)/.test(line))).toEqual([]);
    expect(status).toBe(0);
  });

  it.each([
    ['TCP', { proto: 'tcp' }],
    ['tap', { dev: 'tap' }],
    ['a classic cipher', { dataCiphers: 'AES-256-CBC', cipher: 'AES-128-CBC', auth: 'SHA512' }],
    ['compression framing', { compress: 'lz4-v2' }],
  ])('%s', async (_name, flags) => {
    expect((await run(flags)).status).toBe(0);
  });

  it('one mode alone, as one JSON object', async () => {
    const { text } = await run({ openvpn: 'static', json: true });
    expect(JSON.parse(text)).toMatchObject({
      schema: 'vpndoctor/probe/1',
      verdict: { status: 'pass' },
      negotiated: { cipher: 'AES-256-CBC' },
    });
  });

  it('is written down with its keys, and read again', async () => {
    await run({ write: at('run.pcapng') });
    const tls = await runSniff(['-r', at('run-tls.pcapng')]);
    expect(tls.text).toMatch(/PUSH_REPLY,.*ifconfig 10\.8\.0\.2/s);
    expect(tls.text).toMatch(/client sends.*AES-256-GCM, decrypted\s+\d+ good, 0 bad/s);
    // Two handshakes, the second under dynamic tls-crypt.
    expect(tls.text.match(/read with a key\s+log/g)).toHaveLength(2);
    const fixed = await runSniff(['-r', at('run-static.pcapng')]);
    expect(fixed.text).toMatch(/first sender.*AES-256-CBC and SHA1,\s+decrypted \d+ good, 0 bad/s);
  });

  it('knows two modes', async () => {
    await expect(run({ openvpn: 'wire' })).rejects.toThrow('no such mode');
  });
});
