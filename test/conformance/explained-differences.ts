/** Where we and tshark 4.0 differ on purpose, and why. */
export interface Difference {
  readonly capture: string | RegExp;
  /** Every frame when absent. */
  readonly frames?: readonly number[];
  /** Every field when absent. */
  readonly fields?: readonly string[];
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    capture: /^derived__ikev2_tcp_rfc8229_cbc/,
    reason: 'IKE and ESP in TCP port 4500 (RFC 9329): tshark has its dissector on no port and shows bare TCP',
  },
  {
    capture: 'the-tcpdump-group+tcpdump__tests__ISAKMP_sa_setup.pcap',
    frames: [3, 4],
    fields: ['payloads'],
    reason: 'two NAT-D payloads of a draft (type 15): tshark takes the first for the SA KEK payload of GDOI and gives up inside it',
  },
  {
    capture: 'the-tcpdump-group+tcpdump__tests__isakmp-various-oobr.pcap',
    frames: [1],
    reason: 'first fragment of a datagram that never becomes whole: tshark reads into it, we report the fragment',
  },
  {
    capture: 'the-tcpdump-group+tcpdump__tests__isakmpv1-attr-oobr.pcap',
    frames: [1],
    reason: 'first fragment of a datagram that never becomes whole: tshark reads into it, we report the fragment',
  },
  {
    capture: 'the-tcpdump-group+tcpdump__tests__isakmp-ikev1_n_print-oobr.pcap',
    frames: [1, 3],
    reason: 'first fragments of datagrams that never become whole: tshark reads into them, we report the fragments',
  },
  {
    capture: 'royhills+ike-scan__pkt-malformed.pcap',
    frames: [1],
    fields: ['exchange'],
    reason: 'major version 3: tshark stops before the exchange type, whose place no version has moved yet',
  },
  {
    capture: 'corelight+zeek-spicy-ipsec__tests__traces__ipsec-ikev1-zero-length.pcap',
    reason: 'length 0 in the header: tshark calls it data, tcpdump and we read the payloads (and flag the length)',
  },
];

/** The entry that explains a difference, if any. */
export function explanation(capture: string, frame: number, field: string): Difference | undefined {
  return differences.find(
    (known) =>
      (typeof known.capture === 'string' ? known.capture === capture : known.capture.test(capture)) &&
      (known.frames?.includes(frame) ?? true) &&
      (known.fields?.includes(field) ?? true),
  );
}
