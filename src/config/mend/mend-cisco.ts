import type { ConfigRemark } from '../../model/connection.js';
import { formatNetwork } from '../../wire/ip/network.js';
import { listAddress } from '../cisco-asa/address-and-mask.js';
import { readCisco } from '../cisco-asa/read-cisco.js';
import { type ConfigEnd, isOldPix } from '../effective/config-end.js';
import type { SelectorNetworks } from '../effective/selectors.js';
import { applyEdits } from './apply-edits.js';
import type { Change, Edit } from './change.js';
import { identityLines, peerIdentityLines, peerLines, secretLines } from './cisco-identity.js';
import { CiscoLines, placeOf } from './cisco-lines.js';
import { phase2Lines, policyLines } from './cisco-proposals.js';
import { takesOffer } from './cisco-releases.js';
import { literal } from './literal.js';

/** Corrected lines of a running-config: commands to be typed in `configure terminal`, at the places where they then stand. */
export function mendCisco(end: ConfigEnd, change: Change): readonly Edit[] | undefined {
  const { connection, product } = end;
  const lines = new CiscoLines(end);
  switch (change.kind) {
    case 'ike-proposals':
      return policyLines(end, change, lines);
    case 'esp-proposals':
      return phase2Lines(end, change, lines);
    case 'pfs': {
      if (change.group === undefined) return lines.remove(connection.pfs);
      const version = connection.ikeVersion.value === 'ikev2' ? 'ikev2' : 'ikev1';
      if (!takesOffer(end, { ciphers: [], hashes: [], groups: [change.group] }, version)) return undefined;
      return connection.pfs.line > 0
        ? lines.replace(connection.pfs, /set pfs.*$/, `set pfs group${change.group}`)
        : lines.inMap(`set pfs group${change.group}`);
    }
    case 'ike-version':
      return product === 'ios' && change.value === 'ikev2' ? profileCommand(end, lines) : undefined;
    case 'ike-lifetime': {
      const own = connection.ikeLifetime;
      if (lines.profile !== undefined && connection.ikeVersion.value === 'ikev2')
        return own !== undefined && own.line > 0
          ? lines.replace(own, /lifetime.*$/, `lifetime ${change.seconds}`)
          : lines.behind(lines.profile, ` lifetime ${change.seconds}`);
      const policy = connection.ikeProposals[0];
      if (policy === undefined) return undefined;
      const version = policy.ikeVersion === 'ikev2' && product === 'asa' ? 'lifetime seconds' : 'lifetime';
      const at = policy.lifetime;
      return at !== undefined && at.line > 0
        ? lines.replace(at, /lifetime.*$/, `${version} ${change.seconds}`)
        : lines.inPolicy(policy, `${version} ${change.seconds}`);
    }
    case 'child-lifetime': {
      const at = connection.childLifetime;
      const own = at !== undefined && at.line > 0 && /\bset security-association/.test(lines.text(at));
      return own
        ? lines.replace(at, /seconds.*$/, `seconds ${change.seconds}`)
        : lines.inMap(`set security-association lifetime seconds ${change.seconds}`);
    }
    case 'nat-traversal': {
      const at = connection.natTraversal;
      if (at === undefined || at.line === 0) return undefined;
      const text = lines.text(at);
      return /nat-t-disable/.test(text) ? lines.remove(at) : [{ ...placeOf(at), how: 'replace', text: text.trim().replace(/^no\s+/, '') }];
    }
    case 'aggressive':
      if (!change.value) return lines.remove(connection.aggressive);
      return lines.inMap(
        end.product === 'asa' && lines.hasText(/crypto ikev1/) ? 'set ikev1 phase1-mode aggressive' : 'set phase1-mode aggressive',
      );
    case 'auth': {
      if (lines.profile !== undefined && connection.ikeVersion.value === 'ikev2') return profileAuth(end, change, lines);
      const policies = connection.ikeProposals.filter(({ auth }) => auth !== undefined);
      const word = change.value === 'psk' ? 'pre-share' : 'rsa-sig';
      const [first] = policies;
      if (first?.auth === undefined || (change.value === 'pubkey' && !connection.local.auth.some(({ value }) => value === 'pubkey')))
        return undefined;
      return first.auth.line > 0
        ? lines.replace(first.auth, /authentication.*$/, `authentication ${word}`)
        : lines.inPolicy(first, `authentication ${word}`);
    }
    case 'secret':
      return secretLines(end, change, lines);
    case 'local-id':
      return identityLines(end, change.value, lines);
    case 'remote-id':
      return peerIdentityLines(end, change.value, lines);
    case 'remote-address':
      return peerLines(end, change.value, lines);
    case 'mode': {
      if (connection.mode.value === 'transport') return change.value === 'tunnel' ? lines.remove(connection.mode) : [];
      const set = connection.espProposals[0];
      if (set === undefined || change.value !== 'transport') return undefined;
      const name = /transform-set (\S+)/.exec(lines.text(set))?.[1];
      if (name === undefined && set.ikeVersion === 'ikev2') return lines.inMap('set ikev2 mode transport');
      if (name === undefined) return undefined;
      return product === 'ios'
        ? lines.behind(set, ' mode transport')
        : lines.behind(set, `${lines.text(set).replace(/transform-set.*$/, `transform-set ${name} mode transport`)}`);
    }
    case 'compress': {
      const at = connection.compress;
      if (at.line === 0 || change.value) return undefined;
      return /ip-comp/.test(lines.text(at)) ? lines.replace(at, /ip-comp.*$/, 'ip-comp disable') : lines.replace(at, /\s+comp-lzs/, '');
    }
    case 'selectors':
      return accessListLines(end, change.pairs, lines);
    case 'dpd': {
      const at = connection.other.find(({ key }) => key === 'isakmp keepalive')?.value;
      if (lines.profile !== undefined && connection.ikeVersion.value === 'ikev2')
        return lines.behind(lines.profile, ` dpd ${Math.max(change.delay, 10)} 3 periodic`);
      if (isOldPix(end))
        return lines.behind({ file: connection.file, line: firstPolicy(end) - 1 }, `isakmp keepalive ${Math.max(change.delay, 10)}`);
      if (product === 'ios')
        return lines.behind({ file: connection.file, line: firstPolicy(end) - 1 }, `crypto isakmp keepalive ${change.delay} periodic`);
      return at === undefined
        ? undefined
        : lines.replace(at, /isakmp keepalive.*$/, `isakmp keepalive threshold ${Math.max(change.delay, 10)} retry 2`);
    }
    case 'start': {
      return connection.auto.line > 0 ? lines.remove(connection.auto) : undefined;
    }
    default:
      return undefined;
  }
}

