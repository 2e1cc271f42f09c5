import { UsageError } from '../../bytes/errors.js';
import { type ConfigEnd, productNames } from '../../config/effective/config-end.js';
import { expectedIdentity, ownIdentity } from '../../config/effective/identity.js';
import { initiates, versionsOf } from '../../config/effective/ike-versions.js';
import { pfsGroups } from '../../config/effective/pfs-groups.js';
import { groupWord } from '../../config/group-words.js';
import { findSecret } from '../../config/ipsec-secrets/find-secret.js';
import type { SecretEntry, SecretKind } from '../../config/secret-entry.js';
import { shownValue } from '../../config/shown-value.js';
import type { ConnectionAuth, Sourced } from '../../model/connection.js';
import type { ConnectionRow } from '../../report/connection-head.js';
import type { HeldSecrets, HeldUser, PoolFlags, TunnelFlags } from '../settings/flags.js';
import { isLifetime } from '../settings/lifetimes.js';
import { canRun } from '../settings/proposals.js';
import { type CredentialFiles, findAuthorities, findOwnKey, findPeerKeys } from './credentials.js';
import { ahFor, proposalsFor } from './proposals.js';
import { asksForAddress, type EndAddresses, selectorsFor } from './selectors.js';

/** What a connection says, as flags would say it. */
export interface ConnectionFlags {
  readonly flags: Partial<TunnelFlags> & Partial<PoolFlags> & WayFlags;
  /** What was taken, with its places. Holds no secrets. */
  readonly rows: readonly ConnectionRow[];
  /** What could not be taken over, and what to do about it. */
  readonly notes: readonly string[];
}

/** Of the way to the peer. */
export interface WayFlags {
  /** It says IKEv2 and nothing else. */
  readonly ikev2?: boolean;
  readonly ikePort?: string;
  readonly nattPort?: string;
  readonly tcp?: string;
}

export interface ConnectionContext {
  readonly role: 'initiator' | 'responder';
  /** The configuration's main file: keys lie beside it. */
  readonly main: string;
  readonly files: CredentialFiles;
  readonly addresses: EndAddresses;
  /** Which pair of networks, from 1, where there are several. */
  readonly pair: number;
  /** The version is asked for by flag. */
  readonly version?: 'ikev1' | 'ikev2';
  /** Credentials are given by flag: those of the files are left alone. */
  readonly ownProof: boolean;
}

/** Keywords that change the tunnel and have no counterpart here. */
const NOT_CARRIED: readonly (readonly [RegExp, string])[] = [
  [/^(leftauth2|rightauth2)$/, 'a second round of authentication is not made'],
  [/^(mediation|mediated_by|mediation_peer)$/, 'mediation is not known here'],
  [/^(iptfs.*|children\.tfc_padding|tfc)$/, 'traffic flow confidentiality is not offered'],
  [/^(sha2[-_]truncbug|sha256_96|children\.sha256_96)$/, 'the truncated SHA2_256 is not used'],
  [/^(policy-label|sec-label|children\.label)$/, 'security labels are not sent'],
  [/^(leftsmartcard|rightsmartcard|pkcs11.*)$/, 'smart cards are not read: --cert and --key'],
];
/** libreswan's words for the ways of NAT traversal (ipsec.conf(5) "nat-ikev1-method"); `both` is the default. */
const NAT_METHODS_OF: Readonly<Record<string, string>> = { drafts: 'draft-03,draft-02,draft-02n', rfc: 'rfc3947' };
const NO = /^(no|n|false|off|0)$/i;
const YES = /^(yes|y|true|on|1|force|insist)$/i;

/**
 * A connection as flags: the one way to the engine's settings goes on from there. Pure but for the files that are handed in.
 * @throws UsageError for what negotiates nothing, EnvironmentError where a file with a key may not be read
 */
export function connectionFlags(end: ConfigEnd, context: ConnectionContext): ConnectionFlags {
  const { connection, product } = end;
  if (product === 'openvpn')
    throw new UsageError(`${connection.name} is a tunnel of OpenVPN`, 'probe and serve speak IKE and ESP; config check reads OpenVPN');
  if (connection.mode.value !== 'tunnel' && connection.mode.value !== 'transport')
    throw new UsageError(`${connection.name} is a policy (${connection.mode.value}), not a tunnel`, 'name another one with --conn');
  const reading = new Reading(end, context);
  return reading.result();
}

