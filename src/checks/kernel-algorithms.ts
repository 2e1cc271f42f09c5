import { parseProposal } from '../config/proposals.js';
import { type Answer, answered } from '../host/host.js';
import type { CryptoAlgorithm } from '../host/linux/modules.js';
import type { Connection, Sourced } from '../model/connection.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { type Availability, availability, type ModuleFacts, readModuleFacts } from './shared/kernel-modules.js';
import { pass, skip, unknown } from './shared/lines.js';
import { placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

/** How the kernel calls an algorithm of ESP, and which modules bring it (any of each list; names changed over time). */
interface KernelAlgorithm {
  readonly names: readonly string[];
  readonly modules: readonly (readonly string[])[];
}

const AES = ['aes_generic', 'aes', 'aesni_intel', 'aes_x86_64', 'aes_arm64', 'aes_ce_blk', 'libaes'];
const SHA2 = ['sha256_generic', 'sha256', 'sha256_ssse3', 'sha2_ce', 'libsha256'];
const SHA5 = ['sha512_generic', 'sha512', 'sha512_ssse3', 'sha512_ce', 'libsha512'];
const hmac = (hash: string, modules: readonly string[]): KernelAlgorithm => ({ names: [`hmac(${hash})`], modules: [['hmac'], modules] });
const cbc = (cipher: string, ...modules: string[]): KernelAlgorithm => ({ names: [`cbc(${cipher})`], modules: [['cbc'], modules] });
const GCM: KernelAlgorithm = { names: ['rfc4106(gcm(aes))', 'gcm(aes)'], modules: [['gcm', 'aesni_intel'], AES] };
const CCM: KernelAlgorithm = { names: ['rfc4309(ccm(aes))', 'ccm(aes)'], modules: [['ccm'], AES] };

/** By IKEv2's transform id (net/xfrm/xfrm_algo.c). */
const ENCRYPTION: Readonly<Record<number, KernelAlgorithm>> = {
  2: cbc('des', 'des_generic', 'des'),
  3: cbc('des3_ede', 'des_generic', 'des3_ede_x86_64'),
  6: cbc('cast5', 'cast5_generic', 'cast5_avx_x86_64'),
  7: cbc('blowfish', 'blowfish_generic', 'blowfish_x86_64'),
  11: { names: ['ecb(cipher_null)', 'cipher_null'], modules: [['crypto_null']] },
  12: cbc('aes', ...AES),
  13: { names: ['rfc3686(ctr(aes))', 'ctr(aes)'], modules: [['ctr'], AES] },
  14: CCM,
  15: CCM,
  16: CCM,
  18: GCM,
  19: GCM,
  20: GCM,
  21: { names: ['rfc4543(gcm(aes))'], modules: [['gcm'], AES] },
  23: cbc('camellia', 'camellia_generic', 'camellia_x86_64'),
  28: { names: ['rfc7539esp(chacha20,poly1305)'], modules: [['chacha20poly1305']] },
  1026: cbc('serpent', 'serpent_generic'),
  1027: cbc('twofish', 'twofish_generic', 'twofish_x86_64'),
};

const INTEGRITY: Readonly<Record<number, KernelAlgorithm>> = {
  1: hmac('md5', ['md5', 'libmd5']),
  2: hmac('sha1', ['sha1_generic', 'sha1', 'sha1_ssse3', 'sha1_ce', 'libsha1']),
  5: { names: ['xcbc(aes)'], modules: [['xcbc'], AES] },
  8: { names: ['cmac(aes)'], modules: [['cmac'], AES] },
  12: hmac('sha256', SHA2),
  13: hmac('sha384', SHA5),
  14: hmac('sha512', SHA5),
};

interface Facts {
  readonly crypto: Answer<readonly CryptoAlgorithm[]>;
  readonly modules: ModuleFacts;
  /** modules.alias: `alias crypto-cbc(aes) aesni_intel`. */
  readonly aliases: string;
  readonly tunnels: Tunnels;
}

const LABEL = 'algorithms that proposals need';
/** Hundreds of thousands of lines are usual. */
const MAX_ALIASES = 16 << 20;

export const check: Check<Facts> = {
  id: 'kernel-algorithms',
  group: 'kernel',
  title: LABEL,
  reads: [
    '/proc/crypto',
    '/proc/modules',
    '/lib/modules/<release>/modules.builtin, modules.dep',
    '/etc/modprobe.d',
    'ESP proposals of each connection',
  ],
  refs: ['Linux net/xfrm/xfrm_algo.c', 'ip-xfrm(8)'],
  async facts(host) {
    const [crypto, modules, tunnels] = await Promise.all([host.crypto(), readModuleFacts(host), readTunnels(host)]);
    const { release } = answered(modules.modules) ?? {};
    const needed = release !== undefined && tunnels.ipsec.some(({ espProposals }) => espProposals.length > 0);
    const aliases = needed ? await host.host.readFile(`/lib/modules/${release}/modules.alias`, MAX_ALIASES) : undefined;
    return { crypto, modules, tunnels, aliases: aliases?.ok === true ? aliases.value : '' };
  },
  judge({ crypto, modules, aliases, tunnels }) {
    const wanted = wantedBy(tunnels.ipsec);
    if (wanted.size === 0) {
      return [
        tunnels.ipsec.length === 0 ? unneeded(LABEL, tunnels, 'no connection') : skip(LABEL, 'every connection goes with the defaults'),
      ];
    }
    const registered = new Set((answered(crypto) ?? []).map(({ name }) => name));
    return [...wanted].map(([name, { algorithm, users }]) => line(name, users, find(algorithm, registered, modules, aliases)));
  },
};

interface Wanted {
  readonly algorithm: KernelAlgorithm;
  readonly users: { readonly connection: Connection; readonly proposal: Sourced<string> }[];
}

function wantedBy(connections: readonly Connection[]): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const connection of connections) {
    for (const proposal of connection.espProposals) {
      for (const { type, id, name } of parseProposal(proposal.value, 'esp').transforms) {
        const algorithm = type === 'ENCR' ? ENCRYPTION[id] : type === 'INTEG' ? INTEGRITY[id] : undefined;
        if (algorithm === undefined) continue;
        const known = wanted.get(name) ?? { algorithm, users: [] };
        known.users.push({ connection, proposal });
        wanted.set(name, known);
      }
    }
  }
  return wanted;
}

