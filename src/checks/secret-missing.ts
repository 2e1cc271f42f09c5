import { canonicalIdentity, type FoundSecret, findSecret } from '../config/ipsec-secrets/find-secret.js';
import type { SecretEntry, SecretKind } from '../config/secret-entry.js';
import { swanctlSecret } from '../config/swanctl/written.js';
import { answered } from '../host/host.js';
import type { Connection, ConnectionEnd } from '../model/connection.js';
import { parseIpv4, parseIpv6 } from '../wire/ip/address.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unknown } from './shared/lines.js';
import { SECRET_ROLES } from './shared/remarks.js';
import { readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly secrets: readonly SecretEntry[];
  /** Files with secrets that could not be read. */
  readonly unread: readonly string[];
  /** Addresses of this host: what `%defaultroute` may stand for. */
  readonly addresses: readonly string[];
}

const LABEL = 'secrets of connections';

export const check: Check<Facts> = {
  id: 'secret-missing',
  group: 'keys',
  title: LABEL,
  reads: ['/etc/ipsec.secrets', '/etc/swanctl/swanctl.conf: secrets', 'identities and addresses of each connection'],
  refs: ['ipsec.secrets(5)', 'swanctl.conf(5)', 'RFC 7296 §2.15'],
  async facts(host) {
    const [tunnels, { secrets, files }, interfaces] = await Promise.all([readTunnels(host), host.configurations(), host.interfaces()]);
    return {
      tunnels,
      secrets,
      unread: files.flatMap(({ path, role, unread }) =>
        unread !== undefined && SECRET_ROLES.includes(role) ? [`${path}: ${unread.reason}`] : [],
      ),
      addresses: (answered(interfaces) ?? [])
        .filter(({ loopback }) => !loopback)
        .flatMap((each) => each.addresses.map(({ address }) => address)),
    };
  },
  judge(facts) {
    const { tunnels } = facts;
    const wanting = unique(tunnels.ipsec.filter((connection) => connection.auto.value !== 'ignore' && needsSecret(connection)));
    if (wanting.length === 0) return [unneeded(LABEL, tunnels, 'no connection that needs a shared secret')];
    const lines = wanting.map((connection) => judgeConnection(connection, facts));
    const good = lines.filter(({ status }) => status === 'pass');
    const others = lines.filter(({ status }) => status !== 'pass');
    return [...(good.length > 3 ? [pass(LABEL, `${good.length} of ${lines.length} connections have theirs`)] : good), ...others];
  },
};

/** A section of swanctl.conf has a connection for each child: the secret is one. */
function unique(connections: readonly Connection[]): readonly Connection[] {
  return [...new Map(connections.map((connection) => [nameOf(connection), connection])).values()];
}

const nameOf = ({ name, dialect }: Connection) => (dialect === 'swanctl' ? (name.split('/', 1)[0] ?? name) : name);

const uses = ({ auth }: ConnectionEnd, ...kinds: readonly string[]) => auth.some(({ value }) => kinds.includes(value));

const needsSecret = ({ local, remote }: Connection) => uses(local, 'psk', 'xauth', 'eap') || uses(remote, 'psk');

function judgeConnection(connection: Connection, facts: Facts): CheckLine {
  const { local, remote } = connection;
  if (uses(local, 'psk') || uses(remote, 'psk')) return judgeShared(connection, facts);
  return judgeUser(connection, facts);
}

