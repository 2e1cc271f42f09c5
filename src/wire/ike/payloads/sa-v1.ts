import { DecodeError } from '../../../bytes/errors.js';
import type { ByteReader } from '../../../bytes/reader.js';
import type { ByteWriter } from '../../../bytes/writer.js';
import { type Attribute, decodeAttributes, encodeAttributes } from '../attribute.js';
import { countedBody } from '../counted-body.js';
import type { PayloadCodec } from '../payload-codec.js';
import { SITUATION } from '../tables/attributes-v1.js';
import { V1 } from '../tables/payload-types.js';
import { DOI } from '../tables/protocols.js';

/** A whole suite of algorithms, RFC 2408 §3.6. */
export interface TransformV1 {
  readonly number: number;
  /** KEY_IKE in phase 1, the ESP, AH or IPCOMP transform in phase 2. */
  readonly id: number;
  readonly attributes: readonly Attribute[];
}

/** RFC 2408 §3.5. Proposals with one number belong together (AH and ESP). */
export interface ProposalV1 {
  readonly number: number;
  readonly protocol: number;
  readonly spi: Uint8Array;
  readonly transforms: readonly TransformV1[];
}

/** What an IKEv1 Security Association payload offers or chooses, RFC 2408 §3.4, RFC 2407 §4.6.1. */
export interface SaV1 {
  readonly doi: number;
  /** Bits. */
  readonly situation: number;
  readonly proposals: readonly ProposalV1[];
  /** Everything behind the situation where the DOI or a labelled situation gives it another layout. */
  readonly rest?: Uint8Array;
}

const NOTHING_FOLLOWS = 0;
/** Bytes up to and with the length field. */
const SUBSTRUCTURE_HEADER = 4;
/** A transform without attributes. */
const TRANSFORM_LENGTH = 8;

/** Checks a "Next Payload" byte of a proposal or transform against what is really left. */
function expectNext(r: ByteReader, next: number, same: number): void {
  if (next !== NOTHING_FOLLOWS && next !== same) throw r.fail('next payload', `${next} is neither 0 nor ${same}`);
  if ((next === NOTHING_FOLLOWS) !== (r.remaining === 0)) {
    throw r.fail('next payload', next === 0 ? `says last, ${r.remaining} bytes follow` : 'says more, nothing follows');
  }
}

function decodeTransform(r: ByteReader): TransformV1 {
  const next = r.u8('next payload');
  r.skip(1, 'reserved');
  const length = r.u16('transform length');
  if (length < TRANSFORM_LENGTH) throw r.fail('transform length', `${length} is less than ${TRANSFORM_LENGTH}`);
  const number = r.u8('transform number');
  const id = r.u8('transform id');
  r.skip(2, 'reserved');
  const attributes = decodeAttributes(r, length - TRANSFORM_LENGTH);
  expectNext(r, next, V1.T);
  return { number, id, attributes };
}

/** Into `proposals`, before its transforms are read: what is there when a transform throws is what could be decoded. */
function decodeProposal(r: ByteReader, proposals: ProposalV1[]): void {
  const next = r.u8('next payload');
  r.skip(1, 'reserved');
  const body = countedBody(r, r.u16('proposal length'), SUBSTRUCTURE_HEADER, 'proposal');
  const number = body.u8('proposal number');
  const protocol = body.u8('protocol id');
  const spiSize = body.u8('SPI size');
  const count = body.u8('number of transforms');
  const spi = body.bytes(spiSize, 'SPI');
  const transforms: TransformV1[] = [];
  proposals.push({ number, protocol, spi, transforms });
  while (body.remaining > 0) transforms.push(decodeTransform(body));
  if (transforms.length !== count) throw body.fail('number of transforms', `says ${count}, ${transforms.length} there`);
  expectNext(r, next, V1.P);
}

function encodeTransform(transform: TransformV1, last: boolean, w: ByteWriter): void {
  w.u8(last ? NOTHING_FOLLOWS : V1.T).u8(0);
  w.lengthPrefixed(
    2,
    () => {
      w.u8(transform.number).u8(transform.id).u16(0);
      encodeAttributes(transform.attributes, w);
    },
    4,
  );
}

function encodeProposal(proposal: ProposalV1, last: boolean, w: ByteWriter): void {
  const { transforms } = proposal;
  w.u8(last ? NOTHING_FOLLOWS : V1.P).u8(0);
  w.lengthPrefixed(
    2,
    () => {
      w.u8(proposal.number).u8(proposal.protocol).u8(proposal.spi.length).u8(transforms.length).bytes(proposal.spi);
      transforms.forEach((transform, i) => {
        encodeTransform(transform, i === transforms.length - 1, w);
      });
    },
    4,
  );
}

/** Whether what follows is a list of proposals: not in GDOI, and not behind labels (RFC 2407 §4.6.1). */
function hasProposals(doi: number, situation: number): boolean {
  return (doi === DOI.IPSEC || doi === DOI.ISAKMP) && (situation & ~SITUATION.SIT_IDENTITY_ONLY) === 0;
}

function decodeStart(r: ByteReader): SaV1 & { proposals: ProposalV1[] } {
  const doi = r.u32('DOI');
  const situation = r.u32('situation');
  return hasProposals(doi, situation) ? { doi, situation, proposals: [] } : { doi, situation, proposals: [], rest: r.rest() };
}

export const payload: PayloadCodec<'sa-v1', SaV1> = {
  name: 'sa-v1',
  v1: [V1.SA],
  spec: 'RFC 2408 §3.4, RFC 2407 §4.6.1',
  decode(r) {
    const sa = decodeStart(r);
    while (r.remaining > 0) decodeProposal(r, sa.proposals);
    return sa;
  },
  encode(value, w) {
    w.u32(value.doi).u32(value.situation);
    if (value.rest !== undefined) w.bytes(value.rest);
    value.proposals.forEach((proposal, i) => {
      encodeProposal(proposal, i === value.proposals.length - 1, w);
    });
  },
  decodePartial(r) {
    let sa: SaV1 = { doi: 0, situation: 0, proposals: [] };
    try {
      const start = decodeStart(r);
      sa = start;
      while (r.remaining > 0) decodeProposal(r, start.proposals);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
    return sa;
  },
};
