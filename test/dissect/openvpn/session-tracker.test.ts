import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../../src/bytes/writer.js';
import { fileSource } from '../../../src/capture/file.js';
import { readCapture } from '../../../src/capture/read.js';
import { Analyser } from '../../../src/dissect/analyser.js';
import { diagnose } from '../../../src/rules/diagnose.js';
import { questionSessionId } from '../../../src/wire/openvpn/question-mark.js';
import { ipv4, udp, view } from '../../support/packets.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const CLIENT_RESET = 7;
const SERVER_RESET = 8;
const DATA_V2 = 9;

/** A hard reset without wrapping. */
function reset(opcode: number, sessionId: bigint, answers?: bigint): Uint8Array {
  const writer = new ByteWriter().u8(opcode << 3).u64(sessionId);
  if (answers === undefined) writer.u8(0);
  else writer.u8(1).u32(0).u64(answers);
  return writer.u32(0).finish();
}

const at = temporaryFolder();

async function sessionsOf(capture: Uint8Array, path: string) {
  writeFileSync(path, capture);
  const analyser = new Analyser();
  await readCapture(fileSource(path), (packet) => {
    analyser.observe(packet);
    return true;
  });
  return analyser.facts().openvpn;
}

const data = (id: number): Uint8Array =>
  new ByteWriter()
    .u8(DATA_V2 << 3)
    .u24(0)
    .u32(id)
    .zeros(40)
    .finish();

/** Packets of the client from a port of its own, `<` those of the server; seconds. */
type Row = readonly [from: '>' | '<', port: number, second: number, bytes: Uint8Array];

function factsOf(rows: readonly Row[]) {
  const analyser = new Analyser();
  for (const [i, [from, port, second, bytes]] of rows.entries()) {
    const packet = from === '>' ? ipv4(17, udp(port, 1194, bytes)) : ipv4(17, udp(1194, port, bytes), { src: '10.0.0.2', dst: '10.0.0.1' });
    analyser.observe({ ...view(i + 1, packet), sec: second, nsec: 0 });
  }
  return analyser.facts();
}

const OURS = 0x1111_2222_3333_4444n;
const ASKED = questionSessionId(0x5555_6666_7777_8888n);

describe('questions of a probe', () => {
  it('are sessions that nothing is to come of, and nothing is wrong with', () => {
    const facts = factsOf([
      ['>', 40_000, 0, reset(CLIENT_RESET, ASKED)],
      ['>', 40_000, 2, reset(CLIENT_RESET, ASKED)],
      ['>', 40_000, 30, reset(CLIENT_RESET, ASKED)],
    ]);
    expect(facts.openvpn).toMatchObject([{ question: true, outcome: 'incomplete', stoppedAt: 'only a question of vpndoctor' }]);
    expect(diagnose(facts).findings).toEqual([]);
    const meant = factsOf([
      ['>', 40_000, 0, reset(CLIENT_RESET, OURS)],
      ['>', 40_000, 2, reset(CLIENT_RESET, OURS)],
    ]);
    expect(diagnose(meant).findings.map(({ code }) => code)).toEqual(['openvpn/reset-unanswered']);
  });

  it('beside a session that comes up later do not end it', () => {
    const facts = factsOf([
      ['>', 40_000, 0, reset(CLIENT_RESET, OURS)],
      ['>', 40_001, 1, reset(CLIENT_RESET, ASKED)],
      ['<', 40_000, 2, reset(SERVER_RESET, 9n, OURS)],
    ]);
    expect(facts.openvpn.map(({ supersededIn }) => supersededIn)).toEqual([undefined, undefined]);
  });

  it('behind one that was up say that it was given up', () => {
    const facts = factsOf([
      ['>', 40_000, 0, reset(CLIENT_RESET, OURS)],
      ['<', 40_000, 0, reset(SERVER_RESET, 9n, OURS)],
      ['>', 40_000, 1, data(1)],
      ['<', 40_000, 1, data(1)],
      ['>', 40_000, 9, data(2)],
      ['>', 40_001, 10, reset(CLIENT_RESET, ASKED)],
    ]);
    expect(facts.openvpn[0]?.supersededIn).toBe(6);
    expect(diagnose(facts).findings.map(({ code }) => code)).toEqual(['openvpn/ping-restart']);
  });

  it('are none any more once they carry data', () => {
    const facts = factsOf([
      ['>', 40_000, 0, reset(CLIENT_RESET, ASKED)],
      ['<', 40_000, 0, reset(SERVER_RESET, 9n, ASKED)],
      ['>', 40_000, 1, data(1)],
    ]);
    expect(facts.openvpn[0]?.question).toBeUndefined();
  });

  it('are none once TLS is through: who guesses passwords cannot hide behind the mark', async () => {
    const capture = readFileSync(new URL('../../../captures/openvpn-auth-failed/capture.pcap', import.meta.url));
    const path = at('marked.pcap');
    const [session] = await sessionsOf(capture, path);
    const own = Buffer.from(session?.sessionIdClient?.slice(2) ?? '', 'hex');
    const mark = Buffer.from(questionSessionId(own.readBigUInt64BE()).toString(16), 'hex');
    const marked = Buffer.from(capture);
    for (let found = marked.indexOf(own); found >= 0; found = marked.indexOf(own, found + 8)) mark.copy(marked, found);
    const [hidden, ...more] = await sessionsOf(marked, path);
    expect(more).toEqual([]);
    expect([hidden?.sessionIdClient, hidden?.question, hidden?.outcome]).toEqual([`0x${mark.toString('hex')}`, undefined, 'failed']);
  });
});
