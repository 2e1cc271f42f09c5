import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { Dissector } from '../../../src/dissect/frame/dissector.js';
import type { Packet } from '../../../src/dissect/packet.js';
import { TCP_ACK, TCP_SYN } from '../../../src/wire/tcp.js';
import { IKE_HEADER, ipv4, tcp, view } from '../../support/packets.js';

const PREFIX = '494b45544350';
const IKE = `0022 00000000 ${IKE_HEADER}`;
const ESP = '0012 d514eed9 00000007 a5a5a5a5a5a5a5a5';
const RESET = '000e 38 507a28a78275788d 00 00000000';
const ANSWER = '001a 40 c157cc62c1d4ab12 01 00000000 507a28a78275788d 00000000';

/** A TCP connection in front of one dissector; sequence numbers follow the bytes sent. */
class Connection {
  readonly #dissector = new Dissector();
  readonly #next = { client: 1000, server: 5000 };
  #frame = 0;

  constructor(
    private readonly client: number,
    private readonly server: number,
  ) {}

  open(): void {
    this.#segment('client', '', TCP_SYN);
    this.#next.client++;
    this.#segment('server', '', TCP_SYN | TCP_ACK);
    this.#next.server++;
    this.#segment('client', '', TCP_ACK);
  }

  send(from: 'client' | 'server', content: string): Packet {
    const packet = this.#segment(from, content, TCP_ACK);
    this.#next[from] += fromHex(content).length;
    return packet;
  }

  #segment(from: 'client' | 'server', content: string, flags: number): Packet {
    const [srcPort, dstPort, src, dst] =
      from === 'client' ? [this.client, this.server, '10.0.0.1', '10.0.0.2'] : [this.server, this.client, '10.0.0.2', '10.0.0.1'];
    const acknowledgment = this.#next[from === 'client' ? 'server' : 'client'];
    const segment = tcp(srcPort, dstPort, content, { sequence: this.#next[from], acknowledgment, flags });
    return this.#dissector.dissect(view(++this.#frame, ipv4(6, segment, { src, dst })));
  }
}

function units(packet: Packet): string[] {
  return packet.units.map(({ kind, encapsulation, length, firstFrame }) => `${kind} ${encapsulation} ${length} from ${firstFrame}`);
}

describe('IKE and ESP', () => {
  it('in a connection seen from its beginning, several in a segment and one over several', () => {
    const connection = new Connection(40000, 4500);
    connection.open();
    expect(units(connection.send('client', PREFIX + IKE + ESP))).toEqual(['ike tcp 28 from 4', 'esp tcp 16 from 4']);
    const answer = IKE.replaceAll(' ', '');
    expect(units(connection.send('server', answer.slice(0, 6)))).toEqual([]);
    expect(units(connection.send('server', answer.slice(6) + ESP))).toEqual(['ike tcp 28 from 5', 'esp tcp 16 from 6']);
    expect(units(connection.send('client', '0003 ff'))).toEqual(['natt-keepalive tcp 1 from 7']);
  });

  it('hands out the message without length and marker, and the ports', () => {
    const connection = new Connection(40000, 4500);
    connection.open();
    const [unit] = connection.send('client', PREFIX + IKE).units;
    expect(unit).toMatchObject({ kind: 'ike', src: { address: '10.0.0.1', port: 40000 }, dst: { address: '10.0.0.2', port: 4500 } });
    expect(unit && toHex(unit.bytes)).toBe(IKE_HEADER.replaceAll(' ', ''));
  });

  it('on any port behind the prefix, also when that comes in pieces', () => {
    const connection = new Connection(40000, 443);
    connection.open();
    expect(units(connection.send('client', PREFIX.slice(0, 4)))).toEqual([]);
    expect(units(connection.send('client', PREFIX.slice(4) + IKE))).toEqual(['ike tcp 28 from 5']);
    expect(units(connection.send('server', IKE))).toEqual(['ike tcp 28 from 6']);
  });

  it('in a connection joined in the middle', () => {
    const connection = new Connection(40000, 4500);
    expect(units(connection.send('server', 'a5a5a5a5a5'))).toEqual([]);
    expect(units(connection.send('server', ESP))).toEqual(['esp tcp 16 from 2']);
    expect(units(connection.send('client', IKE))).toEqual(['ike tcp 28 from 3']);
  });

  it('is not found where port 4500 is one that a client of something else happened to get', () => {
    const connection = new Connection(4500, 389);
    connection.open();
    expect(units(connection.send('client', `0010 500d0201 01050a25 ${'a5'.repeat(40)}`))).toEqual([]);
    expect(units(connection.send('server', `000c 61070a01 00040004 0000 ${'a5'.repeat(9)}`))).toEqual([]);
  });

  it('tells bytes that no message can be made of', () => {
    const connection = new Connection(40000, 4500);
    connection.open();
    connection.send('client', PREFIX + IKE);
    expect(connection.send('client', '0001 a5a5').layers.at(-1)).toEqual({ kind: 'tcp-gap', bytes: 4 });
    expect(units(connection.send('client', ESP))).toEqual(['esp tcp 16 from 6']);
  });
});

describe('OpenVPN', () => {
  it('on any port from its reset on', () => {
    const connection = new Connection(40000, 443);
    connection.open();
    expect(units(connection.send('client', RESET))).toEqual(['openvpn tcp 14 from 4']);
    expect(units(connection.send('server', ANSWER))).toEqual(['openvpn tcp 26 from 5']);
    expect(units(connection.send('client', '0005 30 a5a5a5a5 0005 30 c3c3c3c3'))).toEqual(['openvpn tcp 5 from 6', 'openvpn tcp 5 from 6']);
  });

  it('is found again when the answer acknowledges the middle of a packet', () => {
    const connection = new Connection(40000, 443);
    connection.open();
    // The client cuts its resets up, and the second one is on its way when the first is answered.
    for (const piece of [RESET.slice(0, 16), RESET.slice(16), RESET.slice(0, 16)]) connection.send('client', piece);
    expect(units(connection.send('server', ANSWER))).toEqual(['openvpn tcp 26 from 7']);
    expect(units(connection.send('client', RESET.slice(16)))).toEqual([]);
    expect(units(connection.send('client', '0016 28 507a28a78275788d 01 00000000 c157cc62c1d4ab12'))).toEqual(['openvpn tcp 22 from 9']);
  });

  it.each([
    ['TLS', `160301 0200 0100 01fc 0303 ${'a5'.repeat(200)}`],
    ['HTTP', '474554202f20485454502f312e310d0a0d0a'],
    ['SSH', '5353482d322e302d4f70656e5353480d0a'],
  ])('is not found in %s', (_name, content) => {
    const connection = new Connection(40000, 1194);
    connection.open();
    for (let i = 0; i < 12; i++) expect(units(connection.send('client', content))).toEqual([]);
  });
});
