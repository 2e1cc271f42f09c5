import { type DataDifference, diagnoseData } from '../../../engine/openvpn/data/diagnose.js';
import type { OptionDifference } from '../../../engine/openvpn/happenings.js';
import type { Finding, Fix } from '../../../model/finding.js';
import { compressionWords, noCipherFixes, noPullWords, staticKeyFixes } from '../../../model/openvpn-words.js';
import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeTarget } from '../target.js';
import { breakingDifferences, brokenBy } from './options-outcome.js';
import type { ProbeFacts } from './probe-facts.js';

/** Nothing of the peer's data opened, or none came: what the two ends have different, as far as it can be found by trying. */
export function whyUnread(context: ProbeContext, askedOtherwise: boolean): Outcome {
  const { facts, target, link } = context;
  const settings = target.settings[facts.remote?.protocol ?? 'udp'];
  const { keys } = facts;
  if (pushesToUs(context)) return withoutPull(context, context.facts.unopenedCount > 0 ? 'nothing that came opens' : NOTHING_BACK);
  if (keys === undefined || facts.unopened.length === 0) return silent(context, askedOtherwise);
  const differences = diagnoseData(
    {
      keys,
      ...(settings.mode === 'static' ? { halves: settings.key.halves } : {}),
      device: settings.device,
      second: Math.floor(link.date() / 1000),
    },
    facts.unopened,
  );
  const came = `${facts.unopenedCount} packet${facts.unopenedCount === 1 ? '' : 's'} came that do${facts.unopenedCount === 1 ? 'es' : ''} not open`;
  if (differences.length === 0) return { status: 'warn', text: `${came}: ${facts.unopenedWhy?.text ?? ''}` };
  const lines = differences.map(({ what, ours, theirs }) => `${what}: ours ${ours}, theirs ${theirs}`);
  return {
    status: 'fail',
    text: `${came}: ${lines.join('; ')}`,
    details: [...lines, ...(facts.unopenedWhy === undefined ? [] : [facts.unopenedWhy.text])],
    findings: differences.map((difference) => findingOf(context, difference, settings.mode === 'static')),
  };
}

function findingOf({ facts, target }: ProbeContext, { what, ours, theirs }: DataDifference, isStatic: boolean): Finding {
  const { code, cause, fix } = words(what, ours, theirs, isStatic);
  return {
    ...probeFinding(target, facts, {
      slug: code,
      severity: 'error',
      confidence: what === 'key' ? 0.85 : 0.97,
      title: what === 'key' ? 'The peer has another key than we have' : `The ends have different ${what}: ours ${ours}, theirs ${theirs}`,
      cause,
      evidence: [{ text: `step data: packets of the peer open with ${what} ${theirs}, not with ${ours}` }],
      fix,
      refs: isStatic ? ['OpenVPN manual --secret', 'OpenVPN manual --key-direction'] : ['OpenVPN manual --data-ciphers'],
    }),
    code,
  };
}

function words(
  what: DataDifference['what'],
  ours: string,
  theirs: string,
  isStatic: boolean,
): { readonly code: string; readonly cause: string; readonly fix: readonly Fix[] } {
  switch (what) {
    case 'compression':
      return {
        code: 'openvpn/compression-mismatch',
        ...compressionWords(ours === 'no compression' ? 'the peer' : 'our end', ours === 'no compression' ? 'our end' : 'the peer'),
      };
    case 'fragment':
    case 'dev-type':
      return {
        code: 'openvpn/options-mismatch',
        cause:
          what === 'fragment'
            ? 'With fragment four bytes stand in front of each packet; the end that does not know of them takes them for the packet.'
            : 'tun carries IP packets, tap Ethernet frames: each end drops what the other sends.',
        fix: [
          {
            end: 'either',
            text:
              what === 'fragment' ? 'fragment with the same number at both ends, or at none' : 'dev tun at both ends, or dev tap at both',
          },
        ],
      };
    default:
      if (!isStatic)
        return {
          code: 'openvpn/cipher-mismatch',
          cause: `The data channel of the peer has ${what} ${theirs}. Both ends drop what they get with "Authenticate/Decrypt packet error"; the control channel stays up.`,
          fix: noCipherFixes(undefined),
        };
      return {
        code: 'openvpn/static-key-mismatch',
        cause:
          what === 'direction'
            ? 'Each end signs with one half of the key and expects the other. "Authenticate/Decrypt packet error: packet HMAC authentication failed" is what OpenVPN says to the wrong half. There is no handshake that could fail: both ends say that they are up, and nothing passes.'
            : what === 'key'
              ? 'No half of our key opens what the peer sends, with any digest and cipher that we know: the key files are different. There is no handshake that could fail: both ends say that they are up, and nothing passes.'
              : `Packets of the peer open with ${what} ${theirs}. There is no handshake that could fail: both ends say that they are up, and nothing passes.`,
        fix:
          what === 'direction' || what === 'key'
            ? [...(what === 'key' ? [compareKeys] : []), ...staticKeyFixes]
            : [
                { end: 'ours', text: `${what} ${theirs}` },
                { end: 'theirs', text: `or ${what} ${ours} there` },
              ],
      };
  }
}

