import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { Dissector } from '../../src/dissect/frame/dissector.js';
import { createCaptureReader } from '../../src/pcapfile/reader.js';
import { tcpdumpLine } from '../../src/report/tcpdump-line.js';
import { BUILDER_START, buildPcap } from '../support/capture-builder.js';
import { sharedCaptures, skipReason } from '../support/shared-captures.js';

/** Our line of each packet, undefined where tcpdump's is another protocol's. */
function ours(capture: Buffer): (string | undefined)[] {
  const dissector = new Dissector();
  const lines: (string | undefined)[] = [];
  const reader = createCaptureReader((view) => {
    lines.push(tcpdumpLine(dissector.dissect(view)));
  });
  reader.feed(capture);
  reader.end();
  return lines;
}

const A = '0a000001';
const B = '0a000002';
const V6 = `20010db8000000000000000000000001fe800000000000000000000000000002`;
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

function ipv4(protocol: number, content: string, { total = 20 + content.length / 2, fragment = 0, options = '' } = {}): string {
  const words = 5 + options.length / 8;
  return `4${words}00${hex(total + options.length / 2, 4)}0007${hex(fragment, 4)}40${hex(protocol, 2)}0000${A}${B}${options}${content}`;
}

function ipv6(protocol: number, content: string, length = content.length / 2): string {
  return `60000000${hex(length, 4)}${hex(protocol, 2)}40${V6}${content}`;
}

function udp(content: string, length = 8 + content.length / 2, src = 4500): string {
  return `${hex(src, 4)}1194${hex(length, 4)}0000${content}`;
}

const esp = (length = 60) => `d514eed900000007${'aa'.repeat(length)}`;
const ah = (next: number, content: string, icv = '11'.repeat(12)) =>
  `${hex(next, 2)}${hex((12 + icv.length / 2) / 4 - 2, 2)}00000000123400000056${icv}${content}`;
const IP = 'IP 10.0.0.1 > 10.0.0.2:';
const NATT = 'IP 10.0.0.1.4500 > 10.0.0.2.4500:';
const IP6 = 'IP6 2001:db8::1 > fe80::2:';
const ESP = 'ESP(spi=0xd514eed9,seq=0x7), length';
const AH = 'AH(spi=0x00001234,seq=0x56,icv=0x111111111111111111111111):';

