import { type Answer, type Host, mapAnswer } from '../host.js';
import { blocks, readXfrm } from './xfrm-states.js';

export interface XfrmTemplate {
  /** `0.0.0.0` or `::` in transport mode. */
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly spi?: number;
  readonly reqid: number;
  readonly mode: string;
  /** `level use`: may be missing. */
  readonly optional: boolean;
}

/** A policy in the kernel. Socket policies (the daemons' own bypass) are among them. */
export interface XfrmPolicy {
  /** CIDR. */
  readonly source: string;
  readonly destination: string;
  /** `tcp`, `icmp`, a number; absent for any. */
  readonly protocol?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly direction: 'in' | 'out' | 'fwd' | 'socket in' | 'socket out' | 'socket fwd';
  readonly action: 'allow' | 'block';
  /** The lower, the sooner it matches. */
  readonly priority: number;
  readonly device?: string;
  readonly mark?: string;
  readonly ifId?: number;
  /** Empty: passes (or blocks) in clear. */
  readonly templates: readonly XfrmTemplate[];
}

/** Output of `ip xfrm policy`. */
export function parseXfrmPolicies(output: string): readonly XfrmPolicy[] {
  return blocks(output).flatMap((lines) => {
    const [selector, ...rest] = lines;
    const ends = /^src (\S+) dst (\S+)/.exec(selector ?? '');
    const tmplAt = rest.findIndex((line) => /^\s*tmpl /.test(line));
    const head = (tmplAt < 0 ? rest : rest.slice(0, tmplAt)).join('\n');
    const direction = /\b(?:dir (in|out|fwd)|(socket (?:in|out|fwd)))\b/.exec(head);
    if (ends === null || direction === null) return [];
    const value = (pattern: RegExp, from: string) => pattern.exec(from)?.[1];
    const protocol = value(/\bproto (\S+)/, selector ?? '');
    const ports = {
      sourcePort: value(/\b(?:sport|type) (\d+)/, selector ?? ''),
      destinationPort: value(/\b(?:dport|code) (\d+)/, selector ?? ''),
    };
    const device = value(/\bdev (\S+)/, selector ?? '');
    const mark = value(/^\s*mark (\S+)/m, head);
    const ifId = value(/if_id (0x[0-9a-f]+)/, lines.join('\n'));
    return [
      {
        source: ends[1] as string,
        destination: ends[2] as string,
        ...(protocol !== undefined && { protocol }),
        ...(ports.sourcePort !== undefined && { sourcePort: Number(ports.sourcePort) }),
        ...(ports.destinationPort !== undefined && { destinationPort: Number(ports.destinationPort) }),
        direction: (direction[1] ?? direction[2]) as XfrmPolicy['direction'],
        action: /\baction block\b/.test(head) ? 'block' : 'allow',
        priority: Number(value(/\bpriority (\d+)/, head) ?? 0),
        ...(device !== undefined && { device }),
        ...(mark !== undefined && { mark }),
        ...(ifId !== undefined && { ifId: Number(ifId) }),
        templates: tmplAt < 0 ? [] : readTemplates(rest.slice(tmplAt)),
      },
    ];
  });
}

function readTemplates(lines: readonly string[]): readonly XfrmTemplate[] {
  const pattern =
    /tmpl src (\S+) dst (\S+)\s+proto (\S+)(?: spi (0x[0-9a-f]+|\d+)(?:\([^)]*\))?)?(?: reqid (\d+)(?:\([^)]*\))?)?(?: mode (\S+))?([\s\S]*?)(?=\btmpl |$)/g;
  return [...lines.join('\n').matchAll(pattern)].map(([, source, destination, protocol, spi, reqid, mode, rest]) => ({
    source: source as string,
    destination: destination as string,
    protocol: protocol as string,
    ...(spi !== undefined && Number(spi) !== 0 && { spi: Number(spi) }),
    reqid: Number(reqid ?? 0),
    mode: mode ?? 'transport',
    optional: /\blevel use\b/.test(rest ?? ''),
  }));
}

/** The policies of this network namespace. Needs root. */
export async function readXfrmPolicies(host: Host): Promise<Answer<readonly XfrmPolicy[]>> {
  return mapAnswer(await readXfrm(host, ['ip', 'xfrm', 'policy']), parseXfrmPolicies);
}
