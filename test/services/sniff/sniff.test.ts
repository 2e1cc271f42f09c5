import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { EnvironmentError, UsageError } from '../../../src/bytes/errors.js';
import { buildPcap } from '../../support/capture-builder.js';
import { MISSING } from '../../support/missing-path.js';
import { ESP, ipv4 } from '../../support/packets.js';
import { runSniff, sniffJson } from '../../support/run-sniff.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const UP = 'captures/ikev2-psk/capture.pcap';
const KEYS = 'captures/ikev2-psk/keys.json';
const FAILED = 'captures/ikev2-psk-mismatch/capture.pcap';
const AH = 'captures/kernel-ah-esp-manual/capture.pcap';

beforeAll(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

/** How many packets of each kind are shown. */
async function shown(...args: string[]): Promise<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for (const record of await packetsOf(...args)) {
    const proto = String(record['proto']);
    kinds[proto] = (kinds[proto] ?? 0) + 1;
  }
  return kinds;
}

async function packetsOf(...args: string[]): Promise<Record<string, unknown>[]> {
  return (await sniffJson(args)).filter(({ type }) => type === 'packet');
}

/** Packets that a key opened. */
async function openedIn(...args: string[]): Promise<Record<string, unknown>[]> {
  return (await packetsOf(...args)).filter(({ decrypted }) => decrypted !== undefined);
}

/** The error that sniff refuses with. */
async function refusal(...args: string[]): Promise<UsageError | EnvironmentError> {
  const error: unknown = await runSniff(args).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UsageError || error instanceof EnvironmentError) return error;
  throw new TypeError(`not refused: ${args.join(' ')}`, { cause: error });
}

const text = async (...args: string[]) => (await runSniff(args)).text;

describe('exit status', () => {
  it('is 0 when nothing is wrong', async () => expect((await runSniff(['-r', UP])).status).toBe(0));
  it('is 1 when something is', async () => expect((await runSniff(['-r', FAILED])).status).toBe(1));
  it('does not depend on the form', async () => {
    for (const form of ['--json', '--summary', '-v']) expect((await runSniff([form, '-r', FAILED])).status).toBe(1);
  });
  it('is 0 for what is only worth knowing', async () => {
    const { status, text: said } = await runSniff(['-r', 'captures/ikev1-main-quick/capture.pcap']);
    expect(said).toContain('[INFO] crypto/weak-algorithms');
    expect(status).toBe(0);
  });
});