class Reading {
  readonly #rows: ConnectionRow[] = [];
  readonly #notes: string[] = [];
  readonly #used = new Set<string>();
  readonly #version: 'ikev1' | 'ikev2';

  constructor(
    private readonly end: ConfigEnd,
    private readonly context: ConnectionContext,
  ) {
    this.#version = context.version ?? initiates(end);
  }

  result(): ConnectionFlags {
    const { connection } = this.end;
    const v1 = this.#version === 'ikev1';
    const aggressive = v1 && connection.aggressive.value;
    this.#row(
      'version',
      `${v1 ? 'IKEv1' : 'IKEv2'}${aggressive ? ', aggressive mode' : v1 ? ', main mode' : ''}`,
      connection.ikeVersion,
      true,
    );
    const flags = {
      ...(v1 ? { ikev1: true } : versionsOf(this.end).includes('ikev1') ? {} : { ikev2: true }),
      ...(aggressive ? { aggressive: true } : {}),
      ...this.#proposals(),
      ...this.#identities(),
      ...this.#credentials(),
      ...this.#child(),
      ...this.#lifetimes(),
      ...this.#transport(),
    };
    this.#rest();
    return { flags, rows: this.#rows, notes: this.#notes };
  }

  #proposals(): Partial<TunnelFlags> {
    const { connection } = this.end;
    const ike = proposalsFor(this.end, 'ike', this.#version);
    const ah = connection.protocol.value === 'ah';
    const child = ah ? ahFor(this.end) : proposalsFor(this.end, 'esp', this.#version);
    for (const [name, { text, place, left }] of [
      ['IKE', ike],
      [ah ? 'AH' : 'ESP', child],
    ] as const) {
      const whose = `the list of ${productNames[this.end.product]}`;
      if (text === undefined) {
        const own = place === undefined ? `${whose} is not offered` : `line ${place.line}: nothing in it can be offered`;
        this.#note(`${name}: ${own}, but vpndoctor's own`);
      } else this.#row(name, place === undefined ? `${whose}: ${text}` : text, place, place !== undefined);
      if (left.length > 0) this.#note(`${name}: left out: ${left.join(', ')}, which vpndoctor cannot run`);
    }
    const offered = pfsGroups(this.end, this.#version, undefined);
    const { pfs } = connection;
    const bySetting = (connection.dialect === 'libreswan' || connection.dialect === 'openswan') && pfs.value;
    const groups = offered.groups.filter((id) => canRun('KE', id)).map(groupWord);
    const withPfs = groups.length > 0 && !offered.optional ? groups.join('-') : bySetting ? true : undefined;
    this.#row('PFS', withPfs === undefined ? 'no' : withPfs === true ? 'with the groups of IKE' : groups.join(', '), pfs, false);
    return {
      ...(ike.text === undefined ? {} : { ike: ike.text }),
      ...(child.text === undefined ? {} : ah ? { ah: child.text } : { esp: child.text }),
      ...(withPfs === undefined ? {} : { pfs: withPfs }),
      ...(this.#says('esn', 'either') ? { esn: true } : {}),
    };
  }

  #identities(): Partial<TunnelFlags> {
    const { local, remote } = this.end.connection;
    const own = ownIdentity(this.end).value;
    const id = own === undefined ? undefined : identityWord(own);
    const { dialect } = this.end.connection;
    // ipsec.conf(5) "leftid": the address where none is given; swanctl.conf(5) "remote.id": anybody.
    const unsaid = dialect === 'swanctl' || dialect === 'cisco-asa' ? undefined : expectedIdentity(this.end).value;
    const said = remote.id?.value.replace(/^%(?=[^%]+\.)/, '') ?? unsaid;
    const wanted = said === undefined ? undefined : identityWord(said);
    const any = wanted === undefined || /^%|\*/.test(wanted) || wanted === '';
    this.#row('our identity', id ?? 'what the certificate or our address says', local.id, true);
    this.#row('its identity', any ? (wanted ?? 'any') : wanted, remote.id, true);
    if (any && wanted?.includes('*') === true) this.#note(`${wanted}: a pattern is not asked for; whatever the peer says is taken`);
    return { ...(id === undefined ? {} : { id }), ...(any ? {} : { peerId: wanted }) };
  }

  #credentials(): Partial<TunnelFlags> {
    const { local, remote } = this.end.connection;
    const kinds = (auths: readonly Sourced<ConnectionAuth>[]) => new Set(auths.map(({ value }) => value));
    const [ours, theirs] = [kinds(local.auth), kinds(remote.auth)];
    if (this.context.ownProof) return this.#authorities(theirs);
    const server = this.context.role === 'responder';
    const shown = (set: ReadonlySet<string>) => [...set].join(' and ') || 'nothing';
    this.#row('authentication', `ours by ${shown(ours)}, the peer's by ${shown(theirs)}`, local.auth[0] ?? remote.auth[0], true);
    const eap = server ? theirs.has('eap') : ours.has('eap');
    const xauth = server ? theirs.has('xauth') : ours.has('xauth');
    const byKey = ours.has('pubkey') || ours.has('rsa-raw') || (server && eap);
    const psk = ours.has('psk') || theirs.has('psk') ? this.#psk() : undefined;
    const eapUsers = eap ? this.#users(['eap', 'ntlm'], server, 'eap_id', 'eap_identity') : [];
    const xauthUsers = xauth ? this.#users(['xauth', 'eap'], server, 'xauth_id', 'xauth_identity', 'xauthusername') : [];
    const own = byKey ? this.#ownKey() : {};
    const { passphrase, ...files } = own;
    const { ppk, ...ppkFlags } = this.#ppk();
    const held: HeldSecrets = {
      ...(psk?.secret === undefined ? {} : { psk: psk.secret }),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(eapUsers.length === 0 ? {} : { eapUsers }),
      ...(xauthUsers.length === 0 ? {} : { xauthUsers }),
      ...(ppk === undefined ? {} : { ppk }),
    };
    return {
      ...files,
      ...this.#authorities(theirs),
      ...ppkFlags,
      ...(ours.has('null') || theirs.has('null') ? { nullAuth: true } : {}),
      // Who has a user and nothing else leaves the key to the gateway.
      ...(this.#version === 'ikev1' && xauth && (server ? theirs : ours).size === 1 ? { hybrid: true } : {}),
      held,
    };
  }

  #psk(): SecretEntry | undefined {
    const { connection, secrets } = this.end;
    const { local, remote } = this.context.addresses;
    const words = (...list: readonly (string | undefined)[]) => list.filter((word) => word !== undefined);
    const ours = words(
      ownIdentity(this.end).value,
      connection.local.id?.value,
      ...connection.local.addresses.map(({ value }) => value),
      local,
    );
    const theirs = words(connection.remote.id?.value, ...connection.remote.addresses.map(({ value }) => value), remote);
    const usable = theirs.filter((word) => !/^%any|^0\.0\.0\.0$|^::$/.test(word));
    const found = findSecret(secrets ?? [], ['psk'], ours, usable);
    if (found === undefined) {
      const none =
        secrets === undefined ? 'no file with secrets was found beside the configuration' : 'no secret there fits these two identities';
      this.#note(`${none}: give the pre-shared key with --psk-file`);
      return undefined;
    }
    const how = { both: 'names both ends', one: 'names one end', any: 'for any' }[found.match];
    this.#row('pre-shared key', how, found.entry, true);
    if (found.rivals.length > 0) {
      const lines = found.rivals.map(({ file, line }) => `${file}:${line}`).join(', ');
      this.#note(`another secret fits as well (${lines}): which one the daemon takes is a matter of their order`);
    }
    if (found.entry.secret === undefined) this.#note('that secret could not be read: --psk-file');
    return found.entry;
  }

  /** A client's own, or everybody whom a server knows. */
  #users(kinds: readonly SecretKind[], server: boolean, ...keywords: readonly string[]): readonly HeldUser[] {
    const entries = (this.end.secrets ?? []).filter(({ kind, secret }) => kinds.includes(kind) && secret !== undefined);
    const users = entries.flatMap(({ selectors, secret, file, line }) =>
      secret === undefined ? [] : selectors.map(({ value }) => ({ name: value.replace(/^@(?!.*@)/, ''), password: secret, file, line })),
    );
    const { connection } = this.end;
    const said = connection.other.find(({ key }) =>
      keywords.some((keyword) => key === keyword || new RegExp(`^(local|left).*\\.?${keyword}$`).test(key)),
    );
    if (said !== undefined) this.#used.add(said.key);
    const name = said?.value.value ?? connection.local.id?.value;
    const chosen = server ? users : users.filter((user) => user.name === name?.replace(/^"(.*)"$/, '$1'));
    if (chosen.length === 0)
      this.#note(
        `no password of ${server ? 'any user' : `the user ${name ?? '(not named)'}`} stands in the files: --eap-user or --xauth-user with its file`,
      );
    for (const user of chosen.slice(0, server ? chosen.length : 1)) this.#row('user', user.name, user, true);
    return chosen.map(({ name: user, password }) => ({ name: user, password }));
  }

  #ownKey(): Partial<Pick<TunnelFlags, 'cert' | 'key'>> & Pick<HeldSecrets, 'passphrase'> {
    const found = findOwnKey(this.end, this.context.main, this.context.files);
    if ('why' in found) {
      this.#note(`our certificate: ${found.why}`);
      return {};
    }
    if (found.certificates.length > 0) this.#row('certificate', found.certificates.join(', '), this.end.connection.local.certificate, true);
    this.#row('private key', found.key, undefined, true);
    return { cert: found.certificates, key: found.key, ...(found.passphrase === undefined ? {} : { passphrase: found.passphrase }) };
  }

  #authorities(theirs: ReadonlySet<ConnectionAuth>): Partial<TunnelFlags> {
    if (![...theirs].some((kind) => kind === 'pubkey' || kind === 'rsa-raw' || kind === 'eap')) return {};
    const { authorities, lists } = findAuthorities(this.end, this.context.main, this.context.files);
    const peerKey = findPeerKeys(this.end, this.context.main, this.context.files);
    const said = this.end.connection.remote.publicKey;
    if (peerKey.length > 0) this.#row('its public key', peerKey.map((word) => word.slice(0, 40)).join(', '), said, true);
    else if (said !== undefined) this.#note(`${said.file}:${said.line}: the public key of the peer could not be read: --peer-key`);
    if (authorities.length === 0 && peerKey.length === 0)
      this.#note("nothing was found to check the peer's certificate or key with: --ca or --peer-key");
    else if (authorities.length > 0) this.#row('authorities', authorities.join(', '), undefined, true);
    if (lists.length > 0) this.#row('revocation lists', lists.join(', '), undefined, false);
    // A key that is named is all that is trusted.
    return { ca: peerKey.length > 0 ? [] : authorities, crl: lists, peerKey };
  }

  #ppk(): Partial<TunnelFlags> & Pick<HeldSecrets, 'ppk'> {
    const id = this.#other('ppk_id') ?? this.#other('ppk-ids');
    const required = this.#other('ppk_required') ?? this.#other('ppk');
    const wanted = id !== undefined || /^(insist|propose|yes|permit)$/i.test(required?.value ?? '');
    if (!wanted) return {};
    const entries = (this.end.secrets ?? []).filter(({ kind }) => kind === 'ppk');
    const entry =
      entries.find(({ selectors }) => id === undefined || selectors.some(({ value }) => id.value.includes(value))) ?? entries[0];
    const name = id?.value.split(',')[0]?.trim() ?? entry?.selectors[0]?.value;
    if (entry?.secret === undefined || name === undefined) {
      this.#note('the postquantum key (PPK) of this connection was not found: --ppk-id and --ppk-file');
      return {};
    }
    this.#row('PPK', name, entry, true);
    return { ppkId: name, ppk: entry.secret, ...(YES.test(required?.value ?? '') ? {} : { ppkOptional: true }) };
  }

  #child(): Partial<TunnelFlags> & Partial<PoolFlags> {
    const { connection } = this.end;
    const { role, addresses, pair } = this.context;
    const { local, remote, places, pairs, unknown } = selectorsFor(connection, this.#version, addresses, pair);
    const [ours, theirs] = [local.join(', ') || 'everything', remote.join(', ') || 'everything'];
    if (pair > Math.max(pairs, 1)) throw new UsageError(`${connection.name} has ${pairs} pairs of networks, not ${pair}`);
    this.#row('selectors', `${ours} to ${theirs}`, places[0], true);
    if (pairs > 1)
      this.#note(`${connection.name} makes ${pairs} tunnels; this is number ${pair}: --conn ${connection.name}/2 takes the second`);
    for (const { value, file, line } of unknown) this.#note(`${file}:${line}: ${value} is no network, and was left out`);
    const virtual = role === 'initiator' && asksForAddress(connection);
    const pool = role === 'responder' ? poolOf(connection.remote.sourceIp?.value) : [];
    const push = (virtual || pool.length > 0) && this.#pushes();
    if (virtual) this.#row('address', push ? 'given by the peer unasked' : 'asked for at the peer', connection.local.sourceIp, true);
    const pools = this.#other('pools') ?? this.#other('rightaddresspool') ?? this.#other('leftaddresspool');
    if (pool.length > 0) this.#row('pool', pool.join(', '), connection.remote.sourceIp, true);
    else if (role === 'responder' && pools !== undefined) this.#note(`addresses of ${pools.value} are not handed out: --pool`);
    const transport = connection.mode.value === 'transport';
    this.#row('mode', connection.mode.value, connection.mode, transport);
    if (connection.compress.value) this.#row('compression', 'offered', connection.compress, true);
    return {
      ...(local.length === 0 ? {} : { localTs: local }),
      ...(remote.length === 0 ? {} : { remoteTs: remote }),
      ...(transport ? { transportMode: true } : {}),
      ...(connection.compress.value ? { ipcomp: true } : {}),
      ...(virtual ? { virtualIp: true } : {}),
      ...(pool.length === 0 ? {} : { pool }),
      ...(push ? { modeConfig: 'push' } : {}),
    };
  }

  /** IKEv1: whether the gateway begins with addresses. libreswan's default (ipsec.conf(5) "modecfgpull"), strongSwan's exception. */
  #pushes(): boolean {
    if (this.#version !== 'ikev1') return false;
    const { dialect } = this.end.connection;
    if (dialect === 'libreswan' || dialect === 'openswan') return !YES.test(this.#other('modecfgpull')?.value ?? '');
    const pull = this.#other('pull');
    return this.#other('modeconfig')?.value === 'push' || (pull !== undefined && !YES.test(pull.value));
  }

  /** In IKEv1 a part of what is proposed; in IKEv2 each end keeps its own. */
  #lifetimes(): Partial<TunnelFlags> {
    const { ikeLifetime, childLifetime } = this.end.connection;
    const rekey = this.#other('rekey');
    if (rekey !== undefined && NO.test(rekey.value)) {
      this.#row('lifetimes', 'no rekeying by us', rekey, true);
      return {};
    }
    const lifetime = (label: string, from: Sourced<number> | undefined): string | undefined => {
      if (from === undefined || from.value === 0) return undefined;
      if (isLifetime(from.value)) {
        this.#row(label, `${from.value} s`, from, from.line > 0);
        return `${from.value}`;
      }
      this.#note(`${from.file}:${from.line}: the ${label} of ${from.value} s is not taken: it cannot be kept here`);
      return undefined;
    };
    const [ike, child] = [lifetime('IKE lifetime', ikeLifetime), lifetime('lifetime', childLifetime)];
    return { ...(ike === undefined ? {} : { ikeLifetime: ike }), ...(child === undefined ? {} : { lifetime: child }) };
  }

  #transport(): Partial<TunnelFlags> & WayFlags {
    const { connection } = this.end;
    const { dialect, forceEncapsulation } = connection;
    const strongswan = dialect === 'swanctl' || dialect === 'stroke';
    const forced = forceEncapsulation.value && connection.protocol.value === 'esp';
    if (forced) this.#row('encapsulation', 'always in UDP', forceEncapsulation, true);
    const said = this.#other('mobike');
    // On by default in strongSwan alone (ipsec.conf(5), swanctl.conf(5)).
    const mobike = this.#version === 'ikev2' && (said === undefined ? strongswan : YES.test(said.value));
    this.#row('MOBIKE', mobike ? 'offered' : 'no', said, false);
    const fragmentation = this.#other('fragmentation');
    const whole = fragmentation !== undefined && /^(no|n|false|off|0|never)$/i.test(fragmentation.value);
    if (fragmentation !== undefined) this.#row('fragments', whole ? 'none' : 'of IKE', fragmentation, false);
    const side = connection.localSide === 'left' ? 'right' : 'left';
    const port = this.#other('remote_port') ?? this.#other(`${side}ikeport`);
    const tcpPort = /^(yes|fallback)$/i.test(this.#other('enable-tcp')?.value ?? '') ? this.#other('tcp-remoteport') : undefined;
    const custom = port !== undefined && /^\d+$/.test(port.value) && port.value !== '500' && this.context.role === 'initiator';
    if (custom) this.#row('port of the peer', port.value, port, true);
    const natMethod = this.#version === 'ikev1' ? this.#other('nat-ikev1-method') : undefined;
    const natT = NAT_METHODS_OF[natMethod?.value.toLowerCase() ?? ''];
    return {
      ...(natT === undefined ? {} : { natT }),
      ...(forced ? { forceEncap: true } : {}),
      ...(mobike ? { mobike: true } : {}),
      ...(whole ? { fragmentSize: '0' } : {}),
      // A port other than 500 is taken for both, with the non-ESP marker (swanctl.conf(5) "remote_port").
      ...(custom ? { nattPort: port.value, ...(port.value === '4500' ? {} : { ikePort: port.value }) } : {}),
      ...(tcpPort === undefined || this.context.role !== 'initiator' ? {} : { tcp: tcpPort.value }),
    };
  }

  /** What has no counterpart, and what was not looked at. */
  #rest(): void {
    const { connection } = this.end;
    const rest: string[] = [];
    for (const { key, value } of connection.other) {
      if (this.#used.has(key)) continue;
      const why = NOT_CARRIED.find(([pattern]) => pattern.test(key))?.[1];
      const off = NO.test(value.value);
      if (why !== undefined && !off) this.#note(`${value.file}:${value.line}: ${key}: ${why}`);
      else rest.push(`${key}=${shownValue(key, value.value).slice(0, 40)} (line ${value.line})`);
    }
    if (rest.length > 0) this.#row('not needed here', rest.join(', '), undefined, false);
    if (connection.side === 'unsure')
      this.#note(
        `neither left nor right is an address of this host: ${connection.localSide ?? 'left'} was taken for ours; --source says which`,
      );
  }

  #other(key: string): Sourced<string> | undefined {
    const found = this.end.connection.other.find((one) => one.key.toLowerCase() === key)?.value;
    if (found !== undefined) this.#used.add(key);
    return found;
  }

  #says(key: string, also: string): boolean {
    const value = this.#other(key)?.value.toLowerCase() ?? '';
    return YES.test(value) || value === also;
  }

  #row(label: string, value: string, place: Pick<Sourced<unknown>, 'file' | 'line'> | undefined, important: boolean): void {
    const where = place === undefined || place.line === 0 ? undefined : { file: place.file, line: place.line };
    this.#rows.push({ label, value, important, ...(where === undefined ? {} : { place: where }) });
  }

  #note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes.push(text);
  }
}

/** As `--id` takes it: the marks that only one product knows are gone. */
function identityWord(text: string): string {
  const plain = text.trim().replace(/^"(.*)"$/, '$1');
  // libreswan: @[text] is a key id, @~ hex of a distinguished name.
  const [, keyId] = /^@\[(.*)\]$/.exec(plain) ?? [];
  return keyId === undefined ? plain : `keyid:${keyId}`;
}

/** Of `rightsourceip=10.9.0.0/24`; `%config`, `%radius` and names of pools are nothing to hand out. */
function poolOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => /^[\d.:a-f]+([/-][\d.:a-f]+)?$/i.test(item) && !/^(0\.0\.0\.0|::)$/.test(item));
}
