import type { OpenvpnSettings, TlsSettings } from '../../../engine/openvpn/settings.js';
import { openvpnDigests } from '../../../keymat/openvpn-algorithms.js';
import type { Finding, Fix } from '../../../model/finding.js';
import { probeFinding } from '../../shared/finding.js';
import type { ProbeContext } from '../probe.js';
import type { Remote } from '../target.js';
import { remoteText } from './remote-text.js';

/** Milliseconds a question beside the session is given: a repetition fits in. */
const PATIENCE = 2500;

/** A way to ask again that differs in one thing. */
interface Variant {
  readonly remote: Remote;
  readonly settings: TlsSettings;
  /** Of what is answered: `openvpn/…`. */
  readonly code: string;
  readonly title: string;
  readonly cause: string;
  readonly fix: readonly Fix[];
}

/**
 * A hard reset was not answered. Servers drop what their tls-auth or tls-crypt does not know without a word: so it is asked again, with
 * each thing changed that could be wrong, all at once. @returns what was answered, as findings
 */
export async function whySilent(
  context: ProbeContext,
): Promise<{ readonly findings: readonly Finding[]; readonly details: readonly string[] }> {
  const { target, facts, link } = context;
  const { remote } = facts;
  const settings = remote === undefined ? undefined : target.settings[remote.protocol];
  if (remote === undefined || settings?.mode !== 'tls') return { findings: [], details: [] };
  const variants = variantsOf(target, remote, settings);
  const answers = await Promise.all(
    variants.map(async (variant) => {
      try {
        return await link.ask(variant.remote, variant.settings, Math.min(PATIENCE, target.patience));
      } catch {
        // A port that takes no connection answers nothing.
        return undefined;
      }
    }),
  );
  const answered = variants.filter((_, at) => answers[at]?.kind === 'answered');
  const details =
    answered.length === 0
      ? [
          `asked again in ${variants.length === 1 ? 'another way, which was not answered' : `${variants.length} other ways, none of which was answered`}: ${summary(variants)}`,
        ]
      : [];
  return {
    details,
    findings: answered.slice(0, 2).map(({ code, title, cause, fix }) => ({
      ...probeFinding(target, facts, {
        slug: code,
        severity: 'error',
        confidence: 0.97,
        title,
        cause,
        evidence: [{ text: `step reset: ${title}` }],
        fix,
        refs: ['OpenVPN manual --tls-auth', 'OpenVPN manual --tls-crypt'],
      }),
      code,
    })),
  };
}

function summary(variants: readonly Variant[]): string {
  return [...new Set(variants.map(({ code }) => SUMMARIES[code] ?? code))].join(', ');
}

const SUMMARIES: Readonly<Record<string, string>> = {
  'openvpn/key-direction': 'other key directions',
  'openvpn/control-digest-mismatch': 'other digests',
  'openvpn/control-wrapping-mismatch': 'other wrappings',
  'probe/wrong-protocol': 'the other protocol',
};

