import { describe, expect, it } from 'vitest';
import { MISSING } from '../support/missing-path.js';
import { notBuilt, runCli } from '../support/run-cli.js';

/** What nobody who uses it should ever see. */
const TRACE = /^\s+at .+:\d+:\d+\)?$|node:internal|a fault of vpndoctor itself/m;

describe.skipIf(notBuilt !== '')(`probe and serve as programs${notBuilt}`, () => {
  it.each(['loopback', 'peer', 'scan'])('probe %s --help', async (name) => {
    const { status, out } = await runCli(['probe', name, '--help']);
    await expect(out).toMatchFileSnapshot(`help/probe-${name}.txt`);
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(120);
    expect(status).toBe(0);
  });

  it('probe loopback needs no more than a bare node and a second', async () => {
    const { status, out, err } = await runCli(['probe', 'loopback']);
    expect(out).toMatch(/^Verdict: everything that was tried works: 19 steps$/m);
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it('probe loopback --openvpn needs no more either', async () => {
    const { status, out, err } = await runCli(['probe', 'loopback', '--openvpn']);
    expect(out).toMatch(/with TLS[\s\S]*14 steps[\s\S]*with a static key[\s\S]*9 steps/);
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it('Ctrl-C ends serve in order', async () => {
    const { status, err } = await runCli(['serve', '--psk', 'x', '--listen', '127.0.0.1', '--ike-port', '0', '--natt-port', '0'], {
      during: (child) => child.stderr.on('data', (text: string) => text.includes('waiting for initiators') && child.kill('SIGINT')),
    });
    expect(err).toContain('waiting for initiators');
    expect(status).toBe(0);
  });

  it.each<[string[], RegExp]>([
    [['probe', 'peer'], /which peer\?/],
    [['probe', 'pear', 'gw'], /unknown command 'pear'/],
    [['probe', 'peer', '127.0.0.1', '--ike', 'rot13'], /"rot13" is no algorithm/],
    [['probe', 'peer', '127.0.0.1', '--psk-file', MISSING], /no such file/],
    [['probe', 'peer', '127.0.0.1', '--until', 'phase1'], /not a step of this probe\n {2}one of resolve, route/],
    [['probe', 'loopback', '--mtu', '1'], /--mtu 1 is not a size/],
    [['probe', 'scan', '127.0.0.1', '--rate', '1000'], /not a number of messages/],
    [['serve'], /nothing to authenticate with\n {2}a pre-shared key/],
    [['serve', '--psk', 'x', '--listen', '192.0.2.77'], /has no such address/],
    [['serve', '--psk', 'x', '--pool', 'all'], /no range of addresses/],
    [['probe', 'loopback', '-w', `${MISSING}/x.pcapng`], /x\.pcapng cannot/],
    [['probe', 'peer', '--openvpn'], /which peer\?/],
    [['probe', 'peer', '--openvpn', '127.0.0.1', '--peer-fingerprint', 'aa', '--until', 'tls'], /not a SHA-256/],
    [['probe', 'loopback', '--openvpn', 'wire'], /tls or static/],
    [['serve', '--openvpn'], /nothing to check the peer/],
    [['serve', '--openvpn', `${MISSING}.conf`], /no such file/],
  ])('%j says what to do', async (args, wanted) => {
    const { status, out, err } = await runCli(args);
    expect(err).toMatch(wanted);
    expect(err + out).not.toMatch(TRACE);
    expect(status).toBe(2);
  });
});
