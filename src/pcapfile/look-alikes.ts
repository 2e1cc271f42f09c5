/** A kind of file that people hand to a capture reader, told by how it begins. */
interface LookAlike {
  readonly begins: string;
  readonly is: string;
  readonly hint: string;
}

const convert = 'convert it first: tshark -F pcapng -r FILE -w converted.pcapng';
const unpack = (command: string) => `unpack it first: ${command}`;

/** First bytes (latin1) of what is not pcap or pcapng, and what to do with it. */
const KNOWN: readonly LookAlike[] = [
  { begins: 'snoop\0\0\0', is: 'a Solaris snoop capture', hint: convert },
  { begins: 'GMBU', is: 'a Microsoft Network Monitor capture', hint: convert },
  { begins: 'RTSS', is: 'a Microsoft Network Monitor 1.x capture', hint: convert },
  { begins: 'TRSNIFF data', is: 'a Sniffer capture', hint: convert },
  { begins: 'XCP\0', is: 'a NetXRay or Sniffer capture', hint: convert },
  { begins: '\xa1\xe2\xcb\x12', is: "a capture of Nokia's pcap dialect", hint: convert },
  { begins: '\x12\xcb\xe2\xa1', is: "a capture of Nokia's pcap dialect", hint: convert },
  { begins: '\x1c\x00\x01\xac', is: 'an IXIA lcap capture', hint: convert },
  { begins: '\xac\x01\x00\x1c', is: 'an IXIA lcap capture', hint: convert },
  { begins: '\x1f\x8b', is: 'gzip-compressed twice or in a place where gzip is not unpacked', hint: unpack('gunzip FILE') },
  { begins: '\x28\xb5\x2f\xfd', is: 'zstd-compressed', hint: unpack('zstd -d FILE') },
  { begins: '\xfd7zXZ', is: 'xz-compressed', hint: unpack('unxz FILE') },
  { begins: 'BZh', is: 'bzip2-compressed', hint: unpack('bunzip2 FILE') },
  { begins: '\x04\x22\x4d\x18', is: 'lz4-compressed', hint: unpack('lz4 -d FILE') },
  { begins: 'PK\x03\x04', is: 'a zip archive', hint: unpack('unzip FILE') },
  { begins: '\x7fELF', is: 'a program', hint: 'give a file written by tcpdump -w, tshark -w or Wireshark' },
];

/** What a file that is not a capture looks like, for an error message: `is …`, and what to do. `head`: its first bytes. */
export function describeLookAlike(head: Buffer): { readonly is: string; readonly hint: string } {
  const latin = head.toString('latin1');
  const known = KNOWN.find(({ begins }) => latin.startsWith(begins));
  if (known !== undefined) return known;
  if (/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(latin) && /[\x20-\x7e]{4}/.test(latin)) {
    const line = (latin.split(/[\r\n]/)[0] ?? '').replace(/[^\x20-\x7e]/g, '.').slice(0, 40);
    return {
      is: `text: it begins with "${line}"`,
      hint: 'give the capture itself, not its printed form: tcpdump -w FILE writes one',
    };
  }
  return {
    is: `something else: it begins with ${head.subarray(0, 4).toString('hex')}`,
    hint: 'give a pcap or pcapng file, as tcpdump -w, tshark -w and Wireshark write them',
  };
}
