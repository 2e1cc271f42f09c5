import type { SecretEntry, SecretStrength } from '../config/secret-entry.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';
import type { RemarkFacts } from './shared/remarks.js';
import { SECRET_ROLES } from './shared/remarks.js';

interface Facts {
  readonly secrets: readonly SecretEntry[];
  readonly files: RemarkFacts['files'];
}

const LABEL = 'strength of secrets';

export const check: Check<Facts> = {
  id: 'secret-strength',
  group: 'keys',
  title: LABEL,
  reads: ['/etc/ipsec.secrets', '/etc/swanctl/swanctl.conf: secrets'],
  refs: ['ipsec verify: Pluto ipsec.secret syntax (weak PSK)', 'RFC 7296 §5', 'NIST SP 800-63B §5.1.1'],
  async facts(host) {
    const { secrets, files } = await host.configurations();
    return { secrets, files: files.filter(({ role }) => SECRET_ROLES.includes(role)) };
  },
  judge({ secrets, files }) {
    const judged = secrets.flatMap((entry) => (entry.strength === undefined ? [] : [{ entry, strength: entry.strength }]));
    const bad = judged.filter(({ strength }) => strength.grade === 'guessable' || strength.grade === 'weak');
    const unread = files.flatMap(({ path, unread: why }) => (why === undefined ? [] : [unseen(`${LABEL} in ${path}`, why)]));
    if (judged.length === 0) return unread.length > 0 ? unread : [skip(LABEL, 'no secret that a person chose')];
    const lines = bad.map(({ entry, strength }) => line(entry, strength));
    return lines.length > 0 ? [...lines, ...unread] : [pass(LABEL, `${judged.length} of ${judged.length} are long enough`), ...unread];
  },
};

function line(
  { file, line: at, selectors, keyword, kind }: SecretEntry,
  { grade, entropyBits, bytes, reasons }: SecretStrength,
): CheckLine {
  const whose = selectors.length === 0 ? 'anybody' : selectors.map(({ value }) => value).join(' ');
  const why = reasons.length > 0 ? reasons.join(', ') : `about ${entropyBits} bits`;
  const place = `${file}:${at}`;
  return {
    status: 'warn',
    label: `secret for ${whose}`,
    detail: `${grade}: ${why}`,
    finding: hostFinding(check.id, {
      what: grade === 'guessable' ? 'guessable' : 'weak',
      subject: place,
      severity: 'warning',
      confidence: grade === 'guessable' ? 0.9 : 0.7,
      title: `the secret for ${whose} in ${place} ${grade === 'guessable' ? 'can be guessed' : 'is weak'}: ${why}`,
      cause:
        kind === 'psk'
          ? 'Whoever records one Aggressive Mode, or answers as the responder of IKEv2 once, can try words against it at leisure, without this host noticing, and then be either end.'
          : 'Whoever may try passwords at the other end finds it sooner or later, and then is this host for it.',
      evidence: [{ file, line: at, text: `${keyword}: ${bytes} bytes, at most ${entropyBits} bits` }],
      fix: [{ end: 'either', text: 'openssl rand -base64 32 makes one that nobody guesses; it has to be the same at both ends' }],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['RFC 7296 §5', 'NIST SP 800-63B §5.1.1'],
    }),
  };
}
