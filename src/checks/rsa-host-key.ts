import type { SecretEntry } from '../config/secret-entry.js';
import { type HostKey, readHostKeys } from '../host/certificates.js';
import { type Answer, noAnswer } from '../host/host.js';
import type { Connection, Sourced } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, unknown, unseen } from './shared/lines.js';
import { placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly secrets: readonly SecretEntry[];
  readonly keys: Answer<readonly HostKey[]>;
}

const LABEL = 'RSA host key';

export const check: Check<Facts> = {
  id: 'rsa-host-key',
  group: 'keys',
  title: LABEL,
  reads: ['leftrsasigkey, leftckaid of each connection', 'ipsec showhostkey --list', '/etc/ipsec.secrets: RSA'],
  refs: ['ipsec verify: RSA private key', 'ipsec_showhostkey(8)', 'ipsec_rsasigkey(8)'],
  async facts(host) {
    const [tunnels, { secrets }] = await Promise.all([readTunnels(host), host.configurations()]);
    const asked = wanting(tunnels).some(({ connection }) => connection.dialect === 'libreswan');
    return { tunnels, secrets, keys: asked ? await readHostKeys(host.host) : noAnswer('missing', 'not asked') };
  },
  judge({ tunnels, secrets, keys }) {
    const all = wanting(tunnels);
    if (all.length === 0) return [unneeded(LABEL, tunnels, 'no connection with a raw RSA key')];
    return all.map((each) => (each.connection.dialect === 'libreswan' ? judgeNss(each, keys) : judgeOpenswan(each, secrets)));
  },
};

interface Wanting {
  readonly connection: Connection;
  /** Our public key as the configuration gives it. */
  readonly key: Sourced<string>;
}

function wanting({ ipsec }: Tunnels): readonly Wanting[] {
  return ipsec.flatMap((connection) => {
    if (connection.auto.value === 'ignore' || (connection.dialect !== 'libreswan' && connection.dialect !== 'openswan')) return [];
    const ckaid = connection.other.find(({ key }) => key === `${connection.localSide}ckaid`)?.value;
    const key = connection.local.publicKey ?? ckaid;
    return key === undefined || connection.local.certificate !== undefined ? [] : [{ connection, key }];
  });
}

function judgeNss({ connection, key }: Wanting, keys: Facts['keys']): CheckLine {
  const label = `${LABEL} of ${connection.name}`;
  if (!keys.ok) return unseen(label, keys);
  const found = keys.value.find((each) => matches(each, key.value));
  if (found !== undefined) return pass(label, `in NSS, ckaid ${found.ckaid ?? found.keyId}`);
  if (keys.value.length === 0) return missing(connection, key, 'missing', 'NSS holds no private key', 'ipsec showhostkey --list: no keys');
  if (!/^0s/i.test(key.value) && !/^[0-9a-f]{40}$/i.test(key.value)) return unknown(label, 'a form of key that is not compared');
  const list = keys.value.map(({ type, keyId, ckaid }) => `${type} ${keyId ?? ''} ${ckaid ?? ''}`.trim()).join('; ');
  return missing(connection, key, 'mismatch', 'NSS holds other keys', `ipsec showhostkey --list: ${list}`);
}

function matches({ keyId, ckaid }: HostKey, written: string): boolean {
  const plain = written.replace(/^0s/i, '');
  return (keyId !== undefined && keyId.length >= 8 && plain.startsWith(keyId)) || (ckaid !== undefined && plain.toLowerCase() === ckaid);
}

/** Openswan keeps the key itself in ipsec.secrets. */
function judgeOpenswan({ connection, key }: Wanting, secrets: readonly SecretEntry[]): CheckLine {
  const entry = secrets.find(({ kind, dialect }) => kind === 'private-key' && dialect === 'openswan');
  if (entry !== undefined) return pass(`${LABEL} of ${connection.name}`, `${entry.file}:${entry.line}`);
  return missing(connection, key, 'missing', 'ipsec.secrets has no RSA key', 'no entry ": RSA" in ipsec.secrets');
}

function missing(connection: Connection, key: Sourced<string>, what: string, detail: string, evidence: string): CheckLine {
  const { name, dialect } = connection;
  const shown = key.value.length > 24 ? `${key.value.slice(0, 24)}…` : key.value;
  return {
    status: 'fail',
    label: `${LABEL} of ${name}`,
    detail,
    finding: hostFinding(check.id, {
      what,
      subject: name,
      severity: 'error',
      confidence: 0.85,
      title: `${name} authenticates with an RSA key whose private half is not on this host: ${detail}`,
      cause:
        'Without the private key this host cannot sign, and IKE ends with an authentication failure ("unable to locate my private key").',
      evidence: [{ ...placeOf(key), text: `our public key: ${shown}` }, { text: evidence }],
      fix: [
        {
          end: 'ours',
          text:
            dialect === 'openswan'
              ? 'ipsec newhostkey --output /etc/ipsec.secrets makes one'
              : 'ipsec newhostkey makes one (where the old one cannot be brought back); ipsec showhostkey --left --ckaid CKAID prints the line for both configurations',
        },
        {
          end: 'theirs',
          text: `${connection.localSide === 'right' ? 'right' : 'left'}rsasigkey= has to be the public half of the key in use`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['ipsec_newhostkey(8)', 'ipsec_showhostkey(8)'],
    }),
  };
}
