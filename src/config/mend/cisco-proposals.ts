import { type ConfigEnd, isOldPix } from '../effective/config-end.js';
import type { Offer } from '../effective/offer.js';
import type { Change, Edit } from './change.js';
import type { CiscoLines } from './cisco-lines.js';
import { takesOffer } from './cisco-releases.js';
import { asaCipher, ciscoHash, ciscoPrfs, iosCipher, iosIkev2Cipher, transformSet } from './cisco-words.js';

/** A policy more: those that are there serve other peers too. Of IKEv2 on IOS a proposal more, and the policy that names it. */
export function policyLines(
  end: ConfigEnd,
  { offer, version }: Extract<Change, { kind: 'ike-proposals' }>,
  lines: CiscoLines,
): readonly Edit[] | undefined {
  const { connection, product, texts } = end;
  if (!takesOffer(end, offer, version)) return undefined;
  if (product === 'ios' && version === 'ikev2') return namedProposal(end, offer, lines);
  const text = texts.get(connection.file) ?? '';
  const word = version === 'ikev2' ? 'ikev2' : /^(crypto )?isakmp policy/m.test(text) || product === 'ios' ? 'isakmp' : 'ikev1';
  const used = [...text.matchAll(new RegExp(`^\\s*(?:crypto )?(?:${word}) policy (\\d+)`, 'gm'))].map((match) => Number(match[1]));
  const number = used.length === 0 ? 10 : Math.max(...used) + 10;
  const lifetime = connection.ikeLifetime?.value;
  const ciphers = all(offer.ciphers.map(version === 'ikev1' && product === 'ios' ? iosCipher : asaCipher));
  const hashes = offer.hashes.length === 0 ? ['null'] : all(offer.hashes.map(ciscoHash));
  if (ciphers === undefined || hashes === undefined || offer.groups.length === 0) return undefined;
  const own =
    version === 'ikev2'
      ? [
          `crypto ikev2 policy ${number}`,
          ` encryption ${ciphers.join(' ')}`,
          ` integrity ${hashes.join(' ')}`,
          ` group ${offer.groups.join(' ')}`,
          ` prf ${ciscoPrfs(offer).join(' ')}`,
          ...(lifetime === undefined ? [] : [` lifetime seconds ${lifetime}`]),
        ]
      : [
          `crypto ${word} policy ${number}`,
          ` authentication ${connection.local.auth.some(({ value }) => value === 'psk') ? 'pre-share' : 'rsa-sig'}`,
          ` ${product === 'ios' ? 'encr' : 'encryption'} ${ciphers[0]}`,
          ` hash ${hashes[0]}`,
          ` group ${offer.groups[0]}`,
          ...(lifetime === undefined ? [] : [` lifetime ${lifetime}`]),
        ];
  // A PIX 6 has no modes: each of them stands behind the policy's number.
  const [head = '', ...settings] = own;
  const commands = isOldPix(end) ? settings.map((setting) => `${head.replace(/^crypto /, '')}${setting}`) : own;
  return lines.behind({ file: connection.file, line: behindProposals(end, version, lines) }, commands.join('\n'));
}

function all<T>(list: readonly (T | undefined)[]): readonly T[] | undefined {
  return list.includes(undefined) || list.length === 0 ? undefined : (list as readonly T[]);
}

/** The last line of the proposals that there are, else the one before the connection: never within the mode of something else. */
function behindProposals({ connection }: ConfigEnd, version: 'ikev1' | 'ikev2', lines: CiscoLines): number {
  const last = connection.ikeProposals.filter(({ ikeVersion, line }) => ikeVersion === version && line > 0).at(-1);
  return last === undefined
    ? connection.line - 1
    : Math.max(
        ...[last, ...(last.parts ?? []), last.auth, last.lifetime]
          // The lifetime may be that of a profile, which is a mode of its own.
          .filter((part) => part !== undefined && lines.sameMode(last, part))
          .map((part) => part?.line ?? 0),
      );
}

function namedProposal(end: ConfigEnd, offer: Offer, lines: CiscoLines): readonly Edit[] | undefined {
  const ciphers = all(offer.ciphers.map(iosIkev2Cipher));
  const hashes = all(offer.hashes.map(iosHash));
  const prfs = ciscoPrfs(offer).map((word) => (word === 'sha' ? 'sha1' : word));
  if (ciphers === undefined || offer.groups.length === 0 || (hashes === undefined && offer.hashes.length > 0)) return undefined;
  const name = 'mended';
  const policy = lines.all(/^\s*crypto ikev2 policy /).at(-1);
  const own = [
    `crypto ikev2 proposal ${name}`,
    ` encryption ${ciphers.join(' ')}`,
    ...(hashes === undefined ? [] : [` integrity ${hashes.join(' ')}`]),
    ` prf ${prfs.join(' ')}`,
    ` group ${offer.groups.join(' ')}`,
    ...(policy === undefined ? ['crypto ikev2 policy mended', ` proposal ${name}`] : []),
  ];
  return [
    ...lines.behind({ file: end.connection.file, line: behindProposals(end, 'ikev2', lines) }, own.join('\n')),
    ...(policy === undefined ? [] : lines.behind(policy, ` proposal ${name}`)),
  ];
}

function iosHash(id: number): string | undefined {
  return ciscoHash(id)?.replace(/^sha$/, 'sha1');
}

export function phase2Lines(
  end: ConfigEnd,
  { offer, version }: Extract<Change, { kind: 'esp-proposals' }>,
  lines: CiscoLines,
): readonly Edit[] | undefined {
  const { connection, product } = end;
  // The group of PFS stands elsewhere.
  if (!takesOffer(end, { ...offer, groups: [] }, version)) return undefined;
  const own = connection.espProposals.find(({ ikeVersion }) => ikeVersion === version);
  if (own === undefined) return undefined;
  // On IOS a transform set serves both versions.
  if (/transform-set/.test(lines.text(own))) {
    const words = transformSet(offer, product === 'ios' ? 'ios' : 'asa', connection.protocol.value);
    return words === undefined ? undefined : lines.replace(own, /(transform-set \S+) .*$/, `$1 ${words}`);
  }
  const ciphers = offer.ciphers.map(asaCipher);
  const hashes =
    offer.hashes.length === 0
      ? ['null']
      : offer.hashes.map((hash) =>
          ciscoHash(hash)
            ?.replace(/^sha$/, 'sha-1')
            .replace(/^sha(\d)/, 'sha-$1'),
        );
  if (ciphers.includes(undefined) || hashes.includes(undefined)) return undefined;
  const parts = own.parts ?? [];
  const [encryption, integrity] = ['encryption', 'integrity'].map((word) =>
    parts.find(({ value }) => value.startsWith(`protocol esp ${word}`)),
  );
  return [
    ...(encryption === undefined
      ? lines.behind(own, ` protocol esp encryption ${ciphers.join(' ')}`)
      : lines.replace(encryption, /encryption.*$/, `encryption ${ciphers.join(' ')}`)),
    ...(integrity === undefined
      ? lines.behind(own, ` protocol esp integrity ${hashes.join(' ')}`)
      : lines.replace(integrity, /integrity.*$/, `integrity ${hashes.join(' ')}`)),
  ];
}
