import { Secret } from '../../bytes/secret.js';
import type { ConfigRemark, Sourced } from '../../model/connection.js';
import type { SecretEntry, SecretKind } from '../secret-entry.js';
import { judgeSecret } from '../secret-strength.js';
import { secretBytes } from '../secret-text.js';
import { type ConfigText, type ReadIncluded, RemarkList } from '../source.js';
import { atLeast } from '../versions.js';
import { buildConnections } from './build-connections.js';
import { Inheritance } from './inherit.js';
import { isOption, secretSections } from './keywords.js';
import { readSettings, type SettingsSection } from './settings.js';
import type { SwanctlAuthority, SwanctlConfig, SwanctlPool } from './swanctl-config.js';

/** Sections at the top that swanctl loads; others serve as templates. */
const loaded: ReadonlySet<string> = new Set(['connections', 'secrets', 'pools', 'authorities']);

/** Reads a swanctl.conf with all its includes. `version` of strongSwan: its defaults differ. Nothing is thrown for a text. */
export async function readSwanctl(main: ConfigText, include: ReadIncluded, version?: string): Promise<SwanctlConfig> {
  const { files, root, remarks } = await readSettings(main, include);
  const remarkList = new RemarkList();
  for (const remark of remarks) remarkList.add(remark);
  for (const [key, { file, line }] of root.settings)
    remarkList.add({ file, line, severity: 'warning', code: 'unknown-keyword', text: `${key.slice(0, 40)} stands outside of any section` });
  for (const section of root.sections.values()) remarkOnTop(section, root, remarkList);
  const inheritance = new Inheritance(root, remarkList);
  const subsections = (name: string) => {
    const top = root.sections.get(name);
    return top === undefined ? [] : [...inheritance.resolve(top).sections.values()];
  };
  // PFS by default: NEWS of 6.0.2.
  const pfsByDefault = version === undefined || atLeast(version, '6.0.2');
  return {
    files,
    connections: subsections('connections').flatMap((section) => buildConnections(section, pfsByDefault, remarkList)),
    secrets: subsections('secrets').flatMap((section) => secretsOf(section, remarkList)),
    pools: subsections('pools').map(poolOf),
    authorities: subsections('authorities').map((section) => authorityOf(section, remarkList)),
    remarks: remarkList.remarks,
  };
}

/** A misspelt `connection { … }` is a template nobody uses, and loads nothing. */
function remarkOnTop({ name, file, line }: SettingsSection, root: SettingsSection, remarks: RemarkList): void {
  const near = [...loaded].find((known) => known !== name && (known.startsWith(name) || `${name}s` === known));
  if (!loaded.has(name) && near !== undefined && !refersTo(root, name))
    remarks.add({
      file,
      line,
      severity: 'warning',
      code: 'unknown-section',
      text: `swanctl loads nothing from ${name.slice(0, 40)}; ${near}?`,
      fix: `${near} {`,
    });
}

function refersTo(section: SettingsSection, name: string): boolean {
  return (
    section.references.some(({ value }) => value === name || value.startsWith(`${name}.`)) ||
    [...section.sections.values()].some((sub) => refersTo(sub, name))
  );
}

const kinds: Readonly<Record<(typeof secretSections)[number], SecretKind>> = {
  ike: 'psk',
  ppk: 'ppk',
  eap: 'eap',
  xauth: 'xauth',
  ntlm: 'ntlm',
  private: 'private-key',
  rsa: 'private-key',
  ecdsa: 'private-key',
  bliss: 'private-key',
  pkcs8: 'private-key',
  pkcs12: 'pkcs12',
  token: 'pin',
};

function secretsOf(section: SettingsSection, remarks: RemarkList): readonly SecretEntry[] {
  const { name, file, line, settings } = section;
  const word = secretSections.find((prefix) => name.startsWith(prefix));
  if (word === undefined) {
    remarks.add({
      file,
      line,
      severity: 'error',
      code: 'unknown-kind',
      text: `secrets.${name.slice(0, 40)} begins with none of ${secretSections.join(', ')}: it is not loaded`,
    });
    return [{ dialect: 'swanctl', file, line, kind: 'unknown', keyword: name, selectors: [] }];
  }
  const kind = kinds[word];
  const selectors: Sourced<string>[] = [];
  for (const [key, value] of settings) {
    if (key.startsWith('id')) selectors.push(value);
    else if (!/^(secret|file|handle|slot|module|pin)/.test(key))
      remarks.add({
        file: value.file,
        line: value.line,
        severity: 'error',
        code: 'unknown-keyword',
        text: `${key.slice(0, 40)} is no option of secrets.${name}`,
      });
  }
  const base = { dialect: 'swanctl', file, line, kind, keyword: name, selectors } as const;
  const keyFile = settings.get('file') ?? settings.get('handle');
  const written = settings.get('secret') ?? settings.get('pin');
  const person = kind === 'psk' || kind === 'eap' || kind === 'xauth' || kind === 'ppk';
  if (written === undefined) {
    if (person) remarks.add({ file, line, severity: 'error', code: 'syntax', text: `secrets.${name} has no secret` });
    return [{ ...base, ...(keyFile !== undefined && { keyFile }) }];
  }
  const { bytes, written: text, fault } = secretBytes(written.value, false, 'plain');
  if (fault !== undefined)
    remarks.add({
      file: written.file,
      line: written.line,
      severity: 'error',
      code: 'malformed-secret',
      text: `the secret of ${name} ${fault}`,
    });
  if (/[\u2018\u2019\u201A-\u201F\u00AB\u00BB]/.test(written.value.slice(0, 1)))
    remarks.add({
      file: written.file,
      line: written.line,
      severity: 'error',
      code: 'quoting',
      text: 'typographic quotation marks (“ ”) are part of the secret: write " before and behind it',
    });
  return [
    {
      ...base,
      line: written.line,
      file: written.file,
      ...(bytes !== undefined && { secret: new Secret(bytes) }),
      ...(bytes !== undefined && person && { strength: judgeSecret(bytes, text, { nearby: selectors.map(({ value }) => value) }) }),
      ...(keyFile !== undefined && { keyFile }),
    },
  ];
}

function poolOf({ name, file, line, settings }: SettingsSection): SwanctlPool {
  const addrs = settings.get('addrs');
  return { name, file, line, ...(addrs !== undefined && { addrs }) };
}

function authorityOf({ name, file, line, settings }: SettingsSection, remarks: RemarkList): SwanctlAuthority {
  const cacert = settings.get('cacert') ?? settings.get('file');
  for (const [key, value] of settings) if (!isOption('authority', key)) remarks.add(unknown(key, value, `authorities.${name}`));
  return { name, file, line, ...(cacert !== undefined && { cacert }) };
}

function unknown(key: string, { file, line }: Sourced<string>, where: string): ConfigRemark {
  return { file, line, severity: 'error', code: 'unknown-keyword', text: `${key.slice(0, 40)} is no option of ${where}` };
}