function judgeShared(connection: Connection, { secrets, unread, addresses }: Facts): CheckLine {
  const label = `secret of ${nameOf(connection)}`;
  const entries = secrets.filter(({ dialect }) => dialect === connection.dialect);
  const found = findSecret(entries, ['psk'], identities(connection.local, addresses), identities(connection.remote, []));
  if (found !== undefined) return foundLine(connection, label, found);
  // Anybody may call, and with any identity: an entry that names us and somebody is for one of them.
  const ours = new Set(identities(connection.local, addresses).map(canonicalIdentity));
  const some = entries.find(({ kind, selectors }) => kind === 'psk' && selectors.some(({ value }) => ours.has(canonicalIdentity(value))));
  if (isAnybody(connection.remote) && some !== undefined) return pass(label, `${some.file}:${some.line}, for one of its peers`);
  if (unread.length > 0) return unknown(label, `could not be looked for: ${unread.join(', ')}`);
  const name = [...connection.local.addresses, ...connection.remote.addresses].find(({ value }) => isName(value));
  if (name !== undefined) return unknown(label, `none for the identities as written; what ${name.value} resolves to was not asked`);
  return missing(connection, label, entries);
}

function foundLine(connection: Connection, label: string, { entry, match, rivals }: FoundSecret): CheckLine {
  const place = `${entry.file}:${entry.line}`;
  const [rival] = rivals;
  if (rival === undefined) return pass(label, match === 'any' ? `${place}, which is for anybody` : place);
  return {
    status: 'warn',
    label,
    detail: `${place} and ${rival.file}:${rival.line} fit equally well and differ`,
    finding: hostFinding(check.id, {
      what: 'ambiguous',
      subject: nameOf(connection),
      severity: 'warning',
      confidence: 0.8,
      title: `two different secrets fit ${nameOf(connection)} equally well`,
      cause:
        'Which of them the daemon takes follows from their order in the files, and changes when somebody sorts or reloads them. With the wrong one, authentication fails.',
      evidence: [entry, ...rivals].map(({ file, line, selectors, keyword }) => ({
        file,
        line,
        text: `${selectorText(selectors)}: ${keyword}`,
      })),
      fix: [{ end: 'ours', text: `name both ends in the entry that is meant:\n${lineFor(connection)}` }],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['ipsec.secrets(5)'],
    }),
  };
}

function missing(connection: Connection, label: string, entries: readonly SecretEntry[]): CheckLine {
  const name = nameOf(connection);
  const pair = `${ownName(connection.local)} and ${ownName(connection.remote)}`;
  const others = entries.filter(({ kind }) => kind === 'psk').slice(0, 5);
  return {
    status: 'fail',
    label,
    detail: `none for ${pair}`,
    finding: hostFinding(check.id, {
      subject: name,
      severity: 'error',
      confidence: 0.9,
      title: `there is no preshared key for ${name} (${pair})`,
      cause:
        'The daemon looks the key up by the identities of both ends. Without one it cannot authenticate: "no preshared key found", AUTHENTICATION_FAILED, or silence after the third message of Main Mode.',
      evidence: [
        { file: connection.file, line: connection.line, text: `${name} authenticates with a preshared key` },
        ...(others.length === 0
          ? [{ text: 'there is no entry with a preshared key' }]
          : others.map(({ file, line, selectors }) => ({ file, line, text: `this one is for ${selectorText(selectors)}` }))),
      ],
      fix: [{ end: 'ours', text: lineFor(connection) }],
      dependsOn: ['host/conf-syntax', 'host/secret-syntax'],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: [MANUALS[connection.dialect] ?? 'ipsec.secrets(5)', 'RFC 7296 §2.15'],
    }),
  };
}

const USER_KINDS: readonly SecretKind[] = ['xauth', 'eap', 'ntlm'];
const USER_KEYS = /^(left|right)?(eap_identity|xauth_identity|username|xauthusername)$|^local.*\.(eap_id|xauth_id)$/;

