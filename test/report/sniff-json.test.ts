import { describe, expect, it } from 'vitest';
import { captureRecord, findingRecord, packetRecords, saRecord, sessionRecord } from '../../src/report/sniff-json.js';
import { at, capture, INIT, sa, session } from '../support/facts.js';
import { observe, observeAll } from '../support/observe.js';
import { ESP, IKE_HEADER, ipv4, udp } from '../support/packets.js';

const HEAD = { type: 'packet', frame: 1, time: '2026-01-01T00:00:01.000000Z', src: '10.0.0.1', dst: '10.0.0.2' };
const records = (bytes: Uint8Array, ...more: Parameters<typeof observe> extends [unknown, ...infer R] ? R : never) =>
  JSON.parse(JSON.stringify(packetRecords(observe(bytes, ...more)))) as unknown[];

describe('packet records', () => {
  it.each<[string, Uint8Array, object]>([
    ['ESP', ipv4(50, ESP), { ...HEAD, proto: 'esp', spi: '0xd514eed9', seq: 7, length: 24 }],
    [
      'ESP in UDP',
      ipv4(17, udp(4500, 4500, ESP)),
      { ...HEAD, sport: 4500, dport: 4500, proto: 'esp', spi: '0xd514eed9', seq: 7, length: 24, encap: 'udp' },
    ],
    [
      'a keepalive',
      ipv4(17, udp(4500, 4500, 'ff')),
      { ...HEAD, sport: 4500, dport: 4500, proto: 'natt-keepalive', length: 1, encap: 'udp' },
    ],
    ['IPComp', ipv4(108, '04 00 1234 aabb'), { ...HEAD, proto: 'ipcomp', cpi: '0x1234', next_header: 4, length: 6 }],
    [
      'IKE',
      ipv4(17, udp(500, 500, IKE_HEADER)),
      {
        ...HEAD,
        sport: 500,
        dport: 500,
        proto: 'ikev2',
        version: '2.0',
        spi_i: '0x5a64e0edca3a3614',
        spi_r: '0x0000000000000000',
        exchange: 'IKE_SA_INIT',
        exchange_type: 34,
        flags: 8,
        message_id: 0,
        response: false,
        encrypted: false,
        payloads: [],
        payload_types: [],
        anomalies: ['SA', 'KE', 'Nonce'].map((name) => ({ text: `${name} is missing`, spec: expect.stringContaining('RFC 7296') })),
        length: 28,
      },
    ],
  ])('%s', (_, bytes, wanted) => expect(records(bytes)).toEqual([wanted]));

  it('are one a unit: AH around ESP gives two', () => {
    const both = records(ipv4(51, `32 04 0000 00002001 00000001 ${'c6'.repeat(12)} ${ESP}`));
    expect(both).toMatchObject([
      { proto: 'ah', spi: '0x00002001', seq: 1, next_header: 50, icv: 'c6'.repeat(12) },
      { proto: 'esp', spi: '0xd514eed9', seq: 7 },
    ]);
  });

  it('say where decoding stopped', () => {
    const [record] = records(ipv4(50, 'd514eed9 0000'));
    expect(record).toMatchObject({
      ...HEAD,
      proto: 'ipv4',
      malformed: { field: 'ESP sequence number', offset: expect.any(Number), message: expect.any(String) },
    });
  });

  it('are none for what is not about VPNs', () => expect(records(ipv4(17, udp(53, 53, 'c0ffee')))).toEqual([]));

  it('name the copy', () => {
    const packet = ipv4(17, udp(500, 500, IKE_HEADER));
    const [, second] = observeAll([packet, packet]).map((observation) => packetRecords(observation)[0]);
    expect(second).toMatchObject({ frame: 2, retransmission_of: 1 });
  });

  it('quote what an ICMP error is about', () => {
    const quoted = ipv4(17, udp(500, 500, IKE_HEADER), { src: '10.0.0.2', dst: '10.0.0.1' });
    expect(records(ipv4(1, Buffer.concat([Buffer.from('0303000000000000', 'hex'), quoted])))).toMatchObject([
      { proto: 'icmp-error', icmp_type: 3, icmp_code: 3, text: 'port unreachable', quoted: { src: '10.0.0.2', dst_port: 500 } },
    ]);
  });
});

describe('records at the end', () => {
  it('sa: names of the design, times as text', () => {
    expect(JSON.parse(JSON.stringify(saRecord(sa())))).toMatchObject({
      type: 'sa',
      proto: 'esp',
      src: '192.0.2.1',
      dst: '203.0.113.2',
      spi: '0xaaaa0001',
      packets: 10,
      bytes: 1360,
      first_seq: 1,
      last_seq: 10,
      lost: 0,
      reordered: 0,
      duplicates: 0,
      first_time: '2023-11-14T22:13:21.000000Z',
      last_time: '2023-11-14T22:13:30.000000Z',
      replay_drops: { w32: 0, w64: 0, w128: 0, w1024: 0 },
    });
  });

  it('session: both SPIs, outcome, messages with times', () => {
    expect(JSON.parse(JSON.stringify(sessionRecord(session(INIT))))).toMatchObject({
      type: 'session',
      protocol: 'ikev2',
      spi_i: '0x1111111122222222',
      spi_r: '0x3333333344444444',
      outcome: 'incomplete',
      messages: [{ time: '2023-11-14T22:13:20.000000Z', from_initiator: true }, { frame: 2 }],
    });
  });

  it('finding: as the model has it', () => {
    const finding = {
      code: 'ike/peer-silent',
      severity: 'error' as const,
      confidence: 0.9,
      title: 'nobody answers',
      cause: 'x',
      evidence: [{ frame: 2, text: 'y' }],
      fix: [],
      retest: 'z',
      dependsOn: [],
      refs: [],
      subject: 's',
    };
    const { dependsOn, ...same } = finding;
    expect(findingRecord(finding)).toEqual({ type: 'finding', ...same, depends_on: dependsOn });
  });

  it('capture: schema, counts and notes, not what other records hold', () => {
    const record = JSON.parse(JSON.stringify(captureRecord(capture({ firstTime: at(0) }), ['cut'])));
    expect(record).toMatchObject({ type: 'capture', schema: 'vpndoctor/sniff/1', packets: 100, duration: 60, notes: ['cut'] });
    expect(record).not.toHaveProperty('sas');
    expect(record).not.toHaveProperty('sessions');
  });
});