/** A router speaks IKEv2 with those whose tunnel names a profile: the one that takes the peer, or the only one that there is. */
function profileCommand({ connection }: ConfigEnd, lines: CiscoLines): readonly Edit[] | undefined {
  const heads = lines.all(/^\s*crypto ikev2 profile \S+/);
  const peer = connection.remote.addresses[0]?.value ?? '';
  const matches = lines.all(new RegExp(`^\\s*match identity remote address ${literal(peer)}(\\s|$)`));
  const fitting = heads.filter((head) => matches.some((match) => match.line > head.line && lines.sameMode(head, match)));
  const [only, ...others] = fitting.length > 0 ? fitting : heads;
  if (only === undefined || others.length > 0) return undefined;
  return lines.inMap(`set ikev2-profile ${/profile (\S+)/.exec(lines.text(only))?.[1] ?? ''}`);
}

function firstPolicy({ connection }: ConfigEnd): number {
  return Math.max(connection.ikeProposals[0]?.line ?? connection.line, 2);
}

/** In a profile of IKEv2 each direction has a line of its own. */
function profileAuth(
  { connection }: ConfigEnd,
  { value, side }: Extract<Change, { kind: 'auth' }>,
  lines: CiscoLines,
): readonly Edit[] | undefined {
  const word = value === 'psk' ? 'pre-share' : 'rsa-sig';
  // A certificate needs a trustpoint, which is not there.
  if (value === 'pubkey' && !lines.hasText(/^\s*pki trustpoint /)) return undefined;
  const all = [...(side === 'remote' ? [] : connection.local.auth), ...(side === 'local' ? [] : connection.remote.auth)];
  const written = all.filter(({ line }) => line > 0 && /^\s*authentication /.test(lines.text({ file: connection.file, line })));
  return written.length === 0
    ? undefined
    : written.flatMap((at) => lines.replace(at, /(authentication (?:local|remote)).*$/, `$1 ${word}`));
}

