import type { ConfigRemark } from '../../model/connection.js';
import type { Keyword, KeywordTable } from '../keyword.js';
import { compareVersions } from '../versions.js';
import type { IpsecConfProduct, IpsecConfSection, IpsecConfSetting } from './document.js';
import { libreswanKeywords } from './keywords/libreswan.js';
import { openswanKeywords } from './keywords/openswan.js';
import { strongswanKeywords } from './keywords/strongswan.js';
import type { KeywordTables } from './keywords/tables.js';
import { canonicalKey } from './settings.js';

const tables: Readonly<Record<IpsecConfProduct, KeywordTables>> = {
  openswan: openswanKeywords,
  libreswan: libreswanKeywords,
  strongswan: strongswanKeywords,
};

/** What a product makes of a keyword it does not know: whether the tunnel is lost with it. */
const unknownSeverity: Readonly<Record<IpsecConfProduct, ConfigRemark['severity']>> = {
  // Both refuse the whole file.
  openswan: 'error',
  libreswan: 'error',
  // A line in the log, and on.
  strongswan: 'warning',
};

/** The life of a keyword in a product, by its name as written and the section it stands in; undefined when unknown there. */
export function findKeyword(product: IpsecConfProduct, section: IpsecConfSection['kind'], key: string): Keyword | undefined {
  const name = canonicalKey(key, product);
  const own = tables[product];
  if (section === 'setup') return at(own.setup, name);
  if (section === 'ca') return at(own.ca, name);
  const end = /^(left|right)(.*)$/.exec(name);
  return at(own.conn, name) ?? (end === null ? undefined : at(own.end, end[2] ?? ''));
}

function at(table: KeywordTable, name: string): Keyword | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether the keyword is an `x-comment=`, of which Openswan and libreswan take no notice. */
export function isComment(key: string, product: IpsecConfProduct): boolean {
  return product !== 'strongswan' && /^x[-_]/i.test(key);
}

/** Remarks on one setting's keyword: unknown, obsolete, gone, too new. `version` undefined: the newest is taken to be in use. */
export function checkKeyword(
  setting: IpsecConfSetting,
  section: IpsecConfSection['kind'],
  product: IpsecConfProduct,
  version: string | undefined,
): ConfigRemark | undefined {
  const { key } = setting;
  const { file, line, value } = setting.value;
  if (isComment(key, product)) return undefined;
  const keyword = findKeyword(product, section, key);
  // The same word for two things: until 3.18 what phase2= says now, since then that of leftauth=, which needs no end before it.
  if (product === 'libreswan' && key.toLowerCase() === 'auth' && keyword?.removed !== undefined && reached(keyword.removed, version)) {
    if (!/^(esp|ah)$/i.test(value)) return undefined;
    const text = `auth=${value} is refused by libreswan ${keyword.removed} and later, where auth= says how an end proves itself; write phase2=${value} instead`;
    return { file, line, severity: version === undefined ? 'warning' : 'error', code: 'removed-keyword', text, fix: `\tphase2=${value}` };
  }
  if (keyword === undefined)
    return { file, line, severity: unknownSeverity[product], code: 'unknown-keyword', ...unknown(setting, section, product) };
  const instead = keyword.instead === undefined ? undefined : insteadOf(key, keyword.instead, value);
  const hint = instead === undefined ? '' : `; write ${instead} instead`;
  const fix = instead !== undefined && /^[\w%-]+=/.test(instead) ? { fix: `\t${instead}` } : {};
  if (reached(keyword.removed, version))
    return {
      file,
      line,
      // Without a version we do not know that it fails.
      severity: version === undefined ? 'warning' : unknownSeverity[product],
      code: 'removed-keyword',
      text: `${key}= is not known to ${product} ${keyword.removed} and later${hint}`,
      ...fix,
    };
  if (keyword.since !== undefined && version !== undefined && compareVersions(version, keyword.since) < 0)
    return {
      file,
      line,
      severity: unknownSeverity[product],
      code: 'too-new-keyword',
      text: `${key}= is known to ${product} ${keyword.since} and later; this is ${version}`,
    };
  if (reached(keyword.obsolete, version))
    return {
      file,
      line,
      severity: 'warning',
      code: 'obsolete-keyword',
      text: `${key}= has no effect since ${product} ${keyword.obsolete}${hint === '' ? '; take the line out' : hint}`,
      ...fix,
    };
  if (key.toLowerCase() === 'ikev2' && product === 'libreswan' && reached('5.0', version))
    return {
      file,
      line,
      severity: 'warning',
      code: 'deprecated-keyword',
      text: `ikev2= is deprecated since libreswan 5.0; write keyexchange= instead`,
      fix: `\tkeyexchange=${/^(no|never)$/i.test(value) ? 'ikev1' : 'ikev2'}`,
    };
  return undefined;
}

