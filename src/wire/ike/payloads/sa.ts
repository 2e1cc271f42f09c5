import { DecodeError } from '../../../bytes/errors.js';
import type { ByteReader } from '../../../bytes/reader.js';
import type { ByteWriter } from '../../../bytes/writer.js';
import { type Attribute, decodeAttributes, encodeAttributes } from '../attribute.js';
import { countedBody } from '../counted-body.js';
import type { PayloadCodec } from '../payload-codec.js';
import { V2 } from '../tables/payload-types.js';

const LAST = 0;
const MORE_PROPOSALS = 2;
const MORE_TRANSFORMS = 3;
/** Bytes up to and with the length field. */
const SUBSTRUCTURE_HEADER = 4;
/** A transform without attributes. */
const TRANSFORM_LENGTH = 8;

/** RFC 7296 §3.3.2. */
export interface Transform {
  /** `ENCR`, `PRF`, … by number. */
  readonly type: number;
  readonly id: number;
  readonly attributes: readonly Attribute[];
}

/** RFC 7296 §3.3.1. */
export interface Proposal {
  readonly number: number;
  readonly protocol: number;
  /** Empty, 4 (ESP, AH) or 8 bytes (IKE), as sent. */
  readonly spi: Uint8Array;
  readonly transforms: readonly Transform[];
}

/** What an IKEv2 Security Association payload offers or chooses, RFC 7296 §3.3. */
export interface Sa {
  readonly proposals: readonly Proposal[];
}

/** Checks the "Last Substruc" byte against what is really left. */
function expectLast(r: ByteReader, mark: number, more: number, remaining: number): void {
  if (mark !== LAST && mark !== more) throw r.fail('last substructure', `${mark} is neither ${LAST} nor ${more}`);
  if ((mark === LAST) !== (remaining === 0)) {
    throw r.fail('last substructure', mark === LAST ? `says last, ${remaining} bytes follow` : 'says more, nothing follows');
  }
}

function decodeTransform(r: ByteReader): Transform {
  const mark = r.u8('last substructure');
  r.skip(1, 'reserved');
  const length = r.u16('transform length');
  if (length < TRANSFORM_LENGTH) throw r.fail('transform length', `${length} is less than ${TRANSFORM_LENGTH}`);
  const type = r.u8('transform type');
  r.skip(1, 'reserved');
  const id = r.u16('transform id');
  const attributes = decodeAttributes(r, length - TRANSFORM_LENGTH);
  expectLast(r, mark, MORE_TRANSFORMS, r.remaining);
  return { type, id, attributes };
}

/** Into `proposals`, before its transforms are read: what is there when a transform throws is what could be decoded. */
function decodeProposal(r: ByteReader, proposals: Proposal[]): void {
  const mark = r.u8('last substructure');
  r.skip(1, 'reserved');
  const length = r.u16('proposal length');
  const body = countedBody(r, length, SUBSTRUCTURE_HEADER, 'proposal');
  const number = body.u8('proposal number');
  const protocol = body.u8('protocol id');
  const spiSize = body.u8('SPI size');
  const count = body.u8('number of transforms');
  const spi = body.bytes(spiSize, 'SPI');
  const transforms: Transform[] = [];
  proposals.push({ number, protocol, spi, transforms });
  while (body.remaining > 0) transforms.push(decodeTransform(body));
  if (transforms.length !== count) throw body.fail('number of transforms', `says ${count}, ${transforms.length} there`);
  expectLast(r, mark, MORE_PROPOSALS, r.remaining);
}

function encodeTransform(transform: Transform, last: boolean, w: ByteWriter): void {
  w.u8(last ? LAST : MORE_TRANSFORMS).u8(0);
  w.lengthPrefixed(
    2,
    () => {
      w.u8(transform.type).u8(0).u16(transform.id);
      encodeAttributes(transform.attributes, w);
    },
    4,
  );
}

function encodeProposal(proposal: Proposal, last: boolean, w: ByteWriter): void {
  const { transforms } = proposal;
  w.u8(last ? LAST : MORE_PROPOSALS).u8(0);
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

export const payload: PayloadCodec<'sa', Sa> = {
  name: 'sa',
  v2: [V2.SA],
  spec: 'RFC 7296 §3.3',
  decode(r) {
    const proposals: Proposal[] = [];
    while (r.remaining > 0) decodeProposal(r, proposals);
    return { proposals };
  },
  encode(value, w) {
    value.proposals.forEach((proposal, i) => {
      encodeProposal(proposal, i === value.proposals.length - 1, w);
    });
  },
  decodePartial(r) {
    const proposals: Proposal[] = [];
    try {
      while (r.remaining > 0) decodeProposal(r, proposals);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
    return { proposals };
  },
};