const compareKeys: Fix = { end: 'either', text: 'compare the files of both ends: sha256sum static.key' };

const NOTHING_BACK = 'nothing came back through the data channel';

/** We pull nothing, and the peer has nothing but what it pushes: it says no address and nothing of itself, as two ends of one wire do. */
function pushesToUs({ facts: { options, peerInfo }, target: { settings } }: ProbeContext): boolean {
  if (settings.udp.mode !== 'tls' || settings.udp.pushes || peerInfo.length > 0) return false;
  return options?.differences.some(({ option, theirs }) => option === 'ifconfig' && theirs === undefined) === true;
}

/** Two ends of a wire agree on a cipher by what both say of themselves, which a server with clients does not. */
export function unagreedWithoutPull(context: ProbeContext): Outcome | undefined {
  const ended = context.facts.ended?.refusal;
  return ended?.code === 'no-common-cipher' && ended.by === 'us' && pushesToUs(context)
    ? withoutPull(context, 'no cipher is agreed on')
    : undefined;
}

function withoutPull({ facts, target }: ProbeContext, seen: string): Outcome {
  const peer = facts.address ?? target.host;
  const text = `${seen}: we ask for nothing that ${peer} pushes`;
  const finding = probeFinding(target, facts, {
    slug: 'openvpn/no-pull',
    severity: 'error',
    confidence: 0.85,
    title: `We have addresses of our own and take nothing pushed; ${peer} is a server with clients`,
    ...noPullWords,
    evidence: [
      { text: `step data: ${text}` },
      { text: 'step options: ifconfig is ours alone, and the peer says nothing of itself (peer info)' },
    ],
    refs: ['OpenVPN manual --client', 'OpenVPN manual --pull'],
  });
  return { status: 'fail', text, findings: [{ ...finding, code: 'openvpn/no-pull' }] };
}

function silent({ facts, target }: ProbeContext, askedOtherwise: boolean): Outcome {
  const settings = target.settings[facts.remote?.protocol ?? 'udp'];
  const isStatic = settings.mode === 'static';
  const peer = facts.address ?? target.host;
  const breaking = breakingDifferences(facts, 'data');
  const framing = breaking.find(({ option }) => option === 'comp-lzo');
  if (framing !== undefined) return otherFraming(framing, target, facts);
  if (breaking.length > 0) return brokenBy('data', breaking, NOTHING_BACK, { facts, target });
  const text = `${NOTHING_BACK}${askedOtherwise ? ', also when asked with other directions, digests, ciphers and framings' : ''}`;
  return {
    status: 'fail',
    text,
    findings: [
      probeFinding(target, facts, {
        slug: isStatic ? 'openvpn-static-silent' : 'openvpn-data-unanswered',
        severity: 'error',
        confidence: 0.8,
        title: isStatic
          ? `${peer} answers nothing that is sealed with this key`
          : `The tunnel is up and ${peer} answers nothing through it`,
        cause: isStatic
          ? `A static key has no handshake: a peer that is not there, has another key, or knows another address or port of ours (remote, without float) looks the same. ${askedOtherwise ? 'The same question was asked with every direction, digest, cipher and compression framing of this key: nothing was understood, so the key itself, the port or the path is wrong.' : ''}`
          : 'The control channel works, data does not: another cipher or compression there, or a firewall or NAT that lets only the first packets pass.',
        evidence: [{ text: `step data: ${text}` }],
        fix: [
          {
            end: 'theirs',
            text: isStatic
              ? `its log at that moment: "packet HMAC authentication failed" (key, direction), "Incoming packet rejected from" (remote names another address or port than ours: ${facts.source}${facts.remote === undefined ? '' : `, it should have float or port ${target.localPort ?? 'any'}`})`
              : 'its log at that moment: "Authenticate/Decrypt packet error", "Bad LZO decompression header byte"',
          },
          ...(isStatic ? [compareKeys] : []),
          { end: 'path', text: `permit UDP ${facts.remote?.port ?? ''} both ways` },
        ],
        refs: ['OpenVPN manual --secret'],
      }),
    ],
  };
}

/** The options say that one end alone frames packets for compression, and nothing passes. */
function otherFraming({ ours, theirs }: OptionDifference, target: ProbeTarget, facts: ProbeFacts): Outcome {
  const text = `${NOTHING_BACK}: ${ours === undefined ? 'the peer' : 'our end'} alone has comp-lzo or compress`;
  return {
    status: 'fail',
    text,
    findings: [
      {
        ...probeFinding(target, facts, {
          slug: 'openvpn/compression-mismatch',
          severity: 'error',
          confidence: 0.93,
          title: `The ends have different compression: ours ${ours ?? 'none'}, theirs ${theirs ?? 'none'}`,
          ...compressionWords(ours === undefined ? 'the peer' : 'our end', ours === undefined ? 'our end' : 'the peer'),
          evidence: [{ text: `step data: ${text}` }],
          refs: ['OpenVPN manual --compress'],
        }),
        code: 'openvpn/compression-mismatch',
      },
    ],
  };
}
