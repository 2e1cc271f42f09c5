import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const helper = fileURLToPath(new URL('../../dist/capture/pcap-helper.js', import.meta.url));
const built = existsSync(helper);

/** What it does with packets is shown by test/interop/live-capture.test.ts, which needs root. */
describe.skipIf(!built)(`the capture helper${built ? '' : ' (skipped: not built)'}`, () => {
  it('says in one message why it cannot begin, writes no capture, and ends', () => {
    const options = { device: 'nosuch0', filter: '', snapLength: 65535, bufferSize: 1 << 20, bufferTimeout: 50 };
    const { status, output } = spawnSync(process.execPath, [helper, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
      timeout: 15_000,
    });
    expect(status).toBe(0);
    expect(output[1]).toBe('');
    const [line, rest] = (output[3] ?? '').split('\n');
    expect(rest).toBe('');
    const message: unknown = JSON.parse(line ?? '');
    // Where the package is not built, that is the reason.
    expect(message).toMatchObject({ type: expect.stringMatching(/^(refused|unavailable)$/), reason: expect.stringMatching(/./) });
  });
});
