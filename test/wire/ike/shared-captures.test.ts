import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { createCaptureReader } from '../../../src/pcapfile/reader.js';
import { attributeNumber } from '../../../src/wire/ike/attribute.js';
import type { PayloadNode } from '../../../src/wire/ike/chain.js';
import { checkGrammar } from '../../../src/wire/ike/grammar.js';
import { decodeMessage, encodeMessage, type IkeMessage } from '../../../src/wire/ike/message.js';
import { V1 } from '../../../src/wire/ike/tables/payload-types.js';
import { keyLengthOf } from '../../../src/wire/ike/transform-name.js';
import { sharedCaptures, skipReason } from '../../support/shared-captures.js';

interface Row {
  readonly capture: string;
  readonly frame: number;
  readonly bytes: Uint8Array;
  readonly sent: number;
  readonly fields: Readonly<Record<string, string>>;
}

function readTsv(path: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n');
  const names = head.split('\t');
  return lines.filter((line) => line !== '').map((line) => Object.fromEntries(line.split('\t').map((value, i) => [names[i] ?? '', value])));
}

function framesOf(path: string): Map<number, Uint8Array> {
  const frames = new Map<number, Uint8Array>();
  const reader = createCaptureReader((packet) => {
    frames.set(packet.frame, Uint8Array.from(packet.data.subarray(packet.start, packet.end)));
  });
  reader.feed(readFileSync(path));
  reader.end();
  return frames;
}

/** IKE messages in datagrams of their own: found by the SPI that tshark saw, so that no layer of ours stands in between. */
function messages(): Row[] {
  const folder = sharedCaptures;
  if (folder === undefined) return [];
  const rows: Row[] = [];
  for (const entry of readTsv(join(folder, 'INDEX.tsv'))) {
    const truth = entry['tshark_fields'] ?? '';
    if (truth === '') continue;
    const capture = entry['file'] ?? '';
    const found = readTsv(join(folder, truth)).filter(
      (row) => (row['isakmp.ispi'] ?? '').length === 16 && (row['udp.length'] ?? '') !== '',
    );
    if (found.length === 0) continue;
    const frames = framesOf(join(folder, capture));
    for (const fields of found) {
      const frame = Number(fields['frame.number']);
      const data = frames.get(frame);
      const [source, destination, length] = ['udp.srcport', 'udp.dstport', 'udp.length'].map((name) => Number(fields[name]));
      const udp = [source, destination, length].map((number) => (number ?? 0).toString(16).padStart(4, '0')).join('');
      const at = data === undefined ? -1 : toHex(data).indexOf(udp);
      if (data === undefined || length === undefined || at < 0) continue;
      const marker = source === 4500 || destination === 4500 ? 4 : 0;
      const sent = length - 8 - marker;
      const start = at / 2 + 8 + marker;
      rows.push({ capture, frame, bytes: data.subarray(start, start + Math.min(sent, data.length - start)), sent, fields });
    }
  }
  return rows;
}

/** Types as tshark lists them: proposals are 2 and transforms 3, below the SA they are in. It stops at the drafts' NAT-D (15). */
function typesOf(nodes: readonly PayloadNode[]): number[] {
  const end = nodes.findIndex((node) => node.type === V1['NAT-D-DRAFT-04']);
  return nodes.slice(0, end < 0 ? nodes.length : end + 1).flatMap((node) => {
    if (node.kind !== 'sa' && node.kind !== 'sa-v1') return [node.type];
    return [node.type, ...node.value.proposals.flatMap((proposal) => [2, ...proposal.transforms.map(() => 3)])];
  });
}

/** Values by the names of tshark's fields. */
function valuesOf(nodes: readonly PayloadNode[]): Record<string, (string | number)[]> {
  const values: Record<string, (string | number)[]> = {};
  const add = (field: string, value: string | number) => {
    values[field] = [...(values[field] ?? []), value];
  };
  const byTransformType = ['', 'encr', 'prf', 'integ', 'dh', 'esn'];
  for (const node of nodes) {
    switch (node.kind) {
      case 'sa':
        for (const proposal of node.value.proposals) {
          add('isakmp.prop.number', proposal.number);
          add('isakmp.prop.protoid', proposal.protocol);
          add('isakmp.prop.transforms', proposal.transforms.length);
          for (const transform of proposal.transforms) {
            add('isakmp.tf.type', transform.type);
            add(`isakmp.tf.id.${byTransformType[transform.type]}`, transform.id);
            const bits = keyLengthOf(transform);
            if (bits !== undefined) add('isakmp.ike2.attr.key_length', bits);
          }
        }
        break;
      case 'sa-v1':
        add('isakmp.sa.doi', node.value.doi);
        for (const proposal of node.value.proposals) {
          add('isakmp.prop.number', proposal.number);
          add('isakmp.prop.transforms', proposal.transforms.length);
          for (const { attributes } of proposal.transforms) {
            for (const attribute of attributes) {
              add('isakmp.ike.attr.type', attribute.type);
              const field = PHASE1_FIELDS[attribute.type];
              if (field !== undefined) add(`isakmp.ike.attr.${field}`, attributeNumber([attribute], attribute.type) ?? -1);
            }
          }
        }
        break;
      case 'ke':
        add('isakmp.key_exchange.dh_group', node.value.group);
        break;
      case 'nonce':
        add('isakmp.nonce', toHex(node.value.nonce));
        break;
      case 'vendor-id':
        add('isakmp.vid_bytes', toHex(node.value.id));
        break;
      case 'notify':
      case 'notify-v1':
        add('isakmp.notify.msgtype', node.value.type);
        if (node.value.data.length > 0) add('isakmp.notify.data', toHex(node.value.data));
        break;
      default:
    }
  }
  return values;
}

