import { describe, expect, it } from 'vitest';
import { sniffJson } from '../support/run-sniff.js';
import { sharedCaptures, skipReason } from '../support/shared-captures.js';
import { sharedCaptureList, type TruthRow } from '../support/truth.js';
import { type Difference, differences, explanation } from './explained-differences.js';

type Json = Record<string, unknown>;

/** Payload types 2 and 3 are proposals and transforms, which tshark lists as if they stood in the chain. */
const NESTED = new Set(['2', '3']);

const hex = (text: string | undefined): string =>
  text === undefined ? '' : `0x${BigInt(text.startsWith('0x') ? text : `0x${text}`).toString(16)}`;
const number = (text: string): string => String(Number(text));

/** What tshark says of a frame, in one notation. */
function expected(row: TruthRow): Record<string, string> {
  const get = (name: string): readonly string[] => row.get(name) ?? [];
  const ike = get('isakmp.ispi');
  return strip({
    esp_spi: get('esp.spi').map(hex).join(),
    esp_seq: get('esp.sequence').map(number).join(),
    ah_spi: get('ah.spi').map(hex).join(),
    ah_seq: get('ah.sequence').map(number).join(),
    spi_i: ike.map((text) => hex(text)).join(),
    spi_r: get('isakmp.rspi')
      .map((text) => hex(text))
      .join(),
    exchange: get('isakmp.exchangetype').map(number).join(),
    message_id: get('isakmp.messageid')
      .map((text) => number(text))
      .join(),
    flags: get('isakmp.flags')
      .map((text) => number(text))
      .join(),
    payloads: get('isakmp.typepayload')
      .filter((type) => !NESTED.has(type))
      .join(),
  });
}

/** The same of our records for that frame. */
function found(records: readonly Json[]): Record<string, string> {
  const of = (proto: RegExp, field: string): string =>
    records
      .filter((record) => proto.test(String(record['proto'])))
      .map((record) => record[field])
      .filter((value) => value !== undefined)
      .join();
  const spis = (text: string): string => text.split(',').filter(Boolean).map(hex).join();
  return strip({
    esp_spi: spis(of(/^esp$/, 'spi')),
    esp_seq: of(/^esp$/, 'seq'),
    ah_spi: spis(of(/^ah$/, 'spi')),
    ah_seq: of(/^ah$/, 'seq'),
    spi_i: spis(of(/^ike/, 'spi_i')),
    spi_r: spis(of(/^ike/, 'spi_r')),
    exchange: of(/^ike/, 'exchange_type'),
    message_id: of(/^ike/, 'message_id'),
    flags: of(/^ike/, 'flags'),
    payloads: of(/^ike/, 'payload_types'),
  });
}

function strip(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

describe.skipIf(sharedCaptures === undefined)(`every public capture agrees with tshark's fields${skipReason}`, () => {
  const used = new Set<Difference>();

  for (const capture of sharedCaptures === undefined ? [] : sharedCaptureList(sharedCaptures)) {
    it(capture.name, async () => {
      const byFrame = new Map<number, Json[]>();
      for (const record of await sniffJson(['-r', capture.path])) {
        if (record['type'] !== 'packet') continue;
        const frame = record['frame'] as number;
        byFrame.set(frame, [...(byFrame.get(frame) ?? []), record]);
      }
      const unexplained: string[] = [];
      for (const row of capture.truth) {
        const frame = Number(row.get('frame.number')?.[0]);
        const theirs = expected(row);
        const ours = found(byFrame.get(frame) ?? []);
        for (const field of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
          if (theirs[field] === ours[field]) continue;
          const known = explanation(capture.name, frame, field);
          if (known !== undefined) used.add(known);
          else unexplained.push(`frame ${frame} ${field}: tshark ${theirs[field] ?? 'nothing'}, we ${ours[field] ?? 'nothing'}`);
        }
      }
      expect(unexplained).toEqual([]);
    });
  }

  it('needs every explanation it has', () => {
    expect(differences.filter((known) => !used.has(known)).map(({ capture }) => String(capture))).toEqual([]);
  });
});