/** The access list anew, and what is needed to keep NAT away from what it now covers. */
function accessListLines(end: ConfigEnd, pairs: readonly SelectorNetworks[], lines: CiscoLines): readonly Edit[] | undefined {
  const { connection, product, texts } = end;
  const own = [...new Map((connection.selectorPairs ?? []).map(({ local }) => [local.line, placeOf(local)])).values()];
  const [first, ...others] = own;
  if (first === undefined || pairs.length === 0) return undefined;
  const text = lines.text(first);
  if (!/\b(permit|deny)\b/.test(text)) return interfaceMode(end, pairs, lines);
  const head = /^(\s*(?:access-list \S+ (?:line \d+ )?(?:extended )?|\d+ )?)(?:permit|deny)/.exec(text)?.[1] ?? '';
  const side = (network: string, port: string | undefined) =>
    `${listAddress(network, product === 'ios')}${port?.includes('/') ? ` eq ${port.replace(/^.*\//, '')}` : ''}`;
  const wanted = pairs.map((pair) => {
    const protocol = /^[a-z]+/.exec(pair.remotePort ?? pair.localPort ?? '')?.[0] ?? 'ip';
    return `${head}permit ${protocol} ${side(formatNetwork(pair.local), pair.localPort)} ${side(formatNetwork(pair.remote), pair.remotePort)}`;
  });
  const edits: readonly Edit[] = [
    { ...first, how: 'replace', text: wanted.join('\n') },
    ...others.map((place): Edit => ({ ...place, how: 'delete', text: '' })),
  ];
  const before = texts.get(connection.file) ?? '';
  const after = readCisco({ file: connection.file, text: applyEdits(before, connection.file, edits) });
  const translated = after.remarks.find((remark) => remark.code === 'no-nat-exemption' && remark.connection === connection.name);
  if (translated?.fix === undefined || product === 'ios') return edits;
  return [...edits, ...lineEdit(translated, lines)];
}

/** A tunnel interface has no list: without a mode it is GRE between the two addresses, in mode ipsec what is routed into it goes through it. */
function interfaceMode({ connection }: ConfigEnd, pairs: readonly SelectorNetworks[], lines: CiscoLines): readonly Edit[] | undefined {
  const families = new Set(pairs.flatMap(({ local, remote }) => [local, remote]).map(({ prefix, family }) => (prefix === 0 ? family : 0)));
  const [family] = families;
  if (!/^\s*int/i.test(lines.text(connection)) || families.size !== 1 || family === 0) return undefined;
  const command = ` tunnel mode ipsec ipv${family}`;
  const mode = connection.other.find(({ key }) => key === 'tunnel mode')?.value;
  return mode === undefined ? lines.behind(connection, command) : [{ ...placeOf(mode), how: 'replace', text: command }];
}

/** The correction of a remark, at the line it had before anything was edited. */
function lineEdit({ file, fix = '' }: ConfigRemark, lines: CiscoLines): readonly Edit[] {
  // What is indented belongs to a mode: the same words stand in others, too.
  const place = fix
    .split('\n')
    .filter((line, i) => !line.startsWith(' ') || i === 0)
    .map((line) => lines.find(new RegExp(`^\\s*${literal(line.trim())}\\s*$`)))
    .find((found) => found !== undefined);
  return place === undefined ? [] : [{ file, line: place.line, how: 'replace', text: fix }];
}