const PHASE1_FIELDS: Readonly<Record<number, string>> = {
  1: 'encryption_algorithm',
  2: 'hash_algorithm',
  3: 'authentication_method',
  4: 'group_description',
  11: 'life_type',
  12: 'life_duration',
  14: 'key_length',
};

const rows = messages();
const decoded: readonly (readonly [Row, IkeMessage])[] = rows
  .filter((row) => row.bytes.length >= 28)
  .map((row) => [row, decodeMessage(row.bytes, { sentLength: row.sent })]);

describe.skipIf(sharedCaptures === undefined)(`public captures${skipReason}`, () => {
  it('has IKE messages to look at', () => expect(decoded.length).toBeGreaterThan(150));

  it('agrees with tshark about header and payload types of every well-formed message in clear', () => {
    const differences: string[] = [];
    for (const [row, message] of decoded) {
      if (message.malformed !== undefined || (row.fields['isakmp.messageid'] ?? '').includes('|')) continue;
      const ours = [
        message.header.exchangeType,
        message.header.messageId,
        message.header.length,
        message.encrypted === undefined ? typesOf(message.payloads).join('|') : '',
      ];
      const theirs = [
        Number(row.fields['isakmp.exchangetype']),
        Number(row.fields['isakmp.messageid']),
        Number(row.fields['isakmp.length']),
        message.encrypted === undefined ? (row.fields['isakmp.typepayload'] ?? '') : '',
      ];
      if (ours.join() !== theirs.join())
        differences.push(`${row.capture} frame ${row.frame}: ${ours.join(' ')} instead of ${theirs.join(' ')}`);
    }
    expect(differences).toEqual([]);
  });

  it('agrees with tshark about every value inside', () => {
    const differences: string[] = [];
    let compared = 0;
    for (const [row, message] of decoded) {
      if (message.malformed !== undefined || message.payloads.some(({ type }) => type === V1['NAT-D-DRAFT-04'])) continue;
      for (const [field, values] of Object.entries(valuesOf(message.payloads))) {
        const theirs = row.fields[field]
          ?.split('|')
          .filter((value) => value !== '<MISSING>')
          .join('|');
        if (theirs === undefined) continue;
        compared++;
        if (values.join('|') !== theirs)
          differences.push(`${row.capture} frame ${row.frame} ${field}: ${values.join('|')} instead of ${theirs}`);
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(500);
  });

  it.each([
    ['isakmp-various-oobr', 'length'],
    ['isakmpv1-attr-oobr', 'length'],
    ['isakmp-no-none-np', 'length'],
    ['isakmp-ikev1_n_print-oobr', 'length'],
    ['ikev2-id-short', 'reserved'],
    ['pkt-malformed', 'major version'],
  ])('finds the fault of %s', (name, field) => {
    const faults = decoded.filter(([row]) => row.capture.includes(name)).map(([, message]) => message.malformed?.field);
    expect(faults).not.toEqual([]);
    expect(new Set(faults)).toEqual(new Set([field]));
  });

  it('sees more than tshark in a message whose length says zero', () => {
    const frames = framesOf(join(sharedCaptures ?? '', 'pcap', 'corelight+zeek-spicy-ipsec__tests__traces__ipsec-ikev1-zero-length.pcap'));
    const message = decodeMessage((frames.get(1) ?? new Uint8Array()).subarray(42));
    expect(message.lengthVerdict).toBe('too-small');
    expect(message.payloads.map(({ name }) => name)).toEqual(['SA', 'VID', 'VID', 'VID', 'VID']);
  });

  it('remarks on what is well-formed and wrong', () => {
    const remarks = (name: string) =>
      decoded.filter(([row]) => row.capture.includes(name)).flatMap(([, message]) => checkGrammar(message).map(({ text }) => text));
    expect(remarks('parentI1badKE')).toEqual(['KE data of 192 bytes, MODP_2048 has 256']);
    expect(remarks('isakmp-identification-segfault')).toEqual(['HASH is missing']);
    expect(remarks('ikev2four')).toEqual([]);
    expect(remarks('cisco+joy')).toEqual([]);
  });

  it('encodes every well-formed message in clear to the bytes it came from', () => {
    const differences: string[] = [];
    for (const [row, message] of decoded) {
      // ike-scan fills every reserved byte of this one with 0xff; we write zeroes.
      if (row.capture.includes('pkt-custom-proposal')) continue;
      if (message.malformed !== undefined || message.encrypted !== undefined || message.trailing.length > 0) continue;
      const again = toHex(encodeMessage(message.header, message.payloads));
      if (again !== toHex(row.bytes)) differences.push(`${row.capture} frame ${row.frame}`);
    }
    expect(differences).toEqual([]);
  });

  it('throws nothing at any snap length', () => {
    for (const [row] of decoded) {
      for (let cut = 28; cut < Math.min(row.bytes.length, 700); cut += 3) {
        expect(decodeMessage(row.bytes.subarray(0, cut), { sentLength: row.sent }).malformed).toBeDefined();
      }
    }
  });
});
