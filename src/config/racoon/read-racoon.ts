import type { Connection, ConnectionAuth, ConnectionEnd, Sourced, SourcedProposal } from '../../model/connection.js';
import { groupWord } from '../group-words.js';
import { type ConfigText, MAX_INCLUDED_FILES, type ReadIncluded, RemarkList } from '../source.js';
import type { RacoonConfig } from './racoon-config.js';
import { type RacoonStatement, readBlocks } from './read-blocks.js';
import { readPolicies, type SetkeyPolicy } from './read-policies.js';
import { readPsk } from './read-psk.js';
import { policyOfSainfo, remarkOnPolicy, sainfoFor } from './sainfo.js';

/** Where packages put what setkey loads at boot, beside racoon.conf or in /etc. */
const POLICY_FILES = ['setkey.conf', 'ipsec-tools.conf', '../ipsec-tools.conf', '../ipsec.conf', 'spd.conf'];

/** Reads a racoon.conf, psk.txt and the policies beside it, as far as a tunnel between networks needs. Nothing is thrown for a text. */
export async function readRacoon(main: ConfigText, include: ReadIncluded): Promise<RacoonConfig> {
  const remarks = new RemarkList();
  const statements = [...readBlocks(main, remarks)];
  const files = [main.file];
  for (const { words, file } of statements.slice())
    if (words[0] === 'include' && words[1] !== undefined && files.length < MAX_INCLUDED_FILES)
      for (const text of (await include(words[1], file)).files.slice(0, MAX_INCLUDED_FILES - files.length)) {
        files.push(text.file);
        statements.push(...readBlocks(text, remarks));
      }
  const path = statements.find(({ words }) => words[0] === 'path' && words[1] === 'pre_shared_key')?.words[2];
  let psk: ConfigText | undefined;
  for (const name of [path, 'psk.txt']) psk ??= name === undefined ? undefined : (await include(name, main.file, 'secrets')).files[0];
  const policies: SetkeyPolicy[] = [];
  for (const name of POLICY_FILES)
    for (const text of (await include(name, main.file)).files) {
      const found = /\bspdadd\b/.test(text.text) ? readPolicies(text) : [];
      if (found.length > 0) files.push(text.file);
      policies.push(...found);
    }
  if (psk !== undefined) files.push(psk.file);
  checkWords(statements, remarks);
  const remotes = statements.filter(({ words }) => words[0] === 'remote');
  const sainfos = statements.filter(({ words }) => words[0] === 'sainfo');
  const connections = remotes.flatMap((remote) => connectionsOf(remote, remotes, sainfos, policies));
  for (const policy of policies) remarkOnPolicy(policy, sainfos, remarks);
  return { files, connections, secrets: psk === undefined ? undefined : readPsk(psk), remarks: remarks.remarks };
}

const known: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '': 'path include padding listen timer remote sainfo log privsep mode_cfg gss_id_enc complex_bundle pfkey_buffer extcert ldapcfg radiuscfg inherit',
    remote: `exchange_mode doi situation my_identifier peers_identifier verify_identifier verify_cert certificate_type peers_certfile ca_type
    send_cert send_cr initial_contact passive proposal_check generate_policy support_proxy ike_frag esp_frag nat_traversal mode_cfg
    weak_phase1_check dpd_delay dpd_retry dpd_maxfail nonce_size ph1id rekey script lifetime proposal xauth_login remote_address local_address
    inherit support_mip6 dnssec`,
    proposal: 'encryption_algorithm hash_algorithm dh_group authentication_method lifetime gss_id',
    sainfo: 'pfs_group lifetime encryption_algorithm authentication_algorithm compression_algorithm remoteid my_identifier',
  }),
);

function checkWords(statements: readonly RacoonStatement[], remarks: RemarkList, kind = ''): void {
  const words = (known.get(kind) ?? '').split(/\s+/);
  for (const {
    words: [word = ''],
    file,
    line,
    sub,
  } of statements) {
    if (!words.includes(word))
      remarks.add({ file, line, severity: 'error', code: 'unknown-keyword', text: `racoon knows no ${word.slice(0, 40)} here` });
    else if (word === 'remote' || word === 'sainfo' || (word === 'proposal' && kind === 'remote')) checkWords(sub, remarks, word);
  }
}

type Unsaid = { readonly file: string; readonly line: number };

const unit: ReadonlyMap<string, number> = new Map(
  Object.entries({
    sec: 1,
    secs: 1,
    second: 1,
    seconds: 1,
    min: 60,
    mins: 60,
    minute: 60,
    minutes: 60,
    hour: 3600,
    hours: 3600,
  }),
);