/** What tcpdump 4.99.3 printed behind the time, with -nn. The number cuts the packet, as a snap length does. */
const rows: readonly (readonly [name: string, packet: string, text: string, snap?: number])[] = [
  ['ESP', ipv4(50, esp()), `${IP} ${ESP} 68`],
  ['ESP and padding of the frame', `${ipv4(50, esp(4))}${'00'.repeat(20)}`, `${IP} ${ESP} 12`],
  ['ESP header alone', ipv4(50, esp(0)), `${IP}  [|esp]`],
  ['ESP header and a byte', ipv4(50, esp(1)), `${IP} ${ESP} 9`],
  ['half an ESP header', ipv4(50, esp(0).slice(0, 14)), `${IP}  [|esp]`],
  ['no ESP at all', ipv4(50, ''), `${IP}  [|esp]`],
  ['ESP cut behind its header', ipv4(50, esp()), `${IP} ${ESP} 68`, 29],
  ['ESP cut after its header', ipv4(50, esp()), `${IP}  [|esp]`, 28],
  ['ESP cut within its header', ipv4(50, esp()), `${IP}  [|esp]`, 26],
  ['options', ipv4(50, esp(), { options: '94040000' }), `${IP} ${ESP} 68`],
  ['a length beyond the frame', ipv4(50, esp(), { total: 300 }), `IP truncated-ip - 212 bytes missing! 10.0.0.1 > 10.0.0.2: ${ESP} 280`],
  ['ESP in UDP', ipv4(17, udp(esp())), `${NATT} UDP-encap: ${ESP} 68`],
  ['ESP in UDP behind NAT', ipv4(17, udp(esp(), 76, 61234)), `IP 10.0.0.1.61234 > 10.0.0.2.4500: UDP-encap: ${ESP} 68`],
  ['ESP header alone in UDP', ipv4(17, udp(esp(0))), `${NATT} UDP-encap:  [|esp]`],
  ['half an SPI in UDP', ipv4(17, udp(esp(0).slice(0, 10))), `${NATT} UDP-encap:  [|esp]`],
  ['three bytes in UDP', ipv4(17, udp(esp(0).slice(0, 6))), `${NATT}  [|isakmp_rfc3948]`],
  ['a UDP length beyond IP', ipv4(17, udp(esp(), 100)), `${NATT} UDP-encap: ${ESP} 68`],
  ['a UDP length within IP', ipv4(17, udp(esp(), 40)), `${NATT} UDP-encap: ${ESP} 32`],
  ['UDP cut within ESP', ipv4(17, udp(esp())), `${NATT} UDP-encap:  [|esp]`, 36],
  ['a keepalive', ipv4(17, udp('ff')), `${NATT} isakmp-nat-keep-alive`],
  ['AH around ESP', ipv4(51, ah(50, esp())), `${IP} ${AH} ${ESP} 68`],
  ['AH with an ICV of 16', ipv4(51, ah(50, esp(), '22'.repeat(16))), `${IP} ${AH.replace(/0x1{24}/, `0x${'2'.repeat(32)}`)} ${ESP} 68`],
  ['AH around ESP that is cut', ipv4(51, ah(50, esp())), `${IP} ${AH}  [|esp]`, 46],
  ['AH around a ping', ipv4(51, ah(1, `0800000000010002${'00'.repeat(56)}`)), `${IP} ${AH} ICMP echo request, id 1, seq 2, length 64`],
  ['AH around a ping in IPv4', ipv4(51, ah(4, ipv4(1, '0000000000010002'))), `${IP} ${AH} ${IP} ICMP echo reply, id 1, seq 2, length 8`],
  ['AH around a ping on IPv6', ipv6(51, ah(58, '8000000000010002')), `${IP6} ${AH} ICMP6, echo request, id 1, seq 2, length 8`],
  ['IPComp', ipv4(108, `04000002${'00'.repeat(40)}`), `${IP} IPComp(cpi=0x0002)`],
  ['IPComp that is cut', ipv4(108, '0400'), `${IP}  [|ipcomp]`],
  ['AH around IPComp', ipv4(51, ah(108, `04000002${'00'.repeat(40)}`)), `${IP} ${AH} IPComp(cpi=0x0002)`],
  ['ESP on IPv6', ipv6(50, esp()), `${IP6} ${ESP} 68`],
  ['ESP in UDP on IPv6', ipv6(17, udp(esp())), `IP6 2001:db8::1.4500 > fe80::2.4500: UDP-encap: ${ESP} 68`],
  ['ESP behind destination options', ipv6(60, `3200010400000000${esp()}`), `${IP6} DSTOPT ${ESP} 68`],
  ['AH on IPv6', ipv6(51, ah(50, esp())), `${IP6} ${AH} ${ESP} 68`],
  ['an IPv6 length within the frame', ipv6(50, esp(), 40), `${IP6} ${ESP} 40`],
  ['a first fragment', ipv4(50, esp(56), { fragment: 0x2000 }), `${IP} ${ESP} 64`],
  ['a later fragment', ipv4(50, '00'.repeat(40), { fragment: 0x2008 }), `${IP} ip-proto-50`],
  ['a first fragment of UDP', ipv4(17, udp(esp(56), 200), { fragment: 0x2000 }), `${NATT} UDP-encap: ${ESP} 64`],
  ['a first fragment on IPv6', ipv6(44, `3200000100000063${esp(56)}`), `${IP6} frag (0|64) ${ESP} 64`],
  ['a later fragment on IPv6', ipv6(44, `3200004000000063${'00'.repeat(40)}`), `${IP6} frag (64|40)`],
  ['ESP within IPv4 in IPv4', ipv4(4, ipv4(50, esp())), `${IP} ${IP} ${ESP} 68`],
  ['ESP within IPv6 in IPv4', ipv4(41, ipv6(50, esp())), `${IP} ${IP6} ${ESP} 68`],
];