/** Without a version the newest is taken to be in use. */
function reached(release: string | undefined, version: string | undefined): boolean {
  return release !== undefined && (version === undefined || compareVersions(version, release) >= 0);
}

function insteadOf(key: string, instead: string, value: string): string {
  const prefix = /^(left|right)/i.exec(key)?.[1] ?? '';
  if (instead.includes(' ')) return instead;
  const name = prefix === '' || instead.startsWith(prefix) ? instead : `${prefix}${instead}`;
  return name.includes('=') ? name : `${name}=${/\s/.test(value) ? `"${value}"` : value}`;
}

function unknown(
  { key, value }: IpsecConfSetting,
  section: IpsecConfSection['kind'],
  product: IpsecConfProduct,
): { readonly text: string; readonly fix?: string } {
  const shown = key.length > 40 ? `${key.slice(0, 40)}…` : key;
  const where = section === 'setup' ? 'config setup' : section;
  for (const other of ['setup', 'conn', 'ca'] as const)
    if (other !== section && findKeyword(product, other, key) !== undefined)
      return { text: `${shown}= does not belong into ${where} but into ${other === 'setup' ? 'config setup' : other}` };
  if (section === 'conn' && at(tables[product].end, canonicalKey(key, product)) !== undefined)
    return { text: `${shown}= belongs to one end: left${key}= or right${key}=` };
  const near = nearest(key, section, product);
  if (near !== undefined)
    return {
      text: `${product} knows no keyword ${shown}; ${near}?`,
      fix: `\t${near}=${/\s/.test(value.value) ? `"${value.value}"` : value.value}`,
    };
  const others = (['libreswan', 'strongswan', 'openswan'] as const).filter((name) => findKeyword(name, section, key) !== undefined);
  return { text: `${product} knows no keyword ${shown}${others.length === 0 ? '' : `; ${others.join(' and ')} would`}` };
}

/** The one keyword that differs by a slip: a letter too many, too few, wrong, or two exchanged. */
function nearest(key: string, section: IpsecConfSection['kind'], product: IpsecConfProduct): string | undefined {
  const name = canonicalKey(key, product).replaceAll('-', '').replaceAll('_', '');
  if (name.length < 4 || name.length > 40) return undefined;
  const own = tables[product];
  const table = section === 'setup' ? own.setup : section === 'ca' ? own.ca : own.conn;
  const candidates = Object.keys(table).filter((known) => table[known]?.removed === undefined && table[known]?.obsolete === undefined);
  if (section === 'conn') for (const end of Object.keys(own.end)) candidates.push(`left${end}`, `right${end}`);
  return candidates.find((known) => oneSlip(name, known.replaceAll('-', '').replaceAll('_', '')));
}

function oneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const exchanged = a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
  return exchanged || a.slice(i + 1) === b.slice(i + 1) || a.slice(i) === b.slice(i + 1) || a.slice(i + 1) === b.slice(i);
}
