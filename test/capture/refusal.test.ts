import { describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../../src/bytes/errors.js';
import { explainRefusal } from '../../src/capture/refusal.js';

/** What libpcap 1.10 and tcpdump 4.99 say. */
describe('explainRefusal', () => {
  it.each([
    [
      'eth7: No such device exists\n(SIOCGIFHWADDR: No such device)',
      UsageError,
      /^there is no interface "eth7"$/,
      /^interfaces here: .*any$/,
    ],
    [
      "eth7: You don't have permission to capture on that device\n(socket: Operation not permitted)",
      EnvironmentError,
      /^no right to capture on eth7 \(/,
      /setcap/,
    ],
    [
      'eth7: Attempt to create packet socket failed - CAP_NET_RAW may be required',
      EnvironmentError,
      /^no right to capture on eth7/,
      /sudo/,
    ],
    [
      "can't parse filter expression: syntax error",
      UsageError,
      /^libpcap does not understand the filter "udp prot 500": syntax error$/,
      /pcap-filter/,
    ],
    ["unknown host 'peer'", UsageError, /the filter "udp prot 500": unknown host 'peer'$/, /pcap-filter/],
    ['eth7: That device is not up', EnvironmentError, /^interface eth7 is not up$/, /ip link set eth7 up/],
    ['something new', EnvironmentError, /^cannot capture on eth7: something new$/, undefined],
    ['', EnvironmentError, /^cannot capture on eth7: no reason was given$/, undefined],
  ])('%j', (text, kind, message, hint) => {
    const error = explainRefusal(text, 'eth7', 'udp prot 500');
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toMatch(hint);
  });

  it('blames no filter where none was given', () => {
    expect(explainRefusal('parse error', 'eth7', '').message).toBe('cannot capture on eth7: parse error');
  });
});
