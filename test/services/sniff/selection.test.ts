import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { type Selectable, Selection, type SelectionFlags } from '../../../src/services/sniff/selection.js';

const none: SelectionFlags = { kinds: [], spi: [], host: [], port: [] };
const esp: Selectable = {
  kind: 'esp',
  src: { address: '10.0.0.1', port: 4500 },
  dst: { address: '2001:db8::1', port: 4500 },
  spis: ['0xd514eed9'],
  time: { sec: Date.parse('2026-01-02T14:05:30') / 1000, nsec: 500_000_000 },
};

describe('Selection', () => {
  const rows: [string, Partial<SelectionFlags>, boolean][] = [
    ['nothing asked for', {}, true],
    ['its kind', { kinds: ['esp'] }, true],
    ['another kind', { kinds: ['ike'] }, false],
    ['two kinds', { kinds: ['ike', 'esp'] }, true],
    ['its SPI in hex', { spi: ['0xD514EED9'] }, true],
    ['its SPI in decimal', { spi: ['3574918873'] }, true],
    ['another SPI', { spi: ['0x1'] }, false],
    ['its source as host', { host: ['10.0.0.1'] }, true],
    ['its destination, spelled at length', { host: ['2001:0db8:0:0::1'] }, true],
    ['another host', { host: ['10.0.0.2'] }, false],
    ['its port', { port: ['4500'] }, true],
    ['another port', { port: ['500'] }, false],
    ['from its source', { from: '10.0.0.1' }, true],
    ['from its destination', { from: '2001:db8::1' }, false],
    ['to its destination', { to: '2001:db8::1' }, true],
    ['from a time before', { from: '14:05' }, true],
    ['from a time after', { from: '14:05:31' }, false],
    ['to a time before', { to: '2026-01-02T14:05:00' }, false],
    ['within a span', { from: '2026-01-02T14:05:00', to: '14:06' }, true],
  ];
  for (const [name, flags, shown] of rows) {
    it(`${shown ? 'shows' : 'hides'}: ${name}`, () => expect(new Selection({ ...none, ...flags }).shows(esp)).toBe(shown));
  }

  for (const flags of [
    { spi: ['0xzz'] },
    { spi: ['-1'] },
    { host: ['gateway'] },
    { port: ['0'] },
    { port: ['x'] },
    { from: 'yesterday' },
    { to: '25' },
  ]) {
    it(`refuses ${JSON.stringify(flags)} with a hint`, () => {
      expect(() => new Selection({ ...none, ...flags })).toThrow(UsageError);
    });
  }

  it('keeps keepalives and ICMP errors with IKE', () => {
    const selection = new Selection({ ...none, kinds: ['ike'] });
    expect(selection.hasKind('natt-keepalive')).toBe(true);
    expect(selection.hasKind('icmp-error')).toBe(true);
  });
});