describe('tcpdumpLine', () => {
  beforeAll(() => {
    vi.stubEnv('TZ', 'UTC');
    return () => vi.unstubAllEnvs();
  });

  for (const [name, packet, text, snap] of rows) {
    it(`prints ${name} as tcpdump does`, () => {
      const data = fromHex(packet);
      const capture = buildPcap([{ data: data.subarray(0, snap), originalLength: data.length }]);
      expect(ours(capture)).toEqual([`00:00:00.000000 ${text}`]);
    });
  }

  it('prints nothing for other protocols', () => {
    const icmp = ipv4(1, '0800000000010001');
    const dns = ipv4(17, '00350035000c000000000000');
    const cut = ipv4(17, '0035003500');
    expect(ours(buildPcap([icmp, dns, cut].map(fromHex)))).toEqual([undefined, undefined, undefined]);
  });

  it('cuts nanoseconds to microseconds and goes by the local zone', () => {
    const capture = buildPcap([{ sec: BUILDER_START + 3661, nsec: 123_456_999, data: fromHex(ipv4(50, esp())) }]);
    expect(ours(capture)).toEqual([`01:01:01.123456 ${IP} ${ESP} 68`]);
    vi.stubEnv('TZ', 'Asia/Kolkata');
    expect(ours(capture)).toEqual([`06:31:01.123456 ${IP} ${ESP} 68`]);
    vi.stubEnv('TZ', 'UTC');
  });
});

const own = fileURLToPath(new URL('../../captures', import.meta.url));
const ownCaptures = existsSync(own) ? readdirSync(own).map((name) => join(own, name, 'capture.pcap')) : [];
const publicCaptures =
  sharedCaptures === undefined ? [] : readdirSync(join(sharedCaptures, 'pcap')).map((name) => join(sharedCaptures as string, 'pcap', name));
const hasTcpdump = spawnSync('tcpdump', ['--version']).error === undefined;
const noTcpdump = hasTcpdump ? '' : ' (skipped: tcpdump is not installed)';

const TUNNELLED = /ESP\(|AH\(|IPComp\(|nat-keep-alive/;
/** Interface and direction, which tcpdump prints for Linux cooked captures of version 2. */
const COOKED = /^(\S+ )\S+ +(?:In|Out|B|M|P) +/;
const OTHERS_IN_AH = /AH\(.*\): (?:OSPF|Flags)/;

/** tcpdump's lines, one a packet; what goes on in further lines is left out. */
function theirs(path: string): string[] {
  const { stdout } = spawnSync('tcpdump', ['-nn', '-r', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, TZ: 'UTC' },
  });
  return stdout.split('\n').filter((line) => /^\d\d:\d\d:\d\d\.\d{6} /.test(line));
}

describe.skipIf(!hasTcpdump)(`beside tcpdump itself${noTcpdump}`, () => {
  beforeAll(() => {
    vi.stubEnv('TZ', 'UTC');
    return () => vi.unstubAllEnvs();
  });

  it('prints the same ESP lines for the packets above', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-test-'));
    try {
      const path = join(folder, 'rows.pcap');
      const capture = buildPcap(
        rows.map(([, packet, , snap]) => ({ data: fromHex(packet).subarray(0, snap), originalLength: packet.length / 2 })),
        { nanoseconds: false },
      );
      writeFileSync(path, capture);
      expect(ours(capture)).toEqual(theirs(path));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it(`prints the same ESP lines for recorded captures${skipReason}`, () => {
    let compared = 0;
    const different: string[] = [];
    for (const path of [...ownCaptures.filter((file) => existsSync(file)), ...publicCaptures]) {
      const raw = readFileSync(path);
      const lines = ours(raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw);
      const expected = theirs(path);
      // Link types and damages that tcpdump refuses.
      if (lines.length !== expected.length) continue;
      lines.forEach((line, i) => {
        const other = (expected[i] ?? '').replace(COOKED, '$1');
        if ((line === undefined && !TUNNELLED.test(other)) || line?.includes('TCP-encap') || OTHERS_IN_AH.test(other)) return;
        compared++;
        if (line !== other) different.push(`${path}:${i + 1}\n  ${line}\n  ${other}`);
      });
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });
});
