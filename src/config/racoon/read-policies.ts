import type { Sourced } from '../../model/connection.js';
import type { ConfigText } from '../source.js';

/** One outgoing policy of setkey: `spdadd 10.1.0.0/24 10.2.0.0/24 any -P out ipsec esp/tunnel/192.0.2.1-198.51.100.1/require;`. */
export interface SetkeyPolicy {
  readonly file: string;
  readonly line: number;
  readonly source: Sourced<string>;
  readonly destination: Sourced<string>;
  /** `tcp/80`, without `any`. */
  readonly sourcePort?: string;
  readonly destinationPort?: string;
  readonly protocol: 'esp' | 'ah';
  readonly compress: boolean;
  readonly mode: 'tunnel' | 'transport';
  /** Addresses of the tunnel; absent in transport mode. */
  readonly ends?: readonly [string, string];
}

/** Reads the `spdadd … -P out ipsec` of a setkey file (setkey(8)). Other commands and incoming policies say nothing more. */
export function readPolicies({ file, text }: ConfigText): readonly SetkeyPolicy[] {
  const policies: SetkeyPolicy[] = [];
  const plain = text.replace(/#[^\n]*/g, '');
  let from = 0;
  for (const command of plain.split(';')) {
    const start = from + (/^\s*/.exec(command)?.[0].length ?? 0);
    from += command.length + 1;
    const words = command.trim().split(/\s+/);
    const at = words.indexOf('-P');
    if (words[0] !== 'spdadd' || at < 0 || words[at + 1] !== 'out' || !words.includes('ipsec')) continue;
    const place = { file, line: plain.slice(0, start).split('\n').length };
    const own = words.slice(1, at).filter((word) => !/^-[46n]+$/.test(word));
    const [source = '', destination = '', upper = 'any'] = own;
    const rules = words.slice(words.indexOf('ipsec') + 1).map((word) => word.split('/'));
    const rule = rules.find(([protocol]) => protocol === 'esp') ?? rules.find(([protocol]) => protocol === 'ah');
    if (rule === undefined) continue;
    const [protocol, mode, ends = ''] = rule;
    const [a, b] = ends.replace(/\[\d+\]/g, '').split('-');
    const port = (text_: string) => /\[([^\]]+)\]$/.exec(text_)?.[1];
    const withPort = (text_: string) =>
      upper === 'any' ? undefined : port(text_) === undefined || port(text_) === 'any' ? upper : `${upper}/${port(text_)}`;
    const [sourcePort, destinationPort] = [withPort(source), withPort(destination)];
    policies.push({
      ...place,
      source: { ...place, value: source.replace(/\[.*$/, '') },
      destination: { ...place, value: destination.replace(/\[.*$/, '') },
      ...(sourcePort !== undefined && { sourcePort }),
      ...(destinationPort !== undefined && { destinationPort }),
      protocol: protocol === 'ah' ? 'ah' : 'esp',
      compress: rules.some(([name]) => name === 'ipcomp'),
      mode: mode === 'transport' ? 'transport' : 'tunnel',
      ...(a !== undefined && b !== undefined && a !== '' && { ends: [a, b] as const }),
    });
  }
  return policies;
}
