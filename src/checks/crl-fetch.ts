import { type Answer, answered } from '../host/host.js';
import type { Sourced } from '../model/connection.js';
import type { Check } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unknown } from './shared/lines.js';
import { placeOf } from './shared/tunnels.js';

interface Facts {
  /** The setting that makes a daemon fetch CRLs, where one is there and not off. */
  readonly wanted: readonly (Sourced<string> & { readonly key: string })[];
  readonly folders: readonly { readonly path: string; readonly names: Answer<readonly string[]> }[];
}

const LABEL = 'fetching of CRLs';
const KEYS = ['crlcheckinterval', 'crl-strict', 'strictcrlpolicy', 'crl_strict'];
const FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib', '/lib64', '/usr/local/lib'];

export const check: Check<Facts> = {
  id: 'crl-fetch',
  group: 'system',
  title: LABEL,
  reads: [...KEYS.map((key) => `ipsec.conf: ${key}`), `libcurl.so in ${FOLDERS[0]} …`],
  refs: ["ipsec verify (Openswan): Checking for 'curl' command for CRL fetching", 'ipsec.conf(5): crlcheckinterval', 'RFC 5280 §5'],
  async facts(host) {
    const [{ ipsecConfs }, ...names] = await Promise.all([host.configurations(), ...FOLDERS.map((path) => host.host.readDir(path))]);
    const wanted = ipsecConfs
      .filter(({ product }) => product !== 'strongswan')
      .flatMap(({ setup }) =>
        KEYS.flatMap((key) => {
          const value = setup.get(key);
          return value === undefined || /^(?:0s?|no|off|false)$/i.test(value.value) ? [] : [{ ...value, key }];
        }),
      );
    return { wanted, folders: FOLDERS.map((path, index) => ({ path, names: names[index] as Answer<readonly string[]> })) };
  },
  judge({ wanted, folders }) {
    const [setting] = wanted;
    if (setting === undefined) return [skip(LABEL, 'not asked for')];
    const readable = folders.filter(({ names }) => names.ok);
    if (readable.length === 0) return [unknown(LABEL, 'no library folder could be read')];
    const found = readable.find(({ names }) => (answered(names) ?? []).some((name) => /^libcurl(?:-nss|-gnutls)?\.so/.test(name)));
    if (found !== undefined) return [pass(LABEL, `libcurl in ${found.path}`)];
    return [
      {
        status: 'warn',
        label: LABEL,
        detail: 'libcurl was not found',
        finding: hostFinding(check.id, {
          severity: 'warning',
          confidence: 0.6,
          title: `${setting.key}=${setting.value} asks for CRLs, but there is no libcurl to fetch them`,
          cause:
            'pluto fetches revocation lists through libcurl. Without it they are never fetched; where CRLs are strict, every certificate is then refused.',
          evidence: [
            { ...placeOf(setting), text: `${setting.key}=${setting.value}` },
            { text: `no libcurl.so in ${readable.map(({ path }) => path).join(', ')}` },
          ],
          fix: [{ end: 'ours', text: 'apt-get install libcurl4, dnf install libcurl; or import the CRL by hand (ipsec crls, crlutil -I)' }],
          retest: 'vpndoctor verify --only crl-fetch',
          refs: ['ipsec.conf(5): crlcheckinterval', 'RFC 5280 §5'],
        }),
      },
    ];
  },
};
