import { gunzipSync } from 'node:zlib';
import { findKeyword } from '../../src/config/ipsec-conf/check-keywords.js';
import { findOption } from '../../src/config/openvpn/options.js';
import { isOption } from '../../src/config/swanctl/keywords.js';

/** How many keywords a page explains, and which of them we do not know. */
export interface PageVerdict {
  readonly count: number;
  readonly unknown: readonly string[];
}

/** The text of a page as Debian packs it. */
export const manualPage = (gzipped: Uint8Array) => gunzipSync(gzipped).toString('utf8').replaceAll('\\-', '-').replaceAll('\\&', '');

/** What a page names and the program's own parser does not know: slips of the pages, and words kept to say that they are gone. */
const OF_THE_PAGE_ALONE = ['tun-max-mtu', 'conn leftfirewall', 'conn rightirewall', 'conn auth', 'conn interface-ip'];

/** Of openvpn's command line, not of its files. */
const OF_THE_COMMAND_LINE = ['help', 'version', 'show-tls-groups', 'test-crypto', 'rmtun', 'mktun'];

const verdict = (names: readonly string[], known: (name: string) => boolean): PageVerdict => ({
  count: names.length,
  unknown: names.filter((name) => !known(name) && !OF_THE_PAGE_ALONE.includes(name)),
});

/** swanctl.conf(5): `.BR connections.<conn>.version " [0]"`. */
export function judgeSwanctlPage(page: string): PageVerdict {
  const paths = [...page.matchAll(/^\.BR (\S+\.\w+) "/gm)].map(([, path = '']) => path).filter((path) => kindOf(path) !== undefined);
  return verdict(paths, (path) => isOption(kindOf(path) ?? 'connection', path.replace(/^.*\./, '')));
}

/** The kind of section that an option of swanctl.conf belongs to, by its path. */
function kindOf(option: string): 'connection' | 'round' | 'certificate' | 'child' | 'authority' | undefined {
  const path = option.replace(/\.[^.]*$/, '');
  if (/^connections\.<conn>$/.test(path)) return 'connection';
  if (/^connections\.<conn>\.(local|remote)<suffix>$/.test(path)) return 'round';
  if (/^connections\.<conn>\.(local|remote)<suffix>\.cac?e?r?t<suffix>$/.test(path) || /\.cert<suffix>$/.test(path)) return 'certificate';
  if (/^connections\.<conn>\.children\.<child>$/.test(path)) return 'child';
  return /^authorities\.<name>$/.test(path) ? 'authority' : undefined;
}

/** openvpn(8): `.BI --cipher \ alg`. */
export function judgeOpenvpnPage(page: string): PageVerdict {
  const options = [...new Set([...page.matchAll(/^\.BI?\s+--([\w-]+)/gm)].map(([, name = '']) => name))];
  return verdict(
    options.filter((name) => !OF_THE_COMMAND_LINE.includes(name)),
    (name) => findOption(name) !== undefined,
  );
}

/** ipsec.conf(5) of libreswan: `\fBleftsubnet\fR` (several with commas between) before `.RS 4`, by the section it is explained in. */
export function judgeLibreswanPage(page: string): PageVerdict {
  const names: string[] = [];
  let section = '';
  for (const part of page.split(/^\.SH /m)) {
    section = /^"CON(N|FIG) SECTIONS"/.exec(part)?.[1] ?? '';
    if (section === '') continue;
    for (const [, head = ''] of part.matchAll(/^\.PP\n((?:\\fB.*\n)+)\.RS 4$/gm))
      for (const [, key = ''] of head.matchAll(/\\fB([a-z][\w-]*)=?\\fR/g)) names.push(`${section === 'N' ? 'conn' : 'setup'} ${key}`);
  }
  return judgeIpsecConf('libreswan', names);
}

/** ipsec.conf(5) of strongSwan: `.BR leftid " = <id>"`, `.BR left|rightid " = <id>"`. */
export function judgeStrongswanPage(page: string): PageVerdict {
  const names: string[] = [];
  for (const part of page.split(/^\.SH /m)) {
    const section = /^"?(CONN|CA|CONFIG) SECTIONS/.exec(part)?.[1];
    if (section === undefined) continue;
    for (const [, key = ''] of part.matchAll(/^\.BR ([a-z][\w|-]*) " = /gm))
      for (const one of key.includes('|') ? key.replace(/^left\|right/, 'left').split('|') : [key])
        names.push(`${section === 'CONFIG' ? 'setup' : section.toLowerCase()} ${one}`);
  }
  return judgeIpsecConf('strongswan', names);
}

/** `names`: section and keyword. */
export function judgeIpsecConf(product: 'libreswan' | 'strongswan', names: readonly string[]): PageVerdict {
  return verdict(names, (name) => {
    const [section, key = ''] = name.split(' ');
    return findKeyword(product, section as 'setup' | 'conn' | 'ca', key) !== undefined;
  });
}