function variantsOf(
  { settings: both }: { readonly settings: Readonly<Record<'udp' | 'tcp', OpenvpnSettings>> },
  remote: Remote,
  settings: TlsSettings,
): readonly Variant[] {
  const { wrapping } = settings;
  const other = remote.protocol === 'udp' ? ('tcp' as const) : ('udp' as const);
  const otherRemote = { ...remote, protocol: other };
  const otherSettings = both[other];
  const variants: Variant[] = [];
  const add = (code: string, changed: TlsSettings['wrapping'], title: string, cause: string, fix: readonly Fix[]) =>
    variants.push({ remote, settings: { ...settings, wrapping: changed }, code, title, cause, fix });
  if (wrapping.kind === 'tls-auth') {
    const ours = wrapping.direction === undefined ? 'no direction' : `direction ${wrapping.direction}`;
    for (const direction of [0, 1, undefined] as const) {
      const theirs = direction === undefined ? 'no direction' : `direction ${1 - direction}`;
      for (const digest of openvpnDigests) {
        const same = digest.name === wrapping.digest.name;
        if (same && direction === wrapping.direction) continue;
        if (same) {
          add(
            'openvpn/key-direction',
            { ...wrapping, direction },
            `${remoteText(remote)} has ${theirs} for the tls-auth key, we have ${ours}: answered only with ${direction === undefined ? 'none' : `direction ${direction}`} here`,
            'Each end signs with one half of the key and expects the other half: the directions must be 0 at one end and 1 at the other, or missing at both. What does not fit is dropped without a word.',
            [
              {
                end: 'ours',
                text:
                  direction === undefined
                    ? 'tls-auth ta.key without a number, and no key-direction'
                    : `tls-auth ta.key ${direction} (or key-direction ${direction} beside an inline key)`,
              },
              {
                end: 'theirs',
                text: wrapping.direction === undefined ? 'or no direction there either' : `or direction ${1 - wrapping.direction} there`,
              },
            ],
          );
        } else
          add(
            'openvpn/control-digest-mismatch',
            { ...wrapping, direction, digest },
            `${remoteText(remote)} signs tls-auth with ${digest.name}, we with ${wrapping.digest.name}: answered only with auth ${digest.name}${direction === wrapping.direction ? '' : ` and ${direction === undefined ? 'no direction' : `direction ${direction}`}`} here`,
            'The digest of auth makes the HMAC of tls-auth too, and both ends must have the same one. What does not fit is dropped without a word.',
            [
              { end: 'ours', text: `auth ${digest.name}` },
              { end: 'theirs', text: `or auth ${wrapping.digest.name} there` },
            ],
          );
      }
    }
    add(
      'openvpn/control-wrapping-mismatch',
      { kind: 'tls-crypt', key: wrapping.key },
      `${remoteText(remote)} has this key as tls-crypt, we have it as tls-auth`,
      'The same key file serves both options, and packets of one are nothing to the other.',
      [
        { end: 'ours', text: 'tls-crypt with the file in place of tls-auth; no direction' },
        { end: 'theirs', text: 'or tls-auth there' },
      ],
    );
  }
  if (wrapping.kind === 'tls-crypt') {
    for (const direction of [1, 0, undefined] as const) {
      for (const digest of openvpnDigests) {
        add(
          'openvpn/control-wrapping-mismatch',
          { kind: 'tls-auth', key: wrapping.key, direction, digest },
          `${remoteText(remote)} has this key as tls-auth (auth ${digest.name}), we have it as tls-crypt`,
          'The same key file serves both options, and packets of one are nothing to the other.',
          [
            {
              end: 'ours',
              text: `tls-auth ta.key${direction === undefined ? '' : ` ${direction}`} in place of tls-crypt, with auth ${digest.name}`,
            },
            { end: 'theirs', text: 'or tls-crypt there' },
          ],
        );
      }
    }
  }
  if (wrapping.kind !== 'none')
    add(
      'openvpn/control-wrapping-mismatch',
      { kind: 'none' },
      `${remoteText(remote)} wants no ${wrapping.kind.replace('-client', '')}: it answers a plain hard reset`,
      `We wrap control packets with ${wrapping.kind.replace('-client', '')}, the server does not, and takes what it gets for nothing.`,
      [
        { end: 'ours', text: `without ${wrapping.kind.replace('-client', '')}` },
        { end: 'theirs', text: 'better: the same key there, which keeps strangers out' },
      ],
    );
  if (otherSettings.mode === 'tls')
    variants.push({
      remote: otherRemote,
      settings: otherSettings,
      code: 'probe/wrong-protocol',
      title: `OpenVPN answers on ${other.toUpperCase()} ${remote.port}, not on ${remote.protocol.toUpperCase()}`,
      cause: `The server has proto ${other}, we have ${remote.protocol}.`,
      fix: [
        { end: 'ours', text: `proto ${other}, or remote ${remote.host} ${remote.port} ${other}` },
        { end: 'theirs', text: `or a second instance with proto ${remote.protocol}` },
      ],
    });
  return variants;
}
