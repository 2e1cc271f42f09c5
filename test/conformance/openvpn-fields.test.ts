import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openvpnOpcodes, P_DATA_V2 } from '../../src/wire/openvpn/opcodes.js';
import { sniffJson } from '../support/run-sniff.js';
import { sharedCaptures, skipReason } from '../support/shared-captures.js';
import { sharedCaptureList, type TruthRow } from '../support/truth.js';

/** The fields of OpenVPN packets against tshark's, on public captures and on our own. */

type Json = Record<string, unknown>;
type Fields = Readonly<Record<string, string>>;

const NUMBERS = new Map(Object.entries(openvpnOpcodes).map(([number, name]) => [name, Number(number)]));
const id = (text: string): string => `0x${BigInt(text).toString(16).padStart(16, '0')}`;
const numbers = (values: readonly string[] | undefined): string => (values ?? []).map((value) => String(Number(value))).join();

function theirs(row: TruthRow): Fields {
  return strip({
    opcode: numbers(row.get('openvpn.opcode')),
    key_id: numbers(row.get('openvpn.keyid')),
    peer_id: numbers(row.get('openvpn.peerid')),
    session_id: (row.get('openvpn.sessionid') ?? []).map(id).join(),
    replay_id: numbers(row.get('openvpn.pid')),
    acks: numbers(row.get('openvpn.mpidarrayelement')),
    remote_session_id: (row.get('openvpn.rsessionid') ?? []).map(id).join(),
    packet_id: numbers(row.get('openvpn.mpid')),
  });
}

function ours(records: readonly Json[]): Fields {
  const of = (field: string): string => records.flatMap((record) => (record[field] === undefined ? [] : [record[field]].flat())).join();
  return strip({
    opcode: records.map((record) => NUMBERS.get(String(record['opcode']))).join(),
    key_id: of('key_id'),
    peer_id: of('peer_id'),
    session_id: of('session_id'),
    replay_id: of('replay_id'),
    acks: of('acks'),
    remote_session_id: of('remote_session_id'),
    packet_id: of('packet_id'),
  });
}

function strip(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/** OpenVPN records by frame. */
async function recordsOf(path: string): Promise<Map<number, Json[]>> {
  const byFrame = new Map<number, Json[]>();
  for (const record of await sniffJson(['-r', path])) {
    if (record['type'] !== 'packet' || record['proto'] !== 'openvpn') continue;
    const frame = record['frame'] as number;
    byFrame.set(frame, [...(byFrame.get(frame) ?? []), record]);
  }
  return byFrame;
}

/** Frames where the two differ, in words. */
async function differences(
  path: string,
  truth: readonly TruthRow[],
  believes: (frame: number, row: TruthRow) => boolean,
): Promise<string[]> {
  const byFrame = await recordsOf(path);
  const found: string[] = [];
  for (const row of truth) {
    const frame = Number(row.get('frame.number')?.[0]);
    if (!believes(frame, row)) continue;
    const [expected, got] = [theirs(row), ours(byFrame.get(frame) ?? [])];
    for (const field of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      if (expected[field] !== got[field])
        found.push(`frame ${frame} ${field}: tshark ${expected[field] ?? 'nothing'}, we ${got[field] ?? 'nothing'}`);
    }
  }
  return found;
}

/** Captures with flows that tshark leaves unnamed, and why: there its silence says nothing. */
const SILENT: ReadonlyMap<string, string> = new Map([
  ['ntop+nDPI__tests__cfgs__default__pcap__openvpn.pcap', 'UDP 443 and other ports: tshark goes by the port'],
  ['arkime+arkime__tests__pcap__openvpn_synthetic.pcap', 'TCP 8443 and 6666, HMAC of 32 and 64 bytes: tshark goes by the port'],
]);

/** What ICMP errors quote is no packet of its own. */
const isQuoted = (row: TruthRow): boolean => row.get('frame.protocols')?.[0]?.includes(':icmp') === true;

describe.skipIf(sharedCaptures === undefined)(`public captures of OpenVPN${skipReason}`, () => {
  const captures = sharedCaptures === undefined ? [] : sharedCaptureList(sharedCaptures).filter(({ name }) => /openvpn/i.test(name));

  it.each(captures)('$name: every field of every packet', async ({ name, path, truth }) => {
    const believed = (_: number, row: TruthRow) => !isQuoted(row) && (!SILENT.has(name) || row.has('openvpn.opcode'));
    expect(await differences(path, truth, believed)).toEqual([]);
  });

  it('are all there', () => expect(captures.length).toBe(sharedCaptures === undefined ? 0 : 7));
});

const FIELDS = [
  'frame.number',
  'openvpn.opcode',
  'openvpn.keyid',
  'openvpn.peerid',
  'openvpn.sessionid',
  'openvpn.pid',
  'openvpn.mpidarrayelement',
  'openvpn.rsessionid',
  'openvpn.mpid',
  'icmp.type',
];

/** tshark's answers for a capture of ours; undefined where it is not installed. */
function tshark(path: string, preferences: readonly string[] = []): TruthRow[] | undefined {
  try {
    const text = execFileSync(
      'tshark',
      ['-n', '-r', path, ...preferences, '-T', 'fields', '-E', 'aggregator=|', ...FIELDS.flatMap((field) => ['-e', field])],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    ).toString();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => new Map(line.split('\t').flatMap((value, i) => (value === '' ? [] : [[FIELDS[i] ?? '', value.split('|')] as const]))));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const installed = tshark('captures/openvpn-tls/capture.pcap') !== undefined;
/** tshark 4.0 reads encrypted packets as if they were open, packets without opcode as if they had one, and on TCP 443 TLS alone. */
const UNREADABLE = /tls-crypt|static-key|port-share/;
/** tshark finds HMACs of 20 bytes by itself and must be told about others. */
const SHA256 = ['tls_auth_detection_override:TRUE', 'tls_auth:TRUE', 'tls_auth_hmac_size:32'].flatMap((setting) => [
  '-o',
  `openvpn.${setting}`,
]);
const PREFERENCES: ReadonlyMap<string, readonly string[]> = new Map([
  ['openvpn-tls-auth', SHA256],
  ['openvpn-wrong-tls-auth-key', SHA256],
]);
/** Renegotiations of 2.6 are encrypted by dynamic tls-crypt; tshark 4.0 reads a replay id and a time as a message number. */
const isDynamicallyWrapped = (row: TruthRow): boolean =>
  Number(row.get('openvpn.keyid')?.[0] ?? 0) !== 0 && Number(row.get('openvpn.opcode')?.[0]) !== P_DATA_V2;
const own = readdirSync('captures').filter((slug) => slug.startsWith('openvpn-') && !UNREADABLE.test(slug));

describe.skipIf(!installed)('our captures of OpenVPN, against the tshark installed', () => {
  it.each(own)('%s: every field of every packet', async (slug) => {
    const path = `captures/${slug}/capture.pcap`;
    expect(
      await differences(
        path,
        tshark(path, PREFERENCES.get(slug)) ?? [],
        (_, row) => row.get('icmp.type') === undefined && !isDynamicallyWrapped(row),
      ),
    ).toEqual([]);
  });
});
