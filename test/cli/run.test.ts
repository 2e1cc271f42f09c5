import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.js';
import { buildPcap } from '../support/capture-builder.js';
import { MISSING } from '../support/missing-path.js';
import { ESP, ipv4 } from '../support/packets.js';
import { notBuilt, runCli } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = temporaryFolder();
const UP = 'captures/ikev2-psk/capture.pcap';
const FAILED = 'captures/ikev2-psk-mismatch/capture.pcap';

/** What nobody who uses it should ever see. */
const TRACE = /^\s+at .+:\d+:\d+\)?$|node:internal|a fault of vpndoctor itself/m;

describe.skipIf(notBuilt !== '')(`vpndoctor as a program${notBuilt}`, () => {
  it.each(['--version', '-V'])('%s prints the version of package.json', async (flag) => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await runCli([flag])).toEqual({ status: 0, signal: null, out: `${version}\n`, err: '' });
  });

  it('--help names every command and the exit statuses', async () => {
    const { status, out, err } = await runCli(['--help']);
    for (const { name } of commands) expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    expect(out).toContain('Exit status: 0 nothing wrong found, 1 a problem was found, 2 could not do what was asked.');
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it.each(commands)('$name --help', async ({ name }) => {
    const { status, out } = await runCli([name, '--help']);
    await expect(out).toMatchFileSnapshot(`help/${name}.txt`);
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(110);
    expect(status).toBe(0);
  });

  it('without a command prints the help as an error', async () => {
    const { status, out, err } = await runCli([]);
    expect(err).toContain('Usage: vpndoctor');
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  it.each<[string[], RegExp]>([
    [['sniff', '--esq', '-r', UP], /unknown option '--esq'\n\(Did you mean --esp\?\)\n\(add --help/],
    [['snif'], /unknown command 'snif'\n\(Did you mean sniff\?\)/],
    [['sniff', '-r'], /argument missing/],
    [['sniff'], /nothing to sniff\n {2}give a capture with -r FILE/],
    [['sniff', '-r', MISSING], /: no such file\n {2}check the path/],
    [['sniff', '-r', 'README.md'], /is not a pcap or pcapng capture but text/],
    [['sniff', '-r', 'src'], /is a directory/],
    [['sniff', '-r', UP, '-w', `${MISSING}/x`], /no such folder/],
    [['sniff', '-r', UP, '-k', MISSING], /-k .*no such file/],
    [['sniff', '-i', 'no-such-interface'], /no-such-interface/],
  ])('%j: status 2, a hint, no trace', async (args, message) => {
    const { status, out, err } = await runCli(args);
    expect(err).toMatch(message);
    expect(err).not.toMatch(TRACE);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  it('status 1 when a problem was found, the report on standard output', async () => {
    const { status, out, err } = await runCli(['sniff', '--summary', '-r', FAILED]);
    expect(out).toContain('[ERROR] ike/auth-failed');
    expect({ status, err }).toEqual({ status: 1, err: '' });
  });

  it.each([0, 1, 23, 24, 30, 500])('no trace for a capture cut after %d bytes', async (length) => {
    const { status, err } = await runCli(['sniff', '-r', '-'], { input: readFileSync(UP).subarray(0, length) });
    expect(err).not.toMatch(TRACE);
    // Four bytes tell that it is a capture.
    expect(status).toBe(length < 4 ? 2 : 0);
  });

  it('no trace for noise in a valid capture', async () => {
    const noise = Array.from({ length: 200 }, (_, i) =>
      Buffer.from(Array.from({ length: 1 + (i % 90) }, (_, k) => (i * 131 + k * k * 7) & 0xff)),
    );
    const { status, err } = await runCli(['sniff', '-v', '-r', '-'], { input: buildPcap(noise) });
    expect(err).toBe('');
    expect(status).toBeLessThan(2);
  });

  it('reads standard input', async () => {
    const [piped, read] = await Promise.all([runCli(['sniff', '-r', '-'], { input: readFileSync(UP) }), runCli(['sniff', '-r', UP])]);
    expect(piped).toEqual(read);
  });

  it('writes the packets to standard output with -w -, and the report beside it', async () => {
    const { status, out, err } = await runCli(['sniff', '--summary', '-r', UP, '-w', '-']);
    expect(out).toContain('\u0000');
    expect(err).toContain('18 packets in');
    expect(status).toBe(0);
  });

  describe('colour', () => {
    it.each<[string, string[], Record<string, string>, boolean]>([
      ['a pipe gets none', [], {}, false],
      ['FORCE_COLOR asks for it', [], { FORCE_COLOR: '1' }, true],
      ['NO_COLOR wins', [], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
      ['--no-color wins', ['--no-color'], { FORCE_COLOR: '1' }, false],
    ])('%s', async (_, more, env, coloured) => {
      const { out } = await runCli(['sniff', '--summary', '-r', FAILED, ...more], { env });
      expect(out.includes('\x1b[')).toBe(coloured);
    });
  });

  it('is quiet when the reader goes away (| head -1)', async () => {
    writeFileSync(at('long.pcap'), buildPcap(Array.from({ length: 40_000 }, () => ipv4(50, ESP))));
    const shell = spawn('sh', ['-c', `"$0" bin/run.js sniff -r "$1" --host 10.0.0.1 | head -1`, process.execPath, at('long.pcap')]);
    let out = '';
    let err = '';
    shell.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    shell.stderr.on('data', (data: Buffer) => {
      err += data.toString();
    });
    await new Promise((resolve) => shell.on('close', resolve));
    expect(out.split('\n')).toHaveLength(2);
    expect(err).toBe('');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends a capture that goes on with its summary', async (signal) => {
    const { status, out, err } = await runCli(['sniff', '-r', '-'], {
      during: (child) => {
        child.stdin.write(readFileSync(UP));
        // Printed as it comes: the first line says that all of it was read.
        child.stdout.once('data', () => child.kill(signal));
      },
    });
    expect(out).toContain('18 packets in');
    expect(out).toContain('No problem found.');
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it('our own fault is one line; the trace is for those who ask', async () => {
    const run = (env: Record<string, string>) =>
      runCli(['sniff', '--json', '-r', UP], { env: { ...env, NODE_OPTIONS: `--import ${faulty()}` } });
    const { status, err } = await run({});
    expect(err).toMatch(/^vpndoctor: a fault of vpndoctor itself: TypeError: made for a test\n {2}Set VPNDOCTOR_DEBUG=1/);
    expect(err).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
    expect((await run({ VPNDOCTOR_DEBUG: '1' })).err).toMatch(/^\s+at /m);
  });

  it('our own fault ends the process, whatever is still open', async () => {
    const open = module(
      'open.mjs',
      "import { createServer } from 'node:net'; createServer().listen(0, '127.0.0.1'); setInterval(() => {}, 50);",
    );
    const { status, err } = await runCli(['sniff', '--json', '-r', UP], { env: { NODE_OPTIONS: `--import ${faulty()} --import ${open}` } });
    expect(err).toContain('a fault of vpndoctor itself: TypeError: made for a test');
    expect(status).toBe(2);
  });

  it('our own fault in a timer is said in the same way', async () => {
    // As soon as it can be heard, while the program waits for input that does not come.
    const late = module(
      'late.mjs',
      "setInterval(() => { if (process.listenerCount('uncaughtException') > 0) throw new TypeError('made for a timer'); }, 50);",
    );
    const { status, err } = await runCli(['sniff', '-r', '-'], { env: { NODE_OPTIONS: `--import ${late}` }, during: () => {} });
    expect(err).toMatch(/^vpndoctor: a fault of vpndoctor itself: TypeError: made for a timer\n {2}Set VPNDOCTOR_DEBUG=1/);
    expect(err).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
  });
});

/** A module that is loaded before the program. */
function module(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

/** A module that makes printing fail in a way nobody foresees. */
function faulty(): string {
  return module('faulty.mjs', "Date.prototype.toISOString = () => { throw new TypeError('made for a test'); };");
}
