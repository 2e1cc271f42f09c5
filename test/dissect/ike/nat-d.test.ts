import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { judgeNat, matchNatHash, type NatObservation, natHash } from '../../../src/dissect/ike/nat-d.js';
import type { PacketEnd } from '../../../src/model/endpoint.js';

const SPI_I = fromHex('5a64e0edca3a3614');
const SPI_R = fromHex('0011223344556677');
const ZERO = new Uint8Array(8);
const PRIVATE = { address: '192.168.7.2', port: 500 };
const PUBLIC = { address: '203.0.113.254', port: 500 };
const GATEWAY = { address: '203.0.113.2', port: 500 };

interface Ends {
  /** Where the sender believes to be and to send to. */
  readonly from: Required<PacketEnd>;
  readonly to: Required<PacketEnd>;
  /** What the capture shows. */
  readonly src: PacketEnd;
  readonly dst: PacketEnd;
}

function observe(fromInitiator: boolean, ends: Ends, algorithm = 'sha1', forged = false): NatObservation {
  const spiR = fromInitiator ? ZERO : SPI_R;
  const source = natHash(algorithm, SPI_I, spiR, forged ? { address: '0.0.0.1', port: 0 } : ends.from);
  return {
    fromInitiator,
    spiI: SPI_I,
    spiR,
    src: ends.src,
    dst: ends.dst,
    source: [source],
    destination: [natHash(algorithm, SPI_I, spiR, ends.to)],
  };
}

describe('natHash', () => {
  it('hashes SPIs, address and port in that order, IPv4 and IPv6', () => {
    // sha1sum of 5a64e0edca3a3614 0000000000000000 c0a80702 01f4
    expect(toHex(natHash('sha1', SPI_I, ZERO, PRIVATE))).toBe('c4f938f9d7c34df6edecb714fe9280bc0580aeb0');
    expect(natHash('md5', SPI_I, SPI_R, { address: '2001:db8::1', port: 4500 })).toHaveLength(16);
    expect(toHex(natHash('sha1', SPI_I, ZERO, { address: '2001:db8::1', port: 500 }))).not.toBe(
      toHex(natHash('sha1', SPI_I, ZERO, PRIVATE)),
    );
  });
});

describe('matchNatHash', () => {
  const rows: readonly (readonly [string, readonly Uint8Array[], PacketEnd, string])[] = [
    ['the endpoint seen', [natHash('sha1', SPI_I, ZERO, PRIVATE)], PRIVATE, 'same'],
    ['MD5 by its length', [natHash('md5', SPI_I, ZERO, PRIVATE)], PRIVATE, 'same'],
    ['SHA2-512 by its length', [natHash('sha512', SPI_I, ZERO, PRIVATE)], PRIVATE, 'same'],
    ['one of several addresses', [natHash('sha1', SPI_I, ZERO, GATEWAY), natHash('sha1', SPI_I, ZERO, PRIVATE)], PRIVATE, 'same'],
    ['another port of IKE', [natHash('sha1', SPI_I, ZERO, PRIVATE)], { ...PRIVATE, port: 1024 }, 'other-port'],
    ['port 0', [natHash('sha1', SPI_I, ZERO, { ...PRIVATE, port: 0 })], PRIVATE, 'port-zero'],
    ['something else', [natHash('sha1', SPI_I, ZERO, GATEWAY)], PRIVATE, 'differs'],
    ['nothing', [], PRIVATE, 'absent'],
    ['a hash of no known length', [new Uint8Array(24)], PRIVATE, 'absent'],
    ['no port at all', [natHash('sha1', SPI_I, ZERO, PRIVATE)], { address: PRIVATE.address }, 'absent'],
  ];
  for (const [name, hashes, seen, expected] of rows) it(name, () => expect(matchNatHash(hashes, SPI_I, ZERO, seen)).toBe(expected));
});

