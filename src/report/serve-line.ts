import { hexNumber } from '../bytes/hex.js';
import { childAlgorithms } from '../engine/child-algorithms.js';
import type { IkeHappening } from '../engine/ike-machine.js';
import { endpointText } from '../model/endpoint-text.js';
import { configurationLine } from '../wire/ike/configuration-text.js';
import { identityText } from '../wire/ike/identity-facts.js';
import { selectorFacts } from '../wire/ike/selector-facts.js';
import { TRANSFORM } from '../wire/ike/tables/transforms.js';
import { keyLengthOf, transformName } from '../wire/ike/transform-name.js';
import { describeVendorId } from '../wire/ike/vendor-ids.js';
import type { Style } from './style.js';

/** How a line is dressed. */
type Tone = 'good' | 'bad' | 'plain' | 'dim';

/** A happening of the engine in one line, as the steps of a probe would put it; undefined for what nobody wants to read. */
export interface HappeningText {
  readonly text: string;
  readonly tone: Tone;
  /** Only with `-v`. */
  readonly detail?: true;
}

/** Words for what the engine tells; never a secret. */
export function happeningText(happening: IkeHappening): HappeningText | undefined {
  switch (happening.kind) {
    case 'sent':
    case 'received': {
      const { kind, exchange, response, messageId, payloads, length, fragments } = happening;
      const pieces = fragments > 1 ? ` in ${fragments} fragments` : '';
      return {
        text: `${kind} ${exchange} ${response ? 'response' : 'request'} ${messageId}, ${length} bytes${pieces}: ${payloads.join(' ')}`,
        tone: 'dim',
        detail: true,
      };
    }
    case 'retransmitted':
      return plain(`${happening.exchange} ${happening.messageId} sent again (${happening.times})`);
    case 'ignored':
      return {
        text: `ignored: ${happening.reason}${otherVersion(happening.reason)}`,
        tone: 'dim',
      };
    case 'cookie':
      return plain(happening.direction === 'demanded' ? 'cookie demanded' : 'cookie returned');
    case 'invalid-ke':
      return plain(`group ${groupOf(happening.offered)} refused for ${groupOf(happening.wanted)}`);
    case 'vendor-id':
      return { ...plain(`vendor id: ${describeVendorId(happening.bytes).name}`), detail: true };
    case 'ike-proposal':
      return plain(
        `IKE SA: chosen ${happening.chosen.transforms.map((one) => transformName(one.type, one.id, keyLengthOf(one))).join(', ')}`,
      );
    case 'nat':
      return plain(
        `NAT: ${[...(happening.usBehindNat ? ['we are behind NAT'] : []), ...(happening.peerBehindNat ? ['the peer is behind NAT, or forces UDP'] : [])].join(', ') || 'none between us'}`,
      );
    case 'peer-supports':
      return { ...plain(`the peer supports ${happening.notifies.join(', ')}`), detail: true };
    case 'peer-identity':
      return plain(`it calls itself ${identityText(happening.id.type, happening.id.data)}`);
    case 'eap':
      return plain(`EAP: ${happening.text}`);
    case 'peer-auth':
      return {
        text: `authentication of the peer ${happening.verdict}: ${happening.text}`,
        tone: happening.verdict === 'valid' ? 'good' : 'bad',
      };
    case 'our-auth-accepted':
      return { text: `it accepted ours: ${happening.method}`, tone: 'good' };
    case 'configuration':
      return plain(`configuration: ${happening.cp.attributes.map((attribute) => configurationLine(attribute, 2)).join(', ')}`);
    case 'ike-up':
      return { text: 'IKE SA up', tone: 'good' };
    case 'ike-rekeyed':
      return { text: `IKE SA rekeyed, before ${happening.old.spiI}`, tone: 'good' };
    case 'child-up': {
      const { child, replaces } = happening;
      const { localSelectors, remoteSelectors, encapsulation } = child;
      const texts = (selectors: typeof localSelectors) => selectorFacts({ selectors }).map((one) => one.text);
      const how = { none: '', udp: ' in UDP', 'udp-ike': ' in UDP on the port of IKE', tcp: ' in TCP' }[encapsulation];
      return {
        text: `CHILD_SA ${replaces === undefined ? 'up' : 'rekeyed'}: ${texts(localSelectors).join(', ')} to ${texts(remoteSelectors).join(', ')}, ${childAlgorithms(child).join(', ')}, ${child.mode} mode${how}, SPI in ${hexNumber(child.spiIn, 8)} out ${hexNumber(child.spiOut, 8)}`,
        tone: 'good',
      };
    }
    case 'child-refused':
      return refused(happening.rekey ? 'rekeying of the CHILD_SA refused' : 'CHILD_SA refused', happening.refusal);
    case 'group-agreed':
      return plain(`new group mode: ${happening.number} is group ${groupOf(happening.group)}`);
    case 'group-refused':
      return refused('new group refused', happening.refusal);
    case 'rekey-refused':
      return refused('rekeying of the IKE SA refused', happening.refusal);
    case 'update-refused':
      return refused('new addresses refused', happening.refusal);
    case 'child-down':
      return plain(`CHILD_SA ${hexNumber(happening.spiIn, 8)} deleted by ${happening.by === 'us' ? 'us' : 'the peer'}`);
    case 'liveness':
      return happening.alive
        ? { text: `alive, ${happening.milliseconds.toFixed(1)} ms`, tone: 'dim', detail: true }
        : { text: 'no sign of life', tone: 'bad' };
    case 'path-changed':
      return plain(`moved to ${endpointText(happening.path.remote)}`);
    case 'ike-down':
      return happening.refusal === undefined
        ? plain(`IKE SA deleted by ${happening.by === 'us' ? 'us' : 'the peer'}`)
        : refused('IKE SA ended', happening.refusal);
    case 'ike-keys':
    case 'ikev1-keys':
      return undefined;
  }
}

/** Which `serve` answers what this one does not. */
function otherVersion(reason: string): string {
  if (/^a message of IKE 1\./.test(reason)) return ' (serve --ikev1 answers those)';
  return reason === 'IKE version 2.0' ? ' (serve without --ikev1 answers those)' : '';
}

/** `12:00:01.123  198.51.100.1:500  5a64e0ed  text`. */
export function serveLine(time: Date, peer: string, spiI: string, { text, tone }: HappeningText, style: Style): string {
  const clock = time.toISOString().slice(11, 23);
  const dress: Readonly<Record<Tone, (words: string) => string>> = {
    good: style.good,
    bad: style.bad,
    dim: style.dim,
    plain: (words) => words,
  };
  return `${style.dim(clock)}  ${peer}  ${spiI.slice(0, 8)}  ${dress[tone](text)}`;
}

const plain = (text: string): HappeningText => ({ text, tone: 'plain' });

const groupOf = (group: number): string => transformName(TRANSFORM.KE, group);

function refused(what: string, { text, notify, ours, theirs }: Extract<IkeHappening, { kind: 'rekey-refused' }>['refusal']): HappeningText {
  const values = [...(ours === undefined ? [] : [`ours: ${ours}`]), ...(theirs === undefined ? [] : [`theirs: ${theirs}`])];
  const said = notify === undefined ? '' : ` (${notify})`;
  return { text: [`${what}: ${text}${said}`, ...values].join('; '), tone: 'bad' };
}
