import { type Answer, answer, type Host, mapAnswer, noAnswer } from '../host.js';
import type { Family } from './routes.js';

/** Settings that exist per interface and in `all`. */
export type InterfaceSysctl =
  | 'rp_filter'
  | 'send_redirects'
  | 'accept_redirects'
  | 'secure_redirects'
  | 'forwarding'
  | 'disable_policy'
  | 'disable_xfrm';

/** What is in force on one interface, which is seldom what one file says. */
export interface EffectiveSysctl {
  readonly family: Family;
  readonly device: string;
  readonly name: InterfaceSysctl;
  readonly value: number;
  /** The sum, for evidence: `max(all = 1, eth0 = 0) = 1`. */
  readonly how: string;
  /** What was read: `net.ipv4.conf.all.rp_filter`, `1`. */
  readonly sources: readonly { readonly name: string; readonly value: number }[];
}

/** A setting by its path below /proc/sys, since interface names may contain dots: `net/core/xfrm_larval_drop`. Trimmed. */
export async function readSysctl(host: Host, path: string): Promise<Answer<string>> {
  return mapAnswer(await host.readFile(`/proc/sys/${path}`), (text) => text.trim());
}

type Read = { all: number; own: number; allForwarding: number; ownForwarding: number };

/** How the kernel joins `all` and the interface (include/linux/inetdevice.h; net/ipv6/route.c, net/ipv6/ip6_output.c). */
const rules: Record<Family, Partial<Record<InterfaceSysctl, 'max' | 'or' | 'own' | 'all' | 'accept' | 'accept6'>>> = {
  ipv4: {
    rp_filter: 'max',
    send_redirects: 'or',
    secure_redirects: 'or',
    disable_policy: 'or',
    disable_xfrm: 'or',
    forwarding: 'own',
    accept_redirects: 'accept',
  },
  ipv6: { forwarding: 'all', accept_redirects: 'accept6', disable_policy: 'or' },
};

/** The value in force on an interface. `missing` where the kernel has no such setting (IPv6 has no rp_filter). */
export async function readInterfaceSysctl(
  host: Host,
  family: Family,
  device: string,
  name: InterfaceSysctl,
): Promise<Answer<EffectiveSysctl>> {
  const rule = rules[family][name];
  if (rule === undefined) return noAnswer('missing', `the kernel has no ${name} for ${family}`);
  const sources: { name: string; value: number }[] = [];
  const read: Partial<Read> = {};
  for (const [key, where, what] of wanted(rule, device, name)) {
    const text = await readSysctl(host, `net/${family}/conf/${where}/${what}`);
    if (!text.ok) return text;
    const value = Number(text.value);
    if (!/^-?\d+$/.test(text.value)) return noAnswer('failed', `net.${family}.conf.${where}.${what} is not a number: ${text.value}`);
    read[key] = value;
    sources.push({ name: `net.${family}.conf.${where}.${what}`, value });
  }
  const { value, how } = join(rule, device, { all: 0, own: 0, allForwarding: 0, ownForwarding: 0, ...read });
  return answer({ family, device, name, value, how, sources });
}

function wanted(rule: string, device: string, name: string): [keyof Read, string, string][] {
  if (rule === 'all') return [['all', 'all', name]];
  if (rule === 'own') return [['own', device, name]];
  const both: [keyof Read, string, string][] = [
    ['all', 'all', name],
    ['own', device, name],
  ];
  if (rule === 'accept') return [...both, ['ownForwarding', device, 'forwarding']];
  if (rule === 'accept6') {
    return [
      ['own', device, name],
      ['ownForwarding', device, 'forwarding'],
    ];
  }
  return both;
}

function join(rule: string, device: string, { all, own, ownForwarding }: Read): { value: number; how: string } {
  const pair = `all = ${all}, ${device} = ${own}`;
  const either = Number(all !== 0 || own !== 0);
  const both = Number(all !== 0 && own !== 0);
  switch (rule) {
    case 'max': {
      const value = Math.max(all, own);
      return { value, how: `max(${pair}) = ${value}` };
    }
    case 'or':
      return { value: either, how: `${pair}: on when either is, so ${either}` };
    case 'all':
      return { value: all, how: `all = ${all}` };
    case 'own':
      return { value: own, how: `${device} = ${own}` };
    case 'accept6': {
      const value = Number(own !== 0 && ownForwarding === 0);
      return { value, how: `${device} = ${own}, forwarding = ${ownForwarding}: on when set and not forwarding, so ${value}` };
    }
    default:
      return ownForwarding !== 0
        ? { value: both, how: `${pair}; forwarding on: on when both are, so ${both}` }
        : { value: either, how: `${pair}; forwarding off: on when either is, so ${either}` };
  }
}
