import type { RemarkList } from '../source.js';
import { atLeast } from '../versions.js';
import { modeOf } from './modes.js';
import { begins, type CiscoStatement } from './statement.js';

/** Second words of `crypto …` on ASA, PIX and IOS. */
const cryptoWords: ReadonlySet<string> = new Set(
  'map dynamic-map ipsec isakmp ikev1 ikev2 ca key keyring pki engine identity gdoi logging call mib ssl gkm eli provisioning xauth'.split(
    ' ',
  ),
);

/** Commands of `crypto map … set`. */
const mapWords: ReadonlySet<string> = new Set(
  `peer transform-set ikev1 ikev2 pfs security-association nat-t-disable reverse-route connection-type phase1-mode trustpoint validate-icmp-errors
   df-bit tfc-packets inheritance isakmp-profile ikev2-profile session-key identity ip security-association dynamic-peer`.split(/\s+/),
);

/** Remarks on what a VPN statement says that we, or the box of that version, do not know. Other parts of the file are not judged. */
export function checkStatements(statements: readonly CiscoStatement[], version: string | undefined, remarks: RemarkList): void {
  for (const statement of statements) {
    const { words, file, line } = statement;
    const unknown = (text: string, at = { file, line }) => remarks.add({ ...at, severity: 'info', code: 'unknown-keyword', text });
    if (begins(statement, 'crypto')) {
      if (!cryptoWords.has(words[1] ?? '')) unknown(`"${words.slice(0, 2).join(' ')} …" is not understood; it is not compared`);
      if (/^(dynamic-)?map$/.test(words[1] ?? '')) {
        for (const sub of [...(words[4] === undefined ? [] : [{ ...statement, words: words.slice(4) }]), ...statement.sub])
          if (sub.words[0] === 'set' && !mapWords.has(sub.words[1] ?? ''))
            unknown(`"${sub.words.slice(0, 2).join(' ')}" of a crypto map is not understood`, sub);
      }
      obsolete(statement, version, remarks);
    }
    if (!begins(statement, 'crypto') && !begins(statement, 'tunnel-group')) continue;
    const known = modeOf(words.join(' ').toLowerCase());
    if (known === undefined) continue;
    for (const sub of statement.sub) {
      const word = (sub.words[0] === 'no' ? sub.words[1] : sub.words[0]) ?? '';
      if (!known.has(word))
        unknown(`"${sub.words[0] ?? ''} …" under "${words.slice(0, 4).join(' ')}" is not understood; it is not compared`, {
          file: sub.file,
          line: sub.line,
        });
    }
  }
}

/** ASA 8.4 calls the IKEv1 half of `crypto isakmp` and of transform sets by that name. */
function obsolete({ words, file, line }: CiscoStatement, version: string | undefined, remarks: RemarkList): void {
  if (!atLeast(version, '8.4') || !/^[89]\.|^1\d\.|^2\d\./.test(version ?? '') || atLeast(version, '12.0')) return;
  const renamed =
    words[1] === 'isakmp' && (words[2] === 'policy' || words[2] === 'enable')
      ? ['crypto', 'ikev1', ...words.slice(2)]
      : words[1] === 'ipsec' && words[2] === 'transform-set'
        ? ['crypto', 'ipsec', 'ikev1', ...words.slice(2)]
        : undefined;
  if (renamed === undefined) return;
  remarks.add({
    file,
    line,
    severity: 'info',
    code: 'obsolete-keyword',
    text: `since ASA 8.4 this is "${renamed.slice(0, 4).join(' ')}"`,
    fix: renamed.join(' '),
  });
}
