import { closeSync, openSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { jsonReport, type SniffReport, type SniffSummary, textReport } from '../../src/report/sniff-report.js';
import { TextOutput } from '../../src/report/text-output.js';
import { capture, INIT, sa, session, UP } from '../support/facts.js';
import { observe } from '../support/observe.js';
import { ESP, IKE_HEADER, ipv4, udp } from '../support/packets.js';
import { plainStyle } from '../support/plain-style.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

beforeAll(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

/** What a report prints while `use` runs. */
function printed(make: (output: TextOutput) => SniffReport, use: (report: SniffReport) => void): string[] {
  const path = folder('output');
  const fd = openSync(path, 'w');
  const output = new TextOutput(fd);
  use(make(output));
  output.flush();
  closeSync(fd);
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

const summary = (more: Partial<SniffSummary> = {}): SniffSummary => ({
  facts: capture(),
  sas: [],
  sessions: [],
  openvpn: [],
  findings: [],
  notes: [],
  ...more,
});

const everything = () => true;
const nothing = () => false;
const esp = observe(ipv4(50, ESP));
const ike = observe(ipv4(17, udp(500, 500, IKE_HEADER)));
const cut = observe(ipv4(50, 'd514eed9 0000'));
const text =
  (detail: 'line' | 'tree' | 'none', shows = everything, verbose = false) =>
  (output: TextOutput) =>
    textReport(output, plainStyle(), detail, verbose, shows);

describe('packets in the text form', () => {
  it('ESP has the line of tcpdump, IKE one of ours', () => {
    expect(
      printed(text('line'), (report) => {
        report.packet(esp);
        report.packet(ike);
      }),
    ).toEqual([
      '00:00:01.000000 IP 10.0.0.1 > 10.0.0.2: ESP(spi=0xd514eed9,seq=0x7), length 24',
      '00:00:01.000000 IP 10.0.0.1.500 > 10.0.0.2.500: IKEv2 IKE_SA_INIT request: , length 28',
    ]);
  });

  it('are left out when not selected, in every form', () => {
    for (const detail of ['line', 'tree', 'none'] as const)
      expect(printed(text(detail, nothing), (report) => report.packet(esp))).toEqual([]);
    expect(
      printed(
        (output) => jsonReport(output, nothing),
        (report) => report.packet(esp),
      ),
    ).toEqual([]);
  });

  it('that are cut have a line all the same', () => {
    expect(printed(text('line'), (report) => report.packet(cut))).toEqual(['00:00:01.000000 IP 10.0.0.1 > 10.0.0.2:  [|esp]']);
  });

  it('are trees, or nothing', () => {
    expect(printed(text('tree'), (report) => report.packet(esp))[0]).toBe('packet 1, 2026-01-01T00:00:01.000000Z, 44 bytes');
    expect(printed(text('none'), (report) => report.packet(esp))).toEqual([]);
  });
});

describe('the end of the text form', () => {
  const end = (more: Partial<SniffSummary>, verbose = false) =>
    printed(text('none', everything, verbose), (report) => report.end(summary(more)));

  it('says in a line what was read, then the diagnosis', () => {
    expect(end({})).toEqual(['100 packets in 60.000 s, 0 SAs, 0 IKE sessions.', '', 'No problem found.']);
  });

  it('has tables, ladders, counts, notes, diagnosis in this order', () => {
    const lines = end({ sas: [sa()], sessions: [session(UP)], notes: ['the file ends early'] });
    const order = ['SA  from > to', 'IKEv2 SA 0x', '100 packets in', 'note: the file ends early', 'No problem found.'];
    const places = order.map((start) =>
      lines.findIndex((line) => line.startsWith(start) || line.startsWith(start.replace('  ', '              '))),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('wraps long notes', () => {
    const lines = end({ notes: ['a long note '.repeat(20).trim()] });
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('draws fifty sessions and says how many more there are; all when verbose', () => {
    const sessions = [
      ...Array.from({ length: 60 }, () => session(INIT, { outcome: 'established' as const })),
      session(INIT, { outcome: 'failed' }),
    ];
    const heads = (lines: string[]) => lines.filter((line) => line.startsWith('IKEv2 SA'));
    const few = end({ sessions });
    expect(heads(few)).toHaveLength(50);
    expect(heads(few).at(-1)).toMatch(/failed$/);
    expect(few.join('\n')).toContain('11 more IKE sessions not drawn (11 established)');
    expect(heads(end({ sessions }, true))).toHaveLength(61);
  });
});

it('the JSON form ends with SAs, sessions, findings and the capture, all of them', () => {
  const sessions = Array.from({ length: 60 }, () => session(INIT));
  const lines = printed(
    (output) => jsonReport(output, everything),
    (report) => {
      report.packet(esp);
      report.packet(cut);
      report.end(summary({ sas: [sa()], sessions }));
    },
  );
  const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(['packet', 'packet', 'sa', ...sessions.map(() => 'session'), 'capture']);
});
