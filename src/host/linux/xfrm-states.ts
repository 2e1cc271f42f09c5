import { type Answer, answer, type Host, mapAnswer, noAnswer } from '../host.js';

/** An algorithm of an SA as the kernel names it: `cbc(aes)`, 128 bits of key. The key itself is dropped before it gets here. */
export interface XfrmAlgorithm {
  readonly name: string;
  readonly keyBits: number;
  /** Truncation of the ICV in bits, where printed. */
  readonly icvBits?: number;
}

/** An SA in the kernel, without its keys. */
export interface XfrmState {
  readonly source: string;
  readonly destination: string;
  /** `esp`, `ah`, `comp`, `route2`, `hao`. */
  readonly protocol: string;
  readonly spi: number;
  readonly reqid: number;
  /** `tunnel`, `transport`, `beet`, `ro`, `in_trigger`. */
  readonly mode: string;
  readonly replayWindow: number;
  /** `af-unspec`, `esn`, `nopmtudisc` … */
  readonly flags: readonly string[];
  readonly encryption?: XfrmAlgorithm;
  readonly integrity?: XfrmAlgorithm;
  readonly aead?: XfrmAlgorithm;
  readonly encapsulation?: { readonly type: string; readonly sourcePort: number; readonly destinationPort: number };
  /** `0x1/0xffffffff` as printed. */
  readonly mark?: string;
  readonly ifId?: number;
  readonly bytes?: number;
  readonly packets?: number;
  readonly replayErrors?: number;
  readonly integrityErrors?: number;
  /** Negotiation that has not finished: no key yet (`proto 0`, larval) */
  readonly larval: boolean;
}

/**
 * Output of `ip -s xfrm state`. Of the keys only the length is kept, wherever the text comes from.
 */
export function parseXfrmStates(output: string): readonly XfrmState[] {
  return blocks(output).flatMap((lines) => {
    const ends = /^src (\S+) dst (\S+)/.exec(lines[0] ?? '');
    const body = lines.slice(1).join('\n');
    const identity = /proto (\S+) spi (0x[0-9a-f]+)(?:\(\d+\))? reqid (\d+)(?:\([^)]*\))? mode (\S+)/.exec(body);
    if (ends === null || identity === null) return [];
    const algorithms = readAlgorithms(body);
    const encapsulation = /encap type (\S+) sport (\d+) dport (\d+)/.exec(body);
    const mark = /^\s*mark (\S+)/m.exec(body)?.[1];
    const ifId = /if_id (0x[0-9a-f]+)/.exec(body)?.[1];
    const current = /lifetime current:\s*\n?\s*(\d+)\(bytes\), (\d+)\(packets\)/.exec(body);
    const stats = /stats:\s*\n?\s*replay-window \d+ replay (\d+) failed (\d+)/.exec(body);
    return [
      {
        source: ends[1] as string,
        destination: ends[2] as string,
        protocol: identity[1] as string,
        spi: Number(identity[2]),
        reqid: Number(identity[3]),
        mode: identity[4] as string,
        replayWindow: Number(/^\s*replay-window (\d+)/m.exec(body)?.[1] ?? 0),
        flags: (/^\s*replay-window.*\bflag (.*)$/m.exec(body)?.[1] ?? '').split(' ').filter((flag) => flag !== '' && !flag.startsWith('(')),
        ...algorithms,
        ...(encapsulation !== null && {
          encapsulation: {
            type: encapsulation[1] as string,
            sourcePort: Number(encapsulation[2]),
            destinationPort: Number(encapsulation[3]),
          },
        }),
        ...(mark !== undefined && { mark }),
        ...(ifId !== undefined && { ifId: Number(ifId) }),
        ...(current !== null && { bytes: Number(current[1]), packets: Number(current[2]) }),
        ...(stats !== null && { replayErrors: Number(stats[1]), integrityErrors: Number(stats[2]) }),
        larval: !/^\s*(?:enc|auth|auth-trunc|aead|comp) /m.test(body),
      },
    ];
  });
}

/** Entries of `ip xfrm`: each begins with `src` at the beginning of a line. */
export function blocks(output: string): readonly string[][] {
  const all: string[][] = [];
  for (const line of output.split('\n')) {
    if (line.startsWith('src ')) all.push([line]);
    else if (line.trim() !== '') all.at(-1)?.push(line);
  }
  return all;
}

const kinds = { enc: 'encryption', auth: 'integrity', 'auth-trunc': 'integrity', aead: 'aead' } as const;

function readAlgorithms(body: string): { encryption?: XfrmAlgorithm; integrity?: XfrmAlgorithm; aead?: XfrmAlgorithm } {
  const found: { encryption?: XfrmAlgorithm; integrity?: XfrmAlgorithm; aead?: XfrmAlgorithm } = {};
  for (const [, kind, name, key, bits, icv] of body.matchAll(
    /^\s*(enc|auth-trunc|auth|aead) (\S+)(?: (0x[0-9a-f]*|<<[^>]*>>))?(?: \((\d+) bits\))?(?: (\d+))?/gm,
  )) {
    const keyBits = bits === undefined ? (key?.startsWith('0x') ? (key.length - 2) * 4 : 0) : Number(bits);
    const algorithm = { name: name as string, keyBits, ...(icv !== undefined && { icvBits: Number(icv) }) };
    // An SA with both forms of integrity prints auth-trunc and auth; the first says more.
    found[kinds[kind as keyof typeof kinds]] ??= algorithm;
  }
  return found;
}

/** The SAs of this network namespace. Needs root: without, the kernel refuses. */
export async function readXfrmStates(host: Host): Promise<Answer<readonly XfrmState[]>> {
  return mapAnswer(await readXfrm(host, ['ip', '-s', 'xfrm', 'state']), parseXfrmStates);
}

/** Standard output of an `ip xfrm` command, or why there is none. */
export async function readXfrm(host: Host, command: readonly [string, ...string[]]): Promise<Answer<string>> {
  const output = await host.run(command);
  if (!output.ok) return output;
  const { stdout, stderr, status } = output.value;
  if (status === 0) return answer(stdout);
  return noAnswer(
    /not permitted|denied/i.test(stderr) ? 'denied' : 'failed',
    `${command.join(' ')}: ${stderr.trim() || `status ${status}`}`,
  );
}
