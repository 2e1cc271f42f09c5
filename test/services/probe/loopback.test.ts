import { closeSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { probeIds } from '../../../src/probes/ike/probe-ids.js';
import { TextOutput } from '../../../src/report/text-output.js';
import type { RunFlags } from '../../../src/services/probe/flags.js';
import { probeLoopback } from '../../../src/services/probe/loopback.js';
import { cpuMilliseconds } from '../../support/cpu-time.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';
import { runSniff } from '../../support/run-sniff.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();

/** Runs `probe loopback` in this process, over real sockets. */
async function run(args: readonly string[], over: Partial<RunFlags> = {}, signal = new AbortController().signal) {
  const path = at('output');
  const fd = openSync(path, 'w');
  const warnings: string[] = [];
  try {
    const flags: RunFlags = { ...tunnelFlagsOf(args), color: false, ...over };
    const status = await probeLoopback(flags, {
      output: new TextOutput(fd),
      isTTY: false,
      env: {},
      signal,
      ask: undefined,
      warn: (line) => warnings.push(line),
    });
    return { status, text: readFileSync(path, 'utf8'), warnings };
  } finally {
    closeSync(fd);
  }
}

describe('probe loopback', () => {
  it('passes, in less than a second of processor time', async () => {
    const before = cpuMilliseconds();
    const { status, text } = await run([]);
    expect(cpuMilliseconds() - before).toBeLessThan(1000);
    expect(text.split('\n').filter((line) => /\[(FAIL|WARN|\?|--)/.test(line))).toEqual([]);
    expect(text).toMatch(/echo through the tunnel \.+ \[OK\]/);
    expect(text).toContain('Verdict: everything that was tried works: 19 steps');
    expect(status).toBe(0);
  });

  it.each([
    [['--ike', '3des-md5-modp1024', '--esp', '3des-md5'], 1],
    [['--ike', 'aes256-sha512-ecp521', '--esp', 'aes256-sha512', '--pfs'], 0],
    [['--esn', '--transport-mode'], 0],
    [['--virtual-ip'], 0],
    [['--no-child'], 0],
    [['--id', '@here', '--peer-id', '@there', '--psk', 'word'], 0],
    [['--fragment-size', '576'], 0],
    [['--ikev1'], 0],
    [['--ikev1', '--ike', '3des-md5-modp1024', '--esp', '3des-md5'], 1],
    [['--ikev1', '--ike', 'aes256-sha512-ecp384', '--esp', 'aes256gcm16', '--pfs'], 0],
    [['--ikev1', '--ipcomp', '--commit-bit', '--lifetime', '600', '--lifebytes', '2'], 0],
    [['--aggressive', '--transport-mode', '--id', '@here', '--peer-id', '@there'], 0],
  ])('%j', async (args, wanted) => {
    const { status, text } = await run(args);
    expect(text, text).not.toMatch(/\[FAIL\]/);
    expect(status).toBe(wanted);
  });

  it.skipIf(process.getuid?.() !== 0)('--ah with --esp goes as IP protocol 51 around ESP', async () => {
    const { status, text } = await run(['--ikev1', '--ah', 'sha256', '--esp', 'aes128-sha256', '--ipcomp'], { verbose: true });
    expect(text).toMatch(/AH\s+around it with/);
    expect(text).toMatch(/echo through the tunnel \.+ \[OK\]/);
    expect(status, text).toBe(0);
  });

  it.skipIf(process.getuid?.() !== 0)('--ah goes as IP protocol 51', async () => {
    const { status, text } = await run(['--ah', 'sha256'], { verbose: true });
    expect(text).toMatch(/AH tunnel mode/);
    expect(text).toMatch(/echo through the tunnel \.+ \[OK\]/);
    expect(status, text).toBe(0);
  });

  it.each(['--ikev1', '--aggressive'])('%s asks nothing in IKEv2 that it would have to wait for', async (version) => {
    // Whoever waits, waits for a part of a minute.
    const { status, text } = await run([version], { timeout: '60' });
    expect(status, text).toBe(0);
  });

  it('reads a PSK once', async () => {
    const { status, warnings } = await run(['--psk', 'word'], { until: 'child' });
    expect([status, warnings.length]).toEqual([0, 1]);
  });

  it('--json is one object with every step', async () => {
    const { text } = await run([], { json: true });
    const record = JSON.parse(text) as { schema: string; steps: { id: string }[]; negotiated: object };
    expect(record.schema).toBe('vpndoctor/probe/1');
    expect(record.steps.map(({ id }) => id)).toEqual([...probeIds]);
    expect(record.negotiated).toMatchObject({
      ike: ['AES_GCM_16_256', 'PRF_HMAC_SHA2_256', 'CURVE25519'],
      mode: 'tunnel',
      encapsulation: 'udp',
    });
  });

  it('-w makes a capture that sniff opens decrypted', async () => {
    await run(['--psk', 'not-to-be-found'], { write: at('run.pcapng') });
    const { text } = await runSniff(['-v', '-r', at('run.pcapng')]);
    expect(text).toMatch(/IKE_AUTH 1: SK, IDi/);
    expect(text).toMatch(/icmp: version 4, type 8/);
    expect(readFileSync(at('run.pcapng.ikev2_decryption_table'), 'utf8')).toMatch(/AES-GCM-256 with 16 octet ICV/);
    expect(readFileSync(at('run.pcapng')).includes('not-to-be-found')).toBe(false);
    expect(text).toContain('No problem found.');
  });

  it('-w of IKEv1 too', async () => {
    await run(['--ikev1', '--psk', 'not-to-be-found'], { write: at('v1.pcapng') });
    const { text } = await runSniff(['-r', at('v1.pcapng')]);
    expect(text).toMatch(/\(Main Mode\): \{ID HASH\}/);
    expect(text).toMatch(/Quick Mode .*: \{HASH SA NONCE ID ID\}/);
    expect(readFileSync(at('v1.pcapng.ikev1_decryption_table'), 'utf8')).toMatch(/^[0-9a-f]{16},[0-9a-f]{64}/m);
    expect(readFileSync(at('v1.pcapng')).includes('not-to-be-found')).toBe(false);
  });

  it('--until stops there', async () => {
    const { status, text } = await run([], { until: 'nat' });
    expect(
      text
        .trim()
        .split('\n')
        .filter((line) => /\[(OK|SKIP)/.test(line)),
    ).toHaveLength(6);
    expect(status).toBe(0);
  });

  it('ends at once when interrupted before it began', async () => {
    const interrupt = new AbortController();
    interrupt.abort();
    const { status, text } = await run([], {}, interrupt.signal);
    expect(text).toContain('interrupted');
    expect(status).toBe(2);
  });
});
