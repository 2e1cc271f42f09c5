import type { OpenvpnConfig } from '../../openvpn/openvpn-config.js';
import type { AspectResult } from '../mismatch.js';
import { likeness, type OpenvpnPair, option, optionCell, set } from './openvpn-pair.js';

/** A list of names, of which both ends must have one in common. */
interface Listed {
  readonly name: 'tls-cipher' | 'tls-ciphersuites' | 'tls-groups';
  readonly label: string;
  /** What a word that names one thing looks like; lists with others (`DEFAULT`, `!SHA1`) are OpenSSL's to read. */
  readonly plain: RegExp;
  readonly log: string;
}

const SUITES_12: Listed = {
  name: 'tls-cipher',
  label: 'TLS 1.2 suites',
  plain: /^TLS-.+-WITH-/i,
  log: 'The server has no TLS ciphersuites in common with the client',
};
const SUITES_13: Listed = { ...SUITES_12, name: 'tls-ciphersuites', label: 'TLS 1.3 suites', plain: /^TLS_/i };
const GROUPS: Listed = { name: 'tls-groups', label: 'TLS groups', plain: /^\w[\w-]*$/, log: 'no suitable key share", "no shared cipher' };

/** `tls-cipher`, `tls-ciphersuites` and `tls-groups`, where both ends have such a list of their own. */
export function compareSuites(pair: OpenvpnPair): readonly AspectResult[] {
  const newest = [pair.ours, pair.theirs].every((config) => Number(option(config, 'tls-version-max')?.args[0] ?? 1.3) >= 1.3);
  return [...inCommon(pair, newest ? SUITES_13 : SUITES_12), ...inCommon(pair, GROUPS)];
}

function inCommon({ ours, theirs }: OpenvpnPair, { name, label, plain, log }: Listed): readonly AspectResult[] {
  const [mine, yours] = [ours, theirs].map((config) => wordsOf(config, name));
  if (mine === undefined || yours === undefined || ![...mine, ...yours].every((word) => plain.test(word))) return [];
  const known = new Set(yours.map(oneName));
  const [a, b] = [mine.join(':'), yours.join(':')];
  return [
    likeness({
      code: `config/openvpn-${name}`,
      label,
      ours: optionCell(ours, option(ours, name), a),
      theirs: optionCell(theirs, option(theirs, name), b),
      agrees: mine.some((word) => known.has(oneName(word))),
      breaks: 'up',
      title: `${name} ${a} at our end, ${b} at the other: none in common`,
      cause: `The server drops the ClientHello; its log says "${log}", the client waits for 60 s.`,
      change: { ours: set(name, `${name} ${a}:${b}`), theirs: set(name, `${name} ${b}:${a}`) },
    }),
  ];
}

function wordsOf(config: OpenvpnConfig, name: string): readonly string[] | undefined {
  return option(config, name)?.args[0]?.split(':').filter(Boolean);
}

function oneName(word: string): string {
  return word.toLowerCase().replace('prime256v1', 'secp256r1').replace('p-256', 'secp256r1');
}