function find({ names, modules }: KernelAlgorithm, registered: ReadonlySet<string>, facts: ModuleFacts, aliases: string): Availability {
  const name = names.find((each) => registered.has(each));
  if (name !== undefined) return { is: 'there', how: `/proc/crypto: ${name}` };
  // The kernel asks for the whole name, then for each part of it: crypto-cbc(aes), crypto-cbc, crypto-aes.
  const alias = (part: string) => registered.has(part) || aliases.includes(`alias crypto-${part} `);
  const loads = names.find((each) => alias(each) || each.split(/[(),]/).every((part) => part === '' || alias(part)));
  if (loads !== undefined) return { is: 'there', how: `${loads} loads on demand` };
  const parts = modules.map((alternatives) => availability(facts, alternatives));
  return (
    parts.find(({ is }) => is === 'absent') ?? parts.find(({ is }) => is === 'unknown') ?? parts[0] ?? { is: 'unknown', how: 'not known' }
  );
}

function line(name: string, users: Wanted['users'], found: Availability): CheckLine {
  const label = `${name} in the kernel`;
  if (found.is === 'there') return pass(label, found.how);
  // Templates (cbc, hmac) may be part of the kernel itself under a name that changed since.
  if (found.is === 'unknown') return unknown(label, found.how);
  const [first] = users;
  const names = [...new Set(users.map(({ connection }) => connection.name))].join(', ');
  return {
    status: 'fail',
    label,
    detail: found.how,
    finding: hostFinding('kernel-algorithms', {
      subject: name,
      severity: 'error',
      confidence: 0.8,
      title: `the kernel cannot do ${name}, which ${names} may agree on`,
      cause:
        'The daemons agree on algorithms before they ask the kernel. When it then refuses, the SA is not installed ("Function not implemented") although IKE succeeded.',
      evidence: [...(first === undefined ? [] : [{ ...placeOf(first.proposal), text: first.proposal.value }]), ...found.evidence],
      fix: [
        { end: 'ours', text: found.fix },
        { end: 'either', text: `or take ${name} out of the ESP proposals of ${names} (at both ends)` },
      ],
      retest: 'vpndoctor verify --only kernel-algorithms',
      refs: ['ip-xfrm(8)'],
    }),
  };
}