function secondsOf(statement: RacoonStatement | undefined): Sourced<number> | undefined {
  const [, , number, name = ''] = statement?.words ?? [];
  const factor = unit.get(name);
  return statement === undefined || factor === undefined || !/^\d{1,9}$/.test(number ?? '')
    ? undefined
    : { value: Number(number) * factor, file: statement.file, line: statement.line };
}

const lifetimeOf = (statements: readonly RacoonStatement[]) =>
  secondsOf(statements.find(({ words }) => words[0] === 'lifetime' && words[1] === 'time'));

/** A proposal for each pair of alternatives' first; racoon has one algorithm a line in phase 1. */
function phase1(remote: RacoonStatement, inherited: Sourced<number> | undefined): readonly SourcedProposal[] {
  return remote.sub
    .filter(({ words }) => words[0] === 'proposal')
    .map((proposal) => {
      const find = (name: string) => proposal.sub.find(({ words }) => words[0] === name);
      const [cipher, hash, group, method] = ['encryption_algorithm', 'hash_algorithm', 'dh_group', 'authentication_method'].map(find);
      const lifetime = lifetimeOf(proposal.sub) ?? inherited;
      const auth = method === undefined ? undefined : { value: authOf(method.words[1] ?? ''), file: method.file, line: method.line };
      return {
        value: [cipherWord(cipher?.words[1], cipher?.words[2]), hashWord(hash?.words[1]), groupOf(group?.words[1])]
          .filter((word) => word !== '')
          .join('-'),
        file: proposal.file,
        line: proposal.line,
        ikeVersion: 'ikev1' as const,
        parts: [cipher, hash, group]
          .filter((part) => part !== undefined)
          .map(({ words, file, line }) => ({ value: words.join(' '), file, line })),
        ...(auth !== undefined && { auth }),
        ...(lifetime !== undefined && { lifetime }),
      };
    });
}

function cipherWord(word = '', bits: string | undefined): string {
  const length = bits !== undefined && /^\d+$/.test(bits) ? bits : undefined;
  if (word === 'aes' || word === 'rijndael') return `aes${length ?? 128}`;
  return (
    { des: 'des', '3des': '3des', blowfish: 'blowfish', cast128: 'cast128', camellia: `camellia${length ?? 128}`, null_enc: 'null' }[
      word
    ] ?? word
  );
}

function hashWord(word = ''): string {
  return word.replace(/^hmac_/, '').replace(/^non_auth$/, 'none');
}

function groupOf(word: string | undefined): string {
  if (word === undefined) return '';
  return /^\d+$/.test(word) ? groupWord(word) : word;
}

function authOf(method: string): ConnectionAuth {
  if (method.startsWith('pre_shared_key')) return 'psk';
  if (method.startsWith('xauth_psk')) return 'xauth';
  return method === 'gssapi_krb' ? 'never' : 'pubkey';
}

function connectionsOf(
  remote: RacoonStatement,
  remotes: readonly RacoonStatement[],
  sainfos: readonly RacoonStatement[],
  policies: readonly SetkeyPolicy[],
): readonly Connection[] {
  const unsaid = { file: remote.file, line: 0 };
  const [, peer = ''] = remote.words;
  const anonymous = peer === 'anonymous';
  const named = new Set(remotes.map(({ words }) => words[1]));
  const own = policies.filter(({ ends, destination }) => {
    const other = ends?.[1] ?? destination.value;
    return anonymous ? !named.has(other) : other === peer;
  });
  // Without the policies, what there is a sainfo for is what phase 2 can be for.
  const stated = policies.length === 0 && remotes.length === 1 ? sainfos.flatMap(policyOfSainfo) : [];
  const groups = own.length > 0 ? own : stated.length > 0 ? stated : [undefined];
  return groups.map((policy) => connectionOf(remote, policy, sainfoFor(policy, sainfos), unsaid));
}

