import { UsageError } from '../../bytes/errors.js';
import { prfOfHash } from '../../config/proposal-tokens.js';
import { type ProposalFacts, type ProposedTransform, parseProposal, splitProposals } from '../../config/proposals.js';
import { cipherByIkev2 } from '../../crypto/ciphers.js';
import { integrityByIkev2 } from '../../crypto/integrity.js';
import { keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import { prfByIkev2 } from '../../crypto/prf.js';
import type { Proposal, Transform } from '../../wire/ike/payloads/sa.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE } from '../../wire/ike/tables/transforms.js';

/**
 * What is offered when nothing is said: what peers of the last twenty years accept, strong first. The last of IKE is for devices that
 * nobody has touched for long; what is chosen of it is graded.
 */
export const DEFAULT_IKE = [
  'aes256gcm16-aes128gcm16-chacha20poly1305-prfsha256-prfsha384-prfsha512-x25519-ecp256-ecp384-modp2048-modp3072-modp4096',
  'aes256-aes128-sha256-sha384-sha512-x25519-ecp256-ecp384-ecp521-modp2048-modp3072-modp4096',
  'aes256-aes128-3des-sha1-sha256-modp2048-modp1536-modp1024',
].join(',');
/**
 * Of a responder: with ML-KEM as an additional key exchange (RFC 9370) for whom offers it, in front, as peers that do not know the kind pass
 * over such proposals.
 */
export const DEFAULT_IKE_SERVED = [
  ...DEFAULT_IKE.split(',').map((proposal) => `${proposal}-ke1_mlkem768-ke1_mlkem1024-ke1_mlkem512`),
  DEFAULT_IKE,
].join(',');
export const DEFAULT_ESP = 'aes256gcm16-aes128gcm16-chacha20poly1305,aes256-aes128-sha256-sha384-sha512-sha1';
/** IKEv1: one transform a combination, so few that the first message needs no fragments. */
export const DEFAULT_IKEV1 = 'aes256-aes128-3des-sha256-sha1-md5-modp2048-modp1536-modp1024,aes256-sha256-sha384-ecp256';
export const DEFAULT_ESPV1 = 'aes256-aes128-3des-sha256-sha1-md5,aes256gcm16-aes128gcm16';
const DEFAULT_AH = 'sha256-sha384-sha512-sha1';

/** Added where a proposal names none of a kind, as libreswan does it. */
const USUAL_GROUPS = [31, 19, 20, 14, 15, 16];
const USUAL_INTEGRITY = [12, 14, 13];
const USUAL_PRFS = [5, 6, 7];

/** The 96-bit variant has the hash of the whole one. */
const PRF_OF_INTEGRITY: Readonly<Record<number, number>> = { ...prfOfHash, 1027: 5 };

/** RFC 7296 §3.3.5: a key length must stand with these; ChaCha20, 3DES, DES and NULL have one key length only. */
const AES_AND_CAMELLIA = new Set([12, 13, 14, 15, 16, 18, 19, 20, 21, 23, 24, 25, 26, 27, 29, 30]);
const FIXED_KEY = new Set([2, 3, 11, 28, 31]);
const NO_ESN = 0;
const ESN = 1;
const NULL_CIPHERS = new Set([11, 21]);

export interface ChildProposalOptions {
  /** Offer extended sequence numbers before plain ones. */
  readonly esn: boolean;
  /** Groups for perfect forward secrecy; with what the proposal names itself. */
  readonly groups: readonly number[];
}

/**
 * Proposals for the IKE SA in the language of swanctl.conf and ipsec.conf. One that mixes combined ciphers with others becomes two
 * (RFC 7296 §3.3.3 allows no integrity beside combined ones); PRFs follow from the integrity, groups are added where none is named.
 * @throws UsageError for words that are no algorithm, and for what the engine cannot run
 */
export function ikeProposals(text: string): readonly Proposal[] {
  return numbered(PROTOCOL.IKE, parsed(text, 'ike', '--ike').flatMap(ikeProposal));
}

/** The same for ESP. @throws UsageError */
export function espProposals(text: string, options: ChildProposalOptions): readonly Proposal[] {
  return numbered(
    PROTOCOL.ESP,
    parsed(text, 'esp', '--esp').flatMap((proposal) => espProposal(proposal, options)),
  );
}

/** The same for AH: integrity alone. @throws UsageError */
export function ahProposals(text: string | undefined, options: ChildProposalOptions): readonly Proposal[] {
  return numbered(
    PROTOCOL.AH,
    parsed(text ?? DEFAULT_AH, 'esp', '--ah').map((proposal) => {
      const integrity = ofType(proposal, 'INTEG');
      if (integrity.length === 0 || ofType(proposal, 'ENCR').length > 0)
        throw new UsageError(`--ah ${proposal.text}: AH takes integrity algorithms alone`, 'for example sha256-sha1');
      return [...integrity.map(plain), ...exchanges(proposal, options.groups), ...sequenceNumbers(proposal, options.esn)];
    }),
  );
}

/** Key exchange methods in order of preference: `x25519`, `modp2048-ecp256`, `modp2048,ecp256`. @throws UsageError */
export function groupsNamed(text: string, flag: string): readonly number[] {
  const { transforms, unknown } = parseProposal(text.split(/[\s,]+/).join('-'), 'esp');
  const wrong = unknown[0] ?? transforms.find(({ type }) => type !== 'KE')?.word;
  if (wrong !== undefined || transforms.length === 0) {
    throw new UsageError(`${flag} ${text}: ${wrong ?? 'nothing'} is no group`, 'for example x25519, ecp256 or modp2048 (dh31, dh19, dh14)');
  }
  for (const transform of transforms) mustRun(transform, flag);
  return transforms.map(({ id }) => id);
}

function parsed(text: string, use: 'ike' | 'esp', flag: string): readonly ProposalFacts[] {
  const proposals = splitProposals(text).map((one) => parseProposal(one, use));
  const example = use === 'ike' ? 'aes256gcm16-prfsha256-ecp256 or aes256-sha2_256;modp2048' : 'aes256gcm16 or aes256-sha2_256';
  if (proposals.length === 0) throw new UsageError(`${flag} is empty`, `for example ${example}`);
  for (const { unknown, transforms } of proposals) {
    const word = unknown[0];
    if (word !== undefined)
      throw new UsageError(`${flag}: "${word.slice(0, 40)}" is no algorithm that anybody knows`, `for example ${example}`);
    for (const transform of transforms) mustRun(transform, flag);
  }
  return proposals;
}

/** Whether the engine can run an algorithm, by IKEv2's number. */
export function canRun(type: ProposedTransform['type'], id: number): boolean {
  return (
    type === 'SN' ||
    (type === 'ENCR' && cipherByIkev2(id) !== undefined) ||
    (type === 'PRF' && prfByIkev2(id) !== undefined) ||
    (type === 'INTEG' && (id === 0 || integrityByIkev2(id) !== undefined)) ||
    ((type === 'KE' || type === 'ADDKE') && (id === 0 || keyExchangeByIkev2(id) !== undefined))
  );
}

/** What is offered must be run when it is chosen. */
function mustRun({ type, id, name, word }: ProposedTransform, flag: string): void {
  if (!canRun(type, id)) throw new UsageError(`${flag}: ${word} (${name}) is known, but vpndoctor cannot run it`, 'leave it out');
}

function ofType(proposal: ProposalFacts, type: ProposedTransform['type']): readonly ProposedTransform[] {
  return proposal.transforms.filter((transform) => transform.type === type);
}

function isCombined({ id }: ProposedTransform): boolean {
  return (cipherByIkev2(id)?.icvLength ?? 0) > 0;
}

/** Those with integrity of their own, then the others. */
function halves(proposal: ProposalFacts, flag: string): readonly (readonly ProposedTransform[])[] {
  const ciphers = ofType(proposal, 'ENCR');
  if (ciphers.length === 0) throw new UsageError(`${flag} ${proposal.text}: a cipher is missing`, 'for example aes256 or aes256gcm16');
  return [ciphers.filter(isCombined), ciphers.filter((cipher) => !isCombined(cipher))].filter((half) => half.length > 0);
}

function ikeProposal(proposal: ProposalFacts): readonly (readonly Transform[])[] {
  const naked = ofType(proposal, 'ENCR').find(({ id }) => NULL_CIPHERS.has(id));
  if (naked !== undefined) throw new UsageError(`--ike: ${naked.word} would leave IKE itself in the clear`, 'it is for --esp only');
  return halves(proposal, '--ike').map((ciphers) => {
    const combined = ciphers.some(isCombined);
    const integrity = combined ? [] : integrityOf(proposal);
    const named = ofType(proposal, 'PRF').map(({ id }) => id);
    const implied = ofType(proposal, 'INTEG').map(({ id }) => PRF_OF_INTEGRITY[id]);
    const following = (implied.length > 0 ? implied : combined ? USUAL_PRFS : integrity.map((id) => PRF_OF_INTEGRITY[id])).filter(
      (id) => id !== undefined,
    );
    const prfs = unique(named.length > 0 ? named : following);
    const groups = ofType(proposal, 'KE').filter(({ id }) => id !== 0);
    return [
      ...ciphers.flatMap(cipherTransforms),
      ...prfs.map((id) => transform(TRANSFORM.PRF, id)),
      ...integrity.map((id) => transform(TRANSFORM.INTEG, id)),
      ...(groups.length > 0 ? groups.map(({ id }) => id) : USUAL_GROUPS).map((id) => transform(TRANSFORM.KE, id)),
      ...additional(proposal),
    ];
  });
}

function espProposal(proposal: ProposalFacts, { esn, groups }: ChildProposalOptions): readonly (readonly Transform[])[] {
  return halves(proposal, '--esp').map((ciphers) => [
    ...ciphers.flatMap(cipherTransforms),
    ...(ciphers.some(isCombined) ? [] : integrityOf(proposal).map((id) => transform(TRANSFORM.INTEG, id))),
    ...exchanges(proposal, groups),
    ...sequenceNumbers(proposal, esn),
  ]);
}

/** NONE is left out: it is what absence says. */
function integrityOf(proposal: ProposalFacts): readonly number[] {
  const named = ofType(proposal, 'INTEG').map(({ id }) => id);
  return named.length > 0 ? unique(named.filter((id) => id !== 0)) : USUAL_INTEGRITY;
}

function exchanges(proposal: ProposalFacts, groups: readonly number[]): readonly Transform[] {
  const named = ofType(proposal, 'KE').map(({ id }) => id);
  const ids = named.length > 0 ? named.filter((id) => id !== 0) : groups;
  return [...unique(ids).map((id) => transform(TRANSFORM.KE, id)), ...additional(proposal)];
}

/** `ke1_mlkem768`, `addke1=ml_kem_768`: the first additional exchange unless the word says which. */
function additional(proposal: ProposalFacts): readonly Transform[] {
  return ofType(proposal, 'ADDKE').map(({ id, word }) => {
    const place = Number(/^(?:add)?ke([1-7])/i.exec(word)?.[1] ?? '1');
    return transform(TRANSFORM.ADDKE1 + place - 1, id);
  });
}

function sequenceNumbers(proposal: ProposalFacts, esn: boolean): readonly Transform[] {
  const named = ofType(proposal, 'SN').map(({ id }) => id);
  return (named.length > 0 ? unique(named) : esn ? [ESN, NO_ESN] : [NO_ESN]).map((id) => transform(TRANSFORM.SN, id));
}

/** `aes` alone means each key length, longest first. */
function cipherTransforms({ id, keyLength }: ProposedTransform): readonly Transform[] {
  if (FIXED_KEY.has(id)) return [transform(TRANSFORM.ENCR, id)];
  const lengths = keyLength !== undefined ? [keyLength] : AES_AND_CAMELLIA.has(id) ? [256, 128] : [128];
  return lengths.map((bits) => ({
    type: TRANSFORM.ENCR,
    id,
    attributes: [{ type: TRANSFORM_ATTRIBUTE.KEY_LENGTH, value: bits }],
  }));
}

function plain({ type, id }: ProposedTransform): Transform {
  return transform(TRANSFORM[type as 'INTEG'], id);
}

function transform(type: number, id: number): Transform {
  return { type, id, attributes: [] };
}

function unique(ids: readonly number[]): readonly number[] {
  return [...new Set(ids)];
}

function numbered(protocol: number, proposals: readonly (readonly Transform[])[]): readonly Proposal[] {
  return proposals.map((transforms, i) => ({ number: i + 1, protocol, spi: new Uint8Array(0), transforms }));
}
