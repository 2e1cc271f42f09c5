import { describe, expect, it } from 'vitest';
import {
  type Ikev1ModeScan,
  type Ikev1Scan,
  ikev1Answered,
  ikev1ScanRecord,
  ikev1ScanText,
  isWeakIkev1,
} from '../../src/report/scan-report-ikev1.js';
import { plainStyle } from '../support/plain-style.js';

const OLD = { cipher: 5, hash: 1, method: 1, group: 2 };
const NEW = { cipher: 7, keyLength: 256, hash: 4, method: 1, group: 14 };
const mode = (over: Partial<Ikev1ModeScan> = {}): Ikev1ModeScan => ({
  outcome: 'answered',
  first: OLD,
  accepted: [OLD, NEW],
  complete: true,
  unanswered: 0,
  vendorIds: [Buffer.from('me')],
  payloads: ['SA', 'VID'],
  notifies: [],
  showsHash: false,
  ...over,
});
const SILENT = mode({ outcome: 'silent', accepted: [] });
const scan = (over: Partial<Ikev1Scan> = {}): Ikev1Scan => ({
  main: mode(),
  aggressive: SILENT,
  methodsChecked: true,
  messages: 40,
  seconds: 4.2,
  interrupted: false,
  ...over,
});
const text = (over: Partial<Ikev1Scan> = {}, columns = 80) => ikev1ScanText(scan(over), plainStyle(columns), false).join('\n');

describe('what a scan of IKEv1 found', () => {
  it('grades each algorithm and lists the combinations', () => {
    expect(text()).toContain('first choice  3DES_CBC, MD5, PSK, MODP_1024');
    expect(text()).toMatch(/3DES_CBC +obsolete +64-bit blocks/);
    expect(text()).toMatch(/AES_CBC_256 +strong/);
    expect(text()).toContain('3DES_CBC/MD5/PSK/MODP_1024, AES_CBC_256/SHA2_256/PSK/MODP_2048');
    expect(text()).toMatch(/IKEv1: weak, and accepted: 3DES_CBC, MD5, MODP_1024; IKEv1 itself is\s+historic/);
  });

  it.each<[string, Partial<Ikev1Scan>, RegExp]>([
    ['methods are taken unseen', { methodsChecked: false }, /takes any in its first answer[\s\S]*3DES_CBC\/MD5\/MODP_1024/],
    [
      'aggressive mode takes the same',
      { aggressive: mode({ peerId: 'gw', showsHash: true }) },
      /the same combinations\n {2}calls itself {2}gw[\s\S]*aggressive mode with a\s+pre-shared key/,
    ],
    ['aggressive mode takes others', { aggressive: mode({ accepted: [NEW] }) }, /IKEv1 aggressive mode\n[\s\S]*combinations \(1\)/],
    [
      'the name is refused',
      { aggressive: mode({ outcome: 'name-refused', notifies: ['AUTHENTICATION-FAILED'] }) },
      /refused for the name: --id/,
    ],
    ['not every combination', { main: mode({ complete: false }) }, /combinations \(2 and more/],
    ['silence', { main: mode({ unanswered: 30 }) }, /no answer +to 30 other combinations/],
    ['nobody', { main: SILENT }, /^IKEv1: not spoken with us/m],
    ['repetitions', { backOff: { times: [0, 10, 20], pattern: 'racoon' } }, /repetitions +after 10\.0, 10\.0 s \(racoon\)/],
    ['no repetition', { backOff: { times: [0.1] } }, /none: the answer came once \(nobody known\)/],
  ])('%s', (_, over, wanted) => expect(text(over)).toMatch(wanted));

  it('what is weak and what is an answer', () => {
    const strong = mode({ accepted: [NEW] });
    expect([
      isWeakIkev1(scan()),
      isWeakIkev1(scan({ main: strong })),
      isWeakIkev1(scan({ main: strong, aggressive: mode({ accepted: [NEW], showsHash: true }) })),
    ]).toEqual([true, false, true]);
    expect([
      ikev1Answered(scan()),
      ikev1Answered(scan({ main: SILENT })),
      ikev1Answered(scan({ main: SILENT, aggressive: mode() })),
    ]).toEqual([true, false, true]);
  });

  it.each([40, 80, 100])('keeps to %i columns', (columns) => {
    for (const line of text({ aggressive: mode({ showsHash: true }), backOff: { times: [0] } }, columns).split('\n'))
      expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  it('as JSON', () => {
    expect(ikev1ScanRecord(scan({ aggressive: mode({ peerId: 'gw', showsHash: true }), backOff: { times: [0, 0.512] } }))).toMatchObject({
      outcome: 'answered',
      first_choice: ['3DES_CBC', 'MD5', 'PSK', 'MODP_1024'],
      accepted: {
        encr: [
          { name: '3DES_CBC', grade: 'obsolete' },
          { name: 'AES_CBC_256', key_length: 256 },
        ],
        method: [{ name: 'PSK', id: 1 }],
      },
      combinations: ['3DES_CBC/MD5/PSK/MODP_1024', 'AES_CBC_256/SHA2_256/PSK/MODP_2048'],
      aggressive: { peer_id: 'gw', shows_hash: true },
      back_off: { seconds: [0, 0.51] },
      vendor_ids: ['me'],
      messages: 40,
    });
  });
});
