import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hexNumber, toHex } from '../../src/bytes/hex.js';
import { Dissector } from '../../src/dissect/frame/dissector.js';
import type { Unit } from '../../src/dissect/packet.js';
import type { PacketView } from '../../src/pcapfile/packet-view.js';
import { createCaptureReader } from '../../src/pcapfile/reader.js';
import { sharedCaptures, skipReason } from '../support/shared-captures.js';
import { sharedCaptureList, type TruthRow } from '../support/truth.js';

const KINDS = ['esp', 'ah', 'ike', 'openvpn'] as const;
type Kind = (typeof KINDS)[number];

/** What we see in a frame, in words that tshark's fields can be put into as well. */
function seen(kind: Kind, units: readonly Unit[]): string[] {
  return units.flatMap((unit) => {
    if (unit.kind !== kind) return [];
    if (unit.kind === 'esp' || unit.kind === 'ah') return [`${hexNumber(unit.spi, 8)} ${unit.sequence}`];
    if (unit.kind === 'ike') return [`${toHex(unit.bytes.subarray(0, 8))} ${toHex(unit.bytes.subarray(8, 16))}`];
    return unit.kind === 'openvpn' ? [`${unit.opcode} ${unit.keyId}`] : [];
  });
}

const FIELDS: Readonly<Record<Kind, readonly [string, string, (value: string) => string]>> = {
  esp: ['esp.spi', 'esp.sequence', (value) => value],
  ah: ['ah.spi', 'ah.sequence', (value) => value],
  ike: ['isakmp.ispi', 'isakmp.rspi', (value) => value],
  openvpn: ['openvpn.opcode', 'openvpn.keyid', (value) => String(Number(value))],
};

function told(kind: Kind, row: TruthRow): string[] {
  const [first, second, format] = FIELDS[kind];
  return (row.get(first) ?? []).map((value, at) => `${format(value)} ${row.get(second)?.[at]}`);
}

/** Where we and tshark 4.0 disagree, all of them looked at by hand. `ours` or `tshark` sees what the other does not. */
const DISAGREEMENTS: readonly {
  readonly capture: RegExp;
  readonly kind: Kind;
  readonly by: 'ours' | 'tshark';
  readonly frames: number;
  readonly why: string;
}[] = [
  {
    capture: /OpenVPN_UDP_tls-auth|openvpn_udp_tls-auth/,
    kind: 'openvpn',
    by: 'tshark',
    frames: 1,
    why: 'tshark opens the packet that ICMP "port unreachable" quotes; we give it as the quoted packet of an icmp-error unit',
  },
  {
    capture: /openvpn_synthetic/,
    kind: 'openvpn',
    by: 'ours',
    frames: 8,
    why: 'OpenVPN over TCP on port 8443: tshark goes by port 1194',
  },
  {
    capture: /nDPI.*__openvpn\.pcap$/,
    kind: 'openvpn',
    by: 'ours',
    frames: 353,
    why: 'OpenVPN over UDP and TCP on port 443 and others: tshark goes by port 1194',
  },
  {
    capture: /ikev1-zero-length/,
    kind: 'ike',
    by: 'ours',
    frames: 1,
    why: 'the IKE header claims a length of 0: tshark then refuses the whole message, tcpdump and we read it',
  },
  {
    capture: /rfc8229_cbc\.pcap|rfc8229_cbc_segmented/,
    kind: 'ike',
    by: 'ours',
    frames: 10,
    why: 'tshark 4.0 does not know IKE and ESP over TCP on this port',
  },
  { capture: /rfc8229_cbc\.pcap|rfc8229_cbc_segmented/, kind: 'esp', by: 'ours', frames: 8, why: 'the same' },
  {
    capture: /isakmp-ikev1_n_print-oobr/,
    kind: 'ike',
    by: 'tshark',
    frames: 2,
    why: 'first IP fragments whose rest never comes: tshark reads on into them because the frame is cut, we report an incomplete datagram',
  },
  { capture: /isakmp-various-oobr/, kind: 'ike', by: 'tshark', frames: 1, why: 'the same' },
  { capture: /isakmpv1-attr-oobr/, kind: 'ike', by: 'tshark', frames: 1, why: 'the same' },
];

function forEachView(path: string, visit: (view: PacketView) => void): void {
  const reader = createCaptureReader((view) => visit(view));
  reader.feed(readFileSync(path));
  reader.end();
}

describe.skipIf(sharedCaptures === undefined)(`public captures${skipReason}`, () => {
  describe.each(sharedCaptures === undefined ? [] : sharedCaptureList(sharedCaptures))('$name', ({ name, path, truth }) => {
    it('has the SPIs, sequence numbers and opcodes that tshark tells', () => {
      const dissector = new Dissector();
      const units = new Map<number, readonly Unit[]>();
      forEachView(path, (view) => {
        units.set(view.frame, dissector.dissect(view).units);
      });
      for (const kind of KINDS) {
        const differing = truth.flatMap((row) => {
          const ours = seen(kind, units.get(Number(row.get('frame.number')?.[0])) ?? []);
          const theirs = told(kind, row);
          if (ours.join() === theirs.join()) return [];
          return [theirs.length === 0 ? 'ours' : ours.length === 0 ? 'tshark' : `${ours.join()} instead of ${theirs.join()}`];
        });
        const expected = DISAGREEMENTS.filter((row) => row.kind === kind && row.capture.test(name));
        expect(differing, expected[0]?.why ?? kind).toEqual(expected.flatMap(({ by, frames }) => Array<string>(frames).fill(by)));
      }
    });

    it('throws nothing however frames are cut or changed', () => {
      const dissector = new Dissector();
      forEachView(path, (view) => {
        if (view.frame > 40) return;
        for (let end = view.start; end < view.end; end += Math.max(1, Math.floor((end - view.start) / 16))) {
          dissector.dissect({ ...view, end });
          const changed = Buffer.from(view.data);
          changed[end] = view.frame % 2 === 0 ? 0xff : 0;
          dissector.dissect({ ...view, data: changed });
        }
      });
      expect(dissector.incompleteDatagrams().length).toBeGreaterThanOrEqual(0);
    });
  });
});