/** A password is asked for at the prompt where there is none, and EAP-TLS wants none. */
function judgeUser(connection: Connection, { secrets, unread }: Facts): CheckLine {
  const name = nameOf(connection);
  const label = `password of ${name}`;
  if (connection.local.certificate !== undefined && uses(connection.local, 'eap')) return skip(label, 'has a certificate');
  const users = connection.other.filter(({ key }) => USER_KEYS.test(key)).map(({ value }) => value.value);
  const entries = secrets.filter(({ dialect }) => dialect === connection.dialect);
  const found = findSecret(
    entries,
    USER_KINDS,
    users.length > 0 ? users : identities(connection.local, []),
    identities(connection.remote, []),
  );
  if (found !== undefined) return pass(label, `${found.entry.file}:${found.entry.line}`);
  if (unread.length > 0) return unknown(label, `could not be looked for: ${unread.join(', ')}`);
  const user = users[0] ?? ownName(connection.local);
  return {
    status: 'warn',
    label,
    detail: `none for ${user}`,
    finding: hostFinding(check.id, {
      what: 'password',
      subject: name,
      severity: 'warning',
      confidence: 0.5,
      title: `there is no password for ${user}, as whom ${name} logs in`,
      cause:
        'The other end asks for a name and a password (XAUTH or EAP). Without an entry the daemon asks somebody at the prompt, or gives up where there is nobody.',
      evidence: [{ file: connection.file, line: connection.line, text: `${name} logs in as ${user}` }],
      fix: [
        {
          end: 'ours',
          text:
            connection.dialect === 'swanctl' ? inSwanctl(`eap-${name}`, [user]) : `in ipsec.secrets:\n${quoted(user)} : XAUTH "PASSWORD"`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['ipsec.secrets(5)', 'swanctl.conf(5)'],
    }),
  };
}

/** Every spelling by which an end may be looked up. */
function identities({ id, addresses }: ConnectionEnd, hostAddresses: readonly string[]): readonly string[] {
  const written = addresses.map(({ value }) => value);
  return [
    ...(id === undefined ? [] : [id.value]),
    ...written.filter((value) => !/^%(defaultroute|[a-z]+\d)/.test(value)),
    ...(written.some((value) => value.startsWith('%')) || written.length === 0 ? hostAddresses : []),
  ];
}

function isAnybody({ id, addresses }: ConnectionEnd): boolean {
  const anybody = addresses.every(({ value }) => canonicalIdentity(value) === 'any' || value.includes('/'));
  return id === undefined ? anybody : canonicalIdentity(id.value) === 'any' || id.value.includes('*');
}

const isName = (address: string) =>
  !address.startsWith('%') && parseIpv4(address) === undefined && parseIpv6(address) === undefined && !/[/-]\d/.test(address);

const ownName = ({ id, addresses }: ConnectionEnd) => id?.value ?? addresses[0]?.value ?? '%any';

const selectorText = (selectors: SecretEntry['selectors']) =>
  selectors.length === 0 ? 'anybody' : selectors.map(({ value }) => value).join(' ');

const quoted = (id: string) => (/[\s=,]/.test(id) && !id.startsWith('"') ? `"${id}"` : id);

/** Where secrets do not stand in an ipsec.secrets. */
const MANUALS: Readonly<Partial<Record<Connection['dialect'], string>>> = {
  swanctl: 'swanctl.conf(5)',
  racoon: 'racoon.conf(5)',
  isakmpd: 'isakmpd.conf(5)',
};

/** The entry to write, the secret left to whoever writes it. */
function lineFor({ dialect, local, remote, name }: Connection): string {
  const [ours, theirs] = [ownName(local), ownName(remote)];
  if (dialect === 'racoon') return `in psk.txt:\n${theirs} THE SAME AT BOTH ENDS`;
  if (dialect === 'isakmpd') return 'in isakmpd.conf, in the section of the peer:\nAuthentication= THE SAME AT BOTH ENDS';
  if (dialect !== 'swanctl') return `in ipsec.secrets:\n${quoted(ours)} ${quoted(theirs)} : PSK "THE SAME AT BOTH ENDS"`;
  return inSwanctl(
    `ike-${name.split('/', 1)[0]}`,
    [ours, theirs].filter((id) => id !== '%any'),
  );
}

function inSwanctl(name: string, ids: readonly string[]): string {
  return `in swanctl.conf, below secrets:\n${swanctlSecret(name, ids, 'THE SAME AT BOTH ENDS')}`;
}
