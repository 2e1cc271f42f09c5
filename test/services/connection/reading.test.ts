import { describe, expect, it } from 'vitest';
import type { ConfigEnd } from '../../../src/config/effective/config-end.js';
import { type ConnectionContext, ConnectionReading, saysNo, saysYes } from '../../../src/services/connection/reading.js';

const at = (value: string, line: number) => ({ value, file: 'ipsec.conf', line });

/** Only what is looked at: the keywords without a field of their own. */
function reading(...words: readonly (readonly [key: string, value: string])[]): ConnectionReading {
  const other = words.map(([key, value], i) => ({ key, value: at(value, i + 1) }));
  const end = { connection: { other, side: 'sure' } } as unknown as ConfigEnd;
  return new ConnectionReading(end, { version: 'ikev2' } as ConnectionContext);
}

describe('a connection gone through', () => {
  it('shows what was taken, with its place where there is one', () => {
    const one = reading();
    one.row('peer', 'gw', at('gw', 7), true);
    one.row('MOBIKE', 'no', undefined, false);
    one.row('PFS', 'no', at('', 0), false);
    expect(one.rows).toEqual([
      { label: 'peer', value: 'gw', important: true, place: { file: 'ipsec.conf', line: 7 } },
      { label: 'MOBIKE', value: 'no', important: false },
      { label: 'PFS', value: 'no', important: false },
    ]);
  });

  it('says each thing once', () => {
    const one = reading();
    for (const text of ['a', 'b', 'a']) one.note(text);
    expect(one.notes).toEqual(['a', 'b']);
  });

  it('names in the end what nobody looked at, and what has no counterpart', () => {
    const one = reading(['dpddelay', '30'], ['mobike', 'yes'], ['leftauth2', 'xauth'], ['sha2-truncbug', 'no']);
    expect([one.other('mobike')?.value, one.says('dpdaction', 'either')]).toEqual(['yes', false]);
    one.rest();
    expect(one.notes).toEqual(['ipsec.conf:3: leftauth2: a second round of authentication is not made']);
    expect(one.rows).toEqual([{ label: 'not needed here', value: 'dpddelay=30 (line 1), sha2-truncbug=no (line 4)', important: false }]);
  });
});

it.each([
  ['yes', true, false],
  ['Force', true, false],
  ['0', false, true],
  ['off', false, true],
  ['either', false, false],
  [undefined, false, false],
])('%s says yes: %s, no: %s', (text, yes, no) => expect([saysYes(text), saysNo(text)]).toEqual([yes, no]));