describe('judgeNat', () => {
  const straight = [
    observe(true, { from: PRIVATE, to: GATEWAY, src: PRIVATE, dst: GATEWAY }),
    observe(false, { from: GATEWAY, to: PRIVATE, src: GATEWAY, dst: PRIVATE }),
  ];

  it('no NAT', () => {
    expect(judgeNat(straight)).toEqual({
      checked: true,
      initiator: 'none',
      responder: 'none',
      initiatorBehindNat: false,
      responderBehindNat: false,
      text: 'no NAT: the hashes of both ends match the addresses seen here',
    });
  });

  it('no NAT, IPv6 and the SHA2-256 of IKEv1', () => {
    const a = { address: '2001:db8:1::1', port: 500 };
    const b = { address: '2001:db8:2::2', port: 500 };
    const facts = judgeNat([
      observe(true, { from: a, to: b, src: a, dst: b }, 'sha256'),
      observe(false, { from: b, to: a, src: b, dst: a }, 'sha256'),
    ]);
    expect([facts.initiator, facts.responder]).toEqual(['none', 'none']);
  });

  it('initiator behind NAT, capture at the initiator: the peer sends to an address that is not the one here', () => {
    const facts = judgeNat([
      observe(true, { from: PRIVATE, to: GATEWAY, src: PRIVATE, dst: GATEWAY }),
      observe(false, { from: GATEWAY, to: PUBLIC, src: GATEWAY, dst: PRIVATE }),
    ]);
    expect(facts).toMatchObject({ initiator: 'nat', initiatorBehindNat: true, responder: 'none', responderBehindNat: false });
    expect(facts.text).toContain("this capture lies on the initiator's side of the NAT");
  });

  it('initiator behind NAT, capture at the responder: its hash matches nothing, which a daemon can also forge', () => {
    const facts = judgeNat([
      observe(true, { from: PRIVATE, to: GATEWAY, src: PUBLIC, dst: GATEWAY }),
      observe(false, { from: GATEWAY, to: PUBLIC, src: GATEWAY, dst: PUBLIC }),
    ]);
    expect(facts).toMatchObject({ initiator: 'nat-or-forced', responder: 'none', responderBehindNat: false });
    expect(facts.initiatorBehindNat).toBeUndefined();
  });

  it('responder behind NAT, capture at the responder', () => {
    const inside = { address: '10.0.0.5', port: 500 };
    const facts = judgeNat([
      observe(true, { from: PUBLIC, to: GATEWAY, src: PUBLIC, dst: inside }),
      observe(false, { from: inside, to: PUBLIC, src: inside, dst: PUBLIC }),
    ]);
    expect(facts).toMatchObject({ initiator: 'none', responder: 'nat', responderBehindNat: true });
  });

  it('source hashes forged at both ends', () => {
    const facts = judgeNat([
      observe(true, { from: PRIVATE, to: GATEWAY, src: PRIVATE, dst: GATEWAY }, 'sha1', true),
      observe(false, { from: GATEWAY, to: PRIVATE, src: GATEWAY, dst: PRIVATE }, 'sha1', true),
    ]);
    expect(facts).toMatchObject({ initiator: 'nat-or-forced', responder: 'nat-or-forced' });
    expect(facts.text).toContain('forced at both ends');
  });

  it('forged, and a real NAT besides: the peer’s destination hash is the proof', () => {
    const facts = judgeNat([
      observe(true, { from: PRIVATE, to: GATEWAY, src: PRIVATE, dst: GATEWAY }, 'sha1', true),
      observe(false, { from: GATEWAY, to: PUBLIC, src: GATEWAY, dst: PRIVATE }, 'sha1', true),
    ]);
    expect(facts).toMatchObject({ initiator: 'nat', initiatorBehindNat: true, responder: 'nat-or-forced' });
  });

  it('encapsulation forced with port 0 is told from NAT', () => {
    const facts = judgeNat([
      observe(true, { from: { ...PRIVATE, port: 0 }, to: GATEWAY, src: PRIVATE, dst: GATEWAY }),
      observe(false, { from: GATEWAY, to: PRIVATE, src: GATEWAY, dst: PRIVATE }),
    ]);
    expect(facts).toMatchObject({ initiator: 'forced', initiatorBehindNat: false, responder: 'none' });
  });

  it('a port translated, the address kept', () => {
    const facts = judgeNat([observe(true, { from: PRIVATE, to: GATEWAY, src: { ...PRIVATE, port: 31337 }, dst: GATEWAY })]);
    expect(facts).toMatchObject({ initiator: 'nat', initiatorBehindNat: true, responder: 'unknown' });
  });

  it('one direction only proves nothing', () => {
    const facts = judgeNat(straight.slice(0, 1));
    expect(facts).toMatchObject({ checked: true, initiator: 'unknown', responder: 'unknown' });
    expect(facts.initiatorBehindNat).toBeUndefined();
  });

  it('no hashes', () => expect(judgeNat([])).toMatchObject({ checked: false, initiator: 'unknown', responder: 'unknown' }));

  it('the last observation of each direction counts: a retry with a cookie carries new hashes', () => {
    const first = observe(true, { from: PUBLIC, to: GATEWAY, src: PRIVATE, dst: GATEWAY });
    expect(judgeNat([first, ...straight]).initiator).toBe('none');
  });
});