function connectionOf(
  remote: RacoonStatement,
  policy: SetkeyPolicy | undefined,
  sainfo: RacoonStatement | undefined,
  unsaid: Unsaid,
): Connection {
  const find = (name: string) => remote.sub.find(({ words }) => words[0] === name);
  const word = (statement: RacoonStatement | undefined, at = 1): Sourced<string> | undefined =>
    statement === undefined ? undefined : { value: statement.words[at] ?? '', file: statement.file, line: statement.line };
  const lifetime = lifetimeOf(remote.sub);
  const ikeProposals = phase1(remote, lifetime);
  const auth: readonly Sourced<ConnectionAuth>[] = ikeProposals
    .flatMap((proposal) => (proposal.auth === undefined ? [] : [proposal.auth]))
    .slice(0, 1);
  const exchange = find('exchange_mode');
  const natT = word(find('nat_traversal'));
  const pfs = sainfo?.sub.find(({ words }) => words[0] === 'pfs_group');
  const group = groupOf(pfs?.words[1]);
  const [peer = ''] = remote.words.slice(1);
  const id = (name: string): Sourced<string> | undefined => {
    const found = find(name);
    const [, kind = '', value] = found?.words ?? [];
    if (found === undefined || value === undefined) return undefined;
    return { value: kind === 'fqdn' ? `@${value}` : kind === 'keyid' ? `@[${value}]` : value, file: found.file, line: found.line };
  };
  const [localId, remoteId] = [id('my_identifier'), id('peers_identifier')];
  const end = (side: 'source' | 'destination', address: Sourced<string>, identity: Sourced<string> | undefined): ConnectionEnd => ({
    addresses: [address],
    ...(identity !== undefined && { id: identity }),
    auth: auth.length === 0 ? [{ ...unsaid, value: 'psk' }] : auth,
    subnets: policy === undefined || policy.mode === 'transport' ? [] : [policy[side]],
  });
  const taken = new Set(['proposal', 'exchange_mode', 'lifetime', 'my_identifier', 'peers_identifier', 'nat_traversal']);
  const passive = word(find('passive'));
  return {
    name: policy === undefined ? peer : `${peer} ${policy.source.value}-${policy.destination.value}`,
    dialect: 'racoon',
    file: remote.file,
    line: remote.line,
    side: 'known',
    local: end(
      'source',
      policy?.ends === undefined ? { ...unsaid, value: '%any' } : { value: policy.ends[0], file: policy.file, line: policy.line },
      localId,
    ),
    remote: end(
      'destination',
      peer === 'anonymous'
        ? policy?.ends === undefined
          ? { ...unsaid, value: '%any' }
          : { value: policy.ends[1], file: policy.file, line: policy.line }
        : { value: peer, file: remote.file, line: remote.line },
      remoteId,
    ),
    ikeVersion: { ...unsaid, value: 'ikev1' },
    aggressive:
      exchange === undefined
        ? { ...unsaid, value: false }
        : { value: exchange.words[1] === 'aggressive', file: exchange.file, line: exchange.line },
    mode: policy === undefined ? { ...unsaid, value: 'tunnel' } : { value: policy.mode, file: policy.file, line: policy.line },
    protocol: policy === undefined ? { ...unsaid, value: 'esp' } : { value: policy.protocol, file: policy.file, line: policy.line },
    ikeProposals,
    espProposals: sainfo === undefined ? [] : [phase2(sainfo, group)],
    ...(policy !== undefined && {
      selectorPairs: [
        {
          local: policy.source,
          remote: policy.destination,
          ...(policy.sourcePort !== undefined && { localPort: { ...policy.source, value: policy.sourcePort } }),
          ...(policy.destinationPort !== undefined && { remotePort: { ...policy.destination, value: policy.destinationPort } }),
        },
      ],
    }),
    pfs: pfs === undefined ? { ...unsaid, value: false } : { value: true, file: pfs.file, line: pfs.line },
    ikeLifetime: ikeProposals[0]?.lifetime ?? { ...unsaid, value: 28_800 },
    childLifetime: lifetimeOf(sainfo?.sub ?? []) ?? { ...unsaid, value: 28_800 },
    forceEncapsulation: natT?.value === 'force' ? { ...natT, value: true } : { ...unsaid, value: false },
    natTraversal: natT === undefined ? { ...unsaid, value: false } : { ...natT, value: natT.value !== 'off' },
    compress: policy === undefined ? { ...unsaid, value: false } : { value: policy.compress, file: policy.file, line: policy.line },
    auto: passive?.value === 'on' ? { ...passive, value: 'add' } : { ...unsaid, value: 'route' },
    other: remote.sub
      .filter(({ words }) => !taken.has(words[0] ?? ''))
      .map(({ words, file, line }) => ({ key: words[0] ?? '', value: { value: words.slice(1).join(' '), file, line } })),
  };
}

function phase2(sainfo: RacoonStatement, group: string): SourcedProposal {
  const list = (name: string) => sainfo.sub.find(({ words }) => words[0] === name);
  const [ciphers, hashes] = [list('encryption_algorithm'), list('authentication_algorithm')];
  const cipherWords: string[] = [];
  const words = ciphers?.words.slice(1) ?? [];
  for (const [i, word] of words.entries()) if (!/^\d+$/.test(word)) cipherWords.push(cipherWord(word, words[i + 1]));
  return {
    value: [...cipherWords, ...(hashes?.words.slice(1).map(hashWord) ?? []), ...(group === '' ? [] : [group])].join('-'),
    file: ciphers?.file ?? sainfo.file,
    line: ciphers?.line ?? sainfo.line,
    ikeVersion: 'ikev1',
    parts: [ciphers, hashes]
      .filter((part) => part !== undefined)
      .map(({ words: all, file, line }) => ({ value: all.join(' '), file, line })),
  };
}
