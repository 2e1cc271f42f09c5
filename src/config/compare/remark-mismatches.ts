import type { ConfigEnd } from '../effective/config-end.js';
import type { Breaks, Mismatch } from './mismatch.js';

/** Remarks on one file alone that decide whether the tunnel works; by their code. */
const breaking: Readonly<Record<string, { readonly code: string; readonly breaks: Breaks; readonly cause: string }>> = {
  'no-tunnel-group': {
    code: 'config/tunnel-group-name',
    breaks: 'up',
    cause: 'The name of a tunnel-group for a LAN-to-LAN tunnel is the address of the peer: under another name the secret is not found.',
  },
  'not-enabled': {
    code: 'config/ike-not-enabled',
    breaks: 'up',
    cause: 'The box takes no IKE message there, or refuses the tunnel by its group policy.',
  },
  'not-applied': {
    code: 'config/crypto-map-not-applied',
    breaks: 'up',
    cause: 'A crypto map works only on the interface it is applied to.',
  },
  'shadowed-entry': {
    code: 'config/crypto-map-order',
    breaks: 'traffic',
    cause:
      'The entries of a crypto map are looked at by their numbers: a packet goes to the peer of the first whose access list permits it.',
  },
  incomplete: { code: 'config/incomplete', breaks: 'up', cause: 'Something without which the product does not use the entry is missing.' },
  'unknown-reference': { code: 'config/unknown-reference', breaks: 'up', cause: 'What is named here is not there.' },
  'no-sainfo': {
    code: 'config/no-sainfo',
    breaks: 'up',
    cause: 'Phase 2 takes its algorithms from the sainfo of its networks: without one, racoon neither asks nor answers.',
  },
  'no-nat-exemption': {
    code: 'config/no-nat-exemption',
    breaks: 'traffic',
    cause:
      'Source addresses are translated before the crypto map looks at them: packets for the tunnel do not match its access list any more.',
  },
  'vpn-traffic-filtered': {
    code: 'config/vpn-traffic-filtered',
    breaks: 'traffic',
    cause: 'The box decrypts such packets and drops them, unless an access list of the interface lets them in.',
  },
  syntax: { code: 'config/syntax', breaks: 'up', cause: 'The product refuses the file, or the part of it.' },
  'bad-value': { code: 'config/bad-value', breaks: 'up', cause: 'The product refuses the connection with it.' },
  'unknown-keyword': { code: 'config/unknown-keyword', breaks: 'up', cause: 'The product refuses the file, or the connection.' },
  'removed-keyword': {
    code: 'config/unknown-keyword',
    breaks: 'up',
    cause: 'The product of that version refuses the file, or the connection.',
  },
  'duplicate-key': { code: 'config/duplicate-key', breaks: 'up', cause: 'The product refuses the connection.' },
  'unknown-also': { code: 'config/unknown-reference', breaks: 'up', cause: 'What is named here is not there.' },
};

/** What is wrong with one end whatever the other says: errors among the remarks on its file. */
export function remarkMismatches({ remarks, connection }: ConfigEnd, who: 'ours' | 'theirs'): readonly Mismatch[] {
  return remarks.flatMap((remark): readonly Mismatch[] => {
    const known = breaking[remark.code];
    const { severity } = remark;
    if (known === undefined || (severity !== 'error' && remark.code !== 'vpn-traffic-filtered')) return [];
    if (remark.connection !== undefined && !`${connection.name} `.startsWith(`${remark.connection} `)) return [];
    const { file, line, text, fix, fixLine = line } = remark;
    return [
      {
        code: known.code,
        severity,
        breaks: known.breaks,
        title: text,
        cause: known.cause,
        evidence: [line > 0 ? { file, line, text } : { file, text }],
        change: fix === undefined ? {} : { [who]: { kind: 'line', file, line: fixLine, text: fix } },
        refs: [],
      },
    ];
  });
}
