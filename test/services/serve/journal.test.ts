import { describe, expect, it } from 'vitest';
import { Journal, type JournalEntry } from '../../../src/services/serve/journal.js';
import { caughtIo } from '../../support/openvpn-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();

const entry: JournalEntry = {
  peer: '198.51.100.1:500',
  id: '8a7afe79a2c1d3e4',
  record: { spi_i: '0x8a7afe79a2c1d3e4' },
  event: 'ike-up',
  words: { text: 'IKE SA up', tone: 'good' },
  from: 'peer',
};

function journal(flags: { readonly verbose?: boolean; readonly json?: boolean } = {}) {
  const io = caughtIo(at('out'));
  return { io, book: new Journal({ color: false, ...flags }, io) };
}

describe('the lines of a server', () => {
  it('are for people', () => {
    const { io, book } = journal();
    book.write(entry);
    expect(io.text()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}198\.51\.100\.1:500 {2}8a7afe79 {2}IKE SA up\n$/);
  });

  it('or for programs', () => {
    const { io, book } = journal({ json: true });
    book.write(entry);
    expect(JSON.parse(io.text())).toEqual({
      schema: 'vpndoctor/serve/1',
      time: expect.stringMatching(/^\d{4}-/),
      peer: entry.peer,
      spi_i: '0x8a7afe79a2c1d3e4',
      event: 'ike-up',
      text: 'IKE SA up',
    });
  });

  it.each([
    [false, ''],
    [true, 'SK'],
  ])('details with -v alone: %s', (verbose, wanted) => {
    const { io, book } = journal({ verbose });
    book.write({ ...entry, words: { text: 'SK', tone: 'dim', detail: true } });
    book.write({ ...entry, words: undefined });
    book.dropped('198.51.100.1:4500', 'no SA of ours');
    expect(io.text()).toContain(wanted);
    expect(io.warnings).toEqual(verbose ? ['198.51.100.1:4500: dropped: no SA of ours'] : []);
  });

  it.each<[JournalEntry['from'], number, number]>([
    ['noise', 50, 80],
    ['stranger', 500, 700],
    ['peer', 2000, 2000],
  ])('a flood from a %s: %i to %i of 2000', (from, least, most) => {
    const { io, book } = journal();
    for (let i = 0; i < 2000; i++) book.write({ ...entry, from });
    const lines = io.text().split('\n').length - 1;
    expect(lines).toBeGreaterThanOrEqual(least);
    expect(lines).toBeLessThanOrEqual(most);
    book.write({ ...entry, from: 'peer' });
    expect(io.warnings.join('\n')).toMatch(from === 'peer' ? /^$/ : /a flood of strangers: \d+ lines left out/);
  });
});