describe('selection', () => {
  it.each<[string[], Record<string, number>]>([
    [['-r', UP], { ikev2: 6, esp: 10 }],
    [['-r', UP, '--esp'], { esp: 10 }],
    [['-r', UP, '--ike'], { ikev2: 6 }],
    [['-r', UP, '--esp', '--ike'], { ikev2: 6, esp: 10 }],
    [['-r', UP, '--openvpn'], {}],
    [['-r', UP, '--ah'], {}],
    [['-r', AH, '--ah'], { ah: 10 }],
    [['-r', UP, '--spi', '0xbc6fec72'], { esp: 5 }],
    [['-r', UP, '--spi', '0xbc6fec72', '--spi', '0xf87fd632'], { esp: 10 }],
    [['-r', UP, '--spi', '0x297aadd0f19687bc'], { ikev2: 5 }],
    [['-r', UP, '--port', '500'], { ikev2: 2 }],
    [['-r', UP, '--host', '198.51.100.1'], { ikev2: 6, esp: 10 }],
    [['-r', UP, '--host', '198.51.100.9'], {}],
    [['-r', UP, '--from', '198.51.100.1'], { ikev2: 3, esp: 5 }],
    [['-r', UP, '--to', '198.51.100.1', '--ike'], { ikev2: 3 }],
    [['-r', UP, '--from', '20:08:15.7', '--esp'], { esp: 2 }],
    [['-r', UP, '--to', '2026-11-21T20:08:14.945Z'], { ikev2: 2 }],
    [['-r', UP, '-c', '4'], { ikev2: 2 }],
  ])('%j', async (args, wanted) => expect(await shown(...args)).toEqual(wanted));

  it('holds in the text form as well, and for its tables', async () => {
    const said = await text('--esp', '--spi', '0xbc6fec72', '-r', UP);
    expect(said.match(/ESP\(spi=0xbc6fec72/g)).toHaveLength(5);
    expect(said).not.toContain('0xf87fd632');
    expect(said).not.toContain('IKEv2 SA');
  });

  it('is not asked by the diagnosis', async () => {
    const { status, text: said } = await runSniff(['--openvpn', '-r', FAILED]);
    expect(said).toContain('ike/auth-failed');
    expect(status).toBe(1);
  });

  it('prints ESP the same whether it went the fast way or not', async () => {
    const lines = async (...more: string[]) => (await text('-r', UP, ...more)).split('\n').filter((line) => line.includes('ESP('));
    const fast = await lines('--esp');
    expect(fast).toHaveLength(10);
    expect(await lines('--esp', '--host', '198.51.100.1')).toEqual(fast);
    expect(await lines('--esp', '-k', KEYS)).toEqual(fast);
  });
});

describe('forms', () => {
  it('--summary has tables and findings, no packets', async () => {
    const said = await text('--summary', '-r', FAILED);
    expect(said).not.toMatch(/^\d\d:\d\d:\d\d\./m);
    expect(said).toContain('IKEv2 SA');
    expect(said).toContain('ike/auth-failed');
  });

  it('--summary --json has no packets either', async () => {
    const types = (await sniffJson(['--summary', '-r', UP])).map(({ type }) => type);
    expect(types).toEqual(['sa', 'sa', 'session', 'capture']);
  });

  it('has the same SAs in each', async () => {
    const sas = async (...args: string[]) => (await sniffJson(args)).filter(({ type }) => type === 'sa');
    expect(await sas('--summary', '-r', 'captures/esp-replay-reorder/capture.pcap')).toEqual(
      await sas('-r', 'captures/esp-replay-reorder/capture.pcap'),
    );
  });

  it('-v is a tree per packet and more in the tables', async () => {
    const said = await text('-v', '-r', UP);
    expect(said.match(/^packet \d+, /gm)).toHaveLength(16);
    expect(said).toContain('longest silence');
  });

  it('colours on a terminal, unless told not to', async () => {
    const { text: coloured } = await runSniff(['--summary', '-r', FAILED], { isTTY: true, columns: 80 });
    expect(coloured).toContain('\x1b[');
    for (const more of [['--no-color'], []]) {
      const env = more.length === 0 ? { NO_COLOR: '1' } : {};
      expect((await runSniff(['--summary', '-r', FAILED, ...more], { isTTY: true, columns: 80, env })).text).not.toContain('\x1b[');
    }
    expect(await text('--summary', '-r', FAILED)).not.toContain('\x1b[');
  });

  it.each([40, 80])('lays tables and findings out for %d columns', async (columns) => {
    const { text: said } = await runSniff(['--summary', '-r', FAILED], { isTTY: true, columns, env: { NO_COLOR: '1' } });
    for (const line of said.split('\n')) {
      // Headlines and what cannot be broken stay whole.
      if (!/^(?:\[|IKEv2 SA)|N\(|\S{25,}/.test(line)) expect(line.length, line).toBeLessThanOrEqual(columns + 2);
    }
  });
});

describe('inputs', () => {
  it('reads several as one, and numbers their packets through', async () => {
    const frames = (await packetsOf('-r', UP, '-r', FAILED)).map(({ frame }) => frame);
    expect(frames.toSorted((a, b) => Number(a) - Number(b))).toEqual(frames);
    expect(frames.length).toBeGreaterThan(16);
    expect(frames[16]).toBeGreaterThan(18);
  });

  it('stops at -c across them', async () => {
    const [end] = (await sniffJson(['-r', UP, '-r', FAILED, '-c', '20'])).filter(({ type }) => type === 'capture');
    expect(end).toMatchObject({ packets: 20 });
  });

  it('unpacks gzip', async () => {
    writeFileSync(at('a.pcap.gz'), gzipSync(readFileSync(UP)));
    expect(await text('-r', at('a.pcap.gz'))).toBe(await text('-r', UP));
  });

  it('keeps all before the place where a file is cut, and says so, with its name when there are several', async () => {
    writeFileSync(at('cut.pcap'), readFileSync(UP).subarray(0, 3000));
    const { status, text: said } = await runSniff(['--summary', '-r', at('cut.pcap')]);
    expect(said).toContain('12 packets in');
    expect(said).toContain('note: the file ends in the middle of packet 13');
    expect(status).toBe(0);
    expect((await text('--summary', '-r', at('cut.pcap'), '-r', UP)).replace(/\n {6}/g, ' ')).toContain(
      `note: ${at('cut.pcap')}: the file ends`,
    );
  });

  it('says where gzip is cut', async () => {
    const packed = gzipSync(readFileSync(UP));
    writeFileSync(at('cut.gz'), packed.subarray(0, packed.length / 2));
    expect(await text('--summary', '-r', at('cut.gz'))).toContain('note: the gzip data is cut');
  });

  it('takes a capture without packets', async () => {
    writeFileSync(at('none.pcap'), buildPcap([]));
    const { status, text: said } = await runSniff(['-r', at('none.pcap')]);
    expect(said).toContain('0 packets in 0.000 s');
    expect(status).toBe(0);
  });

  it.each<[string, () => string, RegExp]>([
    ['is not there', () => MISSING, /no such file/],
    ['is a folder', () => at('.'), /is a directory/],
    [
      'is empty',
      () => {
        writeFileSync(at('empty'), '');
        return at('empty');
      },
      /is empty/,
    ],
    ['is text', () => 'README.md', /not a pcap or pcapng capture but text/],
    [
      'is anything else',
      () => {
        writeFileSync(at('noise'), Buffer.alloc(100, 0x9c));
        return at('noise');
      },
      /not a pcap or pcapng capture/,
    ],
  ])('refuses one that %s, with a hint', async (_, path, message) => {
    const error = await refusal('-r', path());
    expect(error.message).toMatch(message);
    expect(error.hint).toBeDefined();
  });
});

describe('flags that contradict', () => {
  it.each<[string[], RegExp]>([
    [[], /nothing to sniff/],
    [['-r', UP, '-i', 'lo'], /-r and -i exclude each other/],
    [['-r', UP, 'host', '192.0.2.1'], /capture filter works on live capture only/],
    [['-r', UP, '-c', '0'], /-c 0 is not a number above zero/],
    [['-r', UP, '-c', 'many'], /-c many is not a number/],
    [['-r', UP, '-C', '10'], /-C and -W say how to divide the file of -w/],
    [['-r', UP, '-W', '10'], /-C and -W say how to divide the file of -w/],
    [['-r', UP, '-s', '96'], /say how to capture live/],
    [['-r', UP, '-B', '96'], /say how to capture live/],
    [['-r', UP, '--source', 'tcpdump'], /say how to capture live/],
    [['-r', UP, '--source', 'wireshark'], /is not a source/],
    [['-r', UP, '--embed-keys'], /--embed-keys says what the file of -w holds/],
    [['-r', UP, '--spi', 'bc6fec72z'], /is not an SPI/],
    [['-r', UP, '--host', 'gateway'], /is not an IP address/],
    [['-r', UP, '--port', '70000'], /is not a port/],
    [['-r', UP, '--from', 'noon'], /neither an address nor a time/],
    [['-r', UP, '-k', MISSING], /-k .*: no such file/],
  ])('%j', async (args, message) => {
    const error = await refusal(...args);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
  });
});

describe('-w', () => {
  it('writes every packet read, selected or not', async () => {
    await runSniff(['--esp', '-r', UP, '-w', at('copy.pcap')]);
    expect(await text('-r', at('copy.pcap'))).toBe(await text('-r', UP));
  });

  it('writes pcapng where the name says so', async () => {
    await runSniff(['-r', UP, '-w', at('copy.pcapng')]);
    expect(readFileSync(at('copy.pcapng')).readUInt32BE(0)).toBe(0x0a0d0d0a);
    expect(await text('-r', at('copy.pcapng'))).toBe(await text('-r', UP));
  });

  it('writes no more than -c', async () => {
    await runSniff(['-r', UP, '-c', '5', '-w', at('five.pcap')]);
    const [end] = (await sniffJson(['-r', at('five.pcap')])).filter(({ type }) => type === 'capture');
    expect(end).toMatchObject({ packets: 5 });
  });

  it('divides by -C and keeps -W files', async () => {
    const big = ipv4(50, `${ESP}${'00'.repeat(60_000)}`);
    writeFileSync(at('big.pcap'), buildPcap(Array.from({ length: 60 }, () => big)));
    await runSniff(['--summary', '-r', at('big.pcap'), '-w', at('ring'), '-C', '1', '-W', '2']);
    expect(readdirSync(at('.')).filter((name) => name.startsWith('ring'))).toEqual(['ring0', 'ring1']);
    await runSniff(['--summary', '-r', at('big.pcap'), '-w', at('row'), '-C', '1']);
    expect(readdirSync(at('.')).filter((name) => name.startsWith('row')).length).toBeGreaterThanOrEqual(3);
  });

  it('does not write over what it reads', async () => {
    copyFileSync(UP, at('own.pcap'));
    const { size } = statSync(at('own.pcap'));
    expect((await refusal('-r', at('own.pcap'), '-w', at('own.pcap'))).message).toContain('is being read');
    expect(statSync(at('own.pcap')).size).toBe(size);
  });

  it('says where it cannot write', async () => {
    expect((await refusal('-r', UP, '-w', `${MISSING}/x`)).message).toContain('no such folder');
    expect((await refusal('-r', UP, '-w', at('.'))).message).toContain('is a directory');
  });
});

describe('keys', () => {
  it('show what is inside', async () => {
    const records = await packetsOf('-r', UP, '-k', KEYS);
    const opened = await openedIn('-r', UP, '-k', KEYS);
    expect(opened).toHaveLength(10);
    expect(opened[0]).toMatchObject({ decrypted: { icv: 'good', next_header: 4 } });
    expect(records.find(({ exchange }) => exchange === 'IKE_AUTH')).toMatchObject({
      icv: 'good',
      decrypted_payloads: expect.arrayContaining(['IDi', 'AUTH']),
    });
  });

  it('come by -E', async () => {
    const folder = 'captures/kernel-esp-ikev1-3des';
    const { esp } = JSON.parse(readFileSync(`${folder}/keys.json`, 'utf8')) as { esp: { spi: string; dst: string; encr_key: string }[] };
    const secrets = esp.flatMap(({ spi, dst, encr_key: key }) => ['-E', `${spi}@${dst} 3des-cbc-hmac96:0x${key}`]);
    const packets = await packetsOf('-r', `${folder}/capture.pcap`, '--esp');
    expect(await openedIn('-r', `${folder}/capture.pcap`, ...secrets.slice(0, 2))).toHaveLength(packets.length / 2);
    expect(await openedIn('-r', `${folder}/capture.pcap`, ...secrets.slice(0, 4))).toHaveLength(packets.length);
  });

  it('come in several files', async () => {
    const { ikev2, esp } = JSON.parse(readFileSync(KEYS, 'utf8')) as Record<'ikev2' | 'esp', unknown>;
    writeFileSync(at('ike.json'), JSON.stringify({ ikev2 }));
    writeFileSync(at('esp.json'), JSON.stringify({ esp }));
    const said = await text('-r', UP, '-k', at('ike.json'), '-k', at('esp.json'), '-v');
    expect(said).toBe(await text('-r', UP, '-k', KEYS, '-v'));
  });

  it('that are none are told in a few notes', async () => {
    const said = (await text('--summary', '-r', UP, '-k', 'README.md')).replace(/\n {6}/g, ' ');
    expect(said.match(/^note: README\.md/gm)?.length).toBeLessThanOrEqual(4);
    expect(said).toMatch(/note: README\.md: \d+ more lines were not understood/);
  });

  it('wrong ones are said to be wrong', async () => {
    const wrong = readFileSync(KEYS, 'utf8').replace('f0501544602cf9778f2befc7a2b2a233', '00'.repeat(16)).replace('6aff0729', '00000000');
    writeFileSync(at('wrong.json'), wrong);
    const records = await sniffJson(['-r', UP, '-k', at('wrong.json'), '--spi', '0xbc6fec72']);
    expect(records[0]).toMatchObject({ decrypted: { icv: 'bad' } });
  });
});

describe('--write-decrypted', () => {
  it('writes what ESP carried, as a capture that can be read again', async () => {
    await runSniff(['--summary', '-r', UP, '-k', KEYS, '--write-decrypted', at('inner.pcapng')]);
    expect(statSync(at('inner.pcapng')).mode & 0o777).toBe(0o600);
    const [end] = (await sniffJson(['-r', at('inner.pcapng')])).filter(({ type }) => type === 'capture');
    expect(end).toMatchObject({ packets: 10 });
  });

  it('says when there was nothing to write', async () => {
    const said = await text('--summary', '-r', UP, '--write-decrypted', at('nothing.pcapng'));
    expect(said).toContain('note: nothing could be decrypted');
    expect(existsSync(at('nothing.pcapng'))).toBe(true);
  });
});

describe('--embed-keys', () => {
  it('needs keys', async () => expect((await refusal('-r', UP, '-w', at('x.pcapng'), '--embed-keys')).message).toContain('without keys'));

  it('makes a capture that opens without being told the keys', async () => {
    await runSniff(['--summary', '-r', UP, '-k', KEYS, '-w', at('with-keys.pcapng'), '--embed-keys']);
    expect(await openedIn('-r', at('with-keys.pcapng'))).toHaveLength(10);
    for (const file of ['with-keys.pcapng', 'with-keys.pcapng.esp_sa', 'with-keys.pcapng.ikev2_decryption_table'])
      expect(statSync(at(file)).mode & 0o777, file).toBe(0o600);
  });
});

it('-D lists the interfaces', async () => {
  const { status, text: said } = await runSniff(['-D']);
  expect(said).toMatch(/^lo +(?:up|down)/m);
  expect(status).toBe(0);
});

it('-i names the interfaces there are when there is no such one', async () => {
  expect((await refusal('-i', 'no-such-interface')).message).toContain('no-such-interface');
});

it('ends early when interrupted, with its summary', async () => {
  const abort = new AbortController();
  abort.abort();
  const { status, text: said } = await runSniff(['-r', UP], { signal: abort.signal });
  expect(said).toContain('0 packets in');
  expect(status).toBe(0);
});

it('leaves no key material in any form of output', async () => {
  const { ikev2, esp } = JSON.parse(readFileSync(KEYS, 'utf8')) as Record<'ikev2' | 'esp', Record<string, string>[]>;
  const secrets = [...ikev2, ...esp].flatMap((entry) => Object.entries(entry)).filter(([name]) => /^sk_|_key$/.test(name));
  for (const form of [['-v'], ['--json'], ['--summary']]) {
    const said = await text(...form, '-r', UP, '-k', KEYS);
    for (const [, secret] of secrets) expect(said).not.toContain(secret);
  }
});

it.skipIf(!hasTcpdump())('files written are read by tcpdump', async () => {
  await runSniff(['--summary', '-r', UP, '-w', at('for-tcpdump.pcap')]);
  const lines = execFileSync('tcpdump', ['-nn', '-r', at('for-tcpdump.pcap')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(lines.trimEnd().split('\n')).toHaveLength(18);
});

function hasTcpdump(): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/tcpdump`));
}
