import { readFileSync } from 'node:fs';
import { DecodeError } from '../../../src/bytes/errors.js';
import { toHex } from '../../../src/bytes/hex.js';
import { cipherByIkev1 } from '../../../src/crypto/ciphers.js';
import { hashByIkev1 } from '../../../src/crypto/hash.js';
import type { EspPlain } from '../../../src/dissect/decrypt/esp.js';
import { EspOpener } from '../../../src/dissect/decrypt/esp-opener.js';
import { Ikev1Decryptor, type Ikev1Plain } from '../../../src/dissect/decrypt/ikev1.js';
import type { SkPlain } from '../../../src/dissect/decrypt/ikev2.js';
import { SkOpener } from '../../../src/dissect/decrypt/sk-opener.js';
import { Dissector } from '../../../src/dissect/frame/dissector.js';
import type { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { createCaptureReader } from '../../../src/pcapfile/reader.js';
import { attributeNumber } from '../../../src/wire/ike/attribute.js';
import type { IkeMessage } from '../../../src/wire/ike/message.js';
import { decodeMessage } from '../../../src/wire/ike/message.js';

export interface Opened {
  readonly esp: readonly {
    readonly frame: number;
    readonly depth: number;
    readonly plain: EspPlain | undefined;
    readonly malformed: boolean;
  }[];
  readonly sk: readonly { readonly frame: number; readonly plain: SkPlain | undefined; readonly malformed: boolean }[];
  readonly ikev1: readonly { readonly frame: number; readonly messageId: number; readonly plain: Ikev1Plain | undefined }[];
}

/** What the attributes of a phase 1 SA have chosen, and the public values as they pass by. */
interface Phase1 {
  cipherId?: number;
  hashId?: number;
  keyLength?: number;
  keI?: Uint8Array;
  keR?: Uint8Array;
  decryptor?: Ikev1Decryptor;
}

function tryOpen<T>(open: () => T): { readonly plain: T | undefined; readonly malformed: boolean } {
  try {
    return { plain: open(), malformed: false };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { plain: undefined, malformed: true };
  }
}

/** Opens everything in a capture that the keys open, as the analyser does it but without its bookkeeping. */
export function openCapture(path: string, ring: KeyRing): Opened {
  const esp: Opened['esp'][number][] = [];
  const sk: Opened['sk'][number][] = [];
  const ikev1: Opened['ikev1'][number][] = [];
  const espOpener = new EspOpener(ring);
  const skOpener = new SkOpener(ring);
  const phase1s = new Map<string, Phase1>();
  const dissector = new Dissector();
  const fragments = new Map<string, Uint8Array[]>();

  const openEsp = (frame: number, depth: number, src: string, dst: string, packet: Uint8Array): void => {
    const opened = tryOpen(() => espOpener.open(src, dst, packet)?.plain);
    esp.push({ frame, depth, ...opened });
    const { plain } = opened;
    if (plain === undefined || (plain.nextHeader !== 4 && plain.nextHeader !== 41)) return;
    const inner = dissector.dissectIp(plain.payload, {
      frame,
      sec: 0,
      nsec: 0,
      depth,
      protocol: plain.nextHeader,
      src: { address: src },
      dst: { address: dst },
    });
    for (const unit of inner.units) if (unit.kind === 'esp') openEsp(frame, depth + 1, unit.src.address, unit.dst.address, unit.bytes);
  };
  const reader = createCaptureReader((view) => {
    const { frame } = view;
    for (const unit of dissector.dissect(view).units) {
      if (unit.kind === 'esp') openEsp(frame, 1, unit.src.address, unit.dst.address, unit.bytes.slice());
      if (unit.kind !== 'ike') continue;
      const message = decodeMessage(unit.bytes);
      for (const node of message.payloads) {
        if (node.kind === 'sk' || node.kind === 'skf')
          sk.push({ frame, ...tryOpen(() => skOpener.open(unit.bytes, node.offset, node.kind === 'sk' ? 'SK' : 'SKF')) });
      }
      const whole = joinV1(fragments, message);
      if (whole?.version === 1) {
        const plain = followPhase1(phase1s, whole, ring);
        if (whole.encrypted !== undefined) ikev1.push({ frame, messageId: whole.header.messageId, plain });
      }
    }
  });
  reader.feed(readFileSync(path));
  reader.end();
  return { esp, sk, ikev1 };
}

/** The message itself, or, of IKEv1 fragments that come in order, the whole with the last one. */
function joinV1(fragments: Map<string, Uint8Array[]>, message: IkeMessage): IkeMessage | undefined {
  const node = message.payloads.find((candidate) => candidate.kind === 'fragment-v1');
  if (node?.kind !== 'fragment-v1') return message;
  const key = `${toHex(message.header.spiI)}/${node.value.id}`;
  const parts = [...(fragments.get(key) ?? []), node.value.data.slice()];
  fragments.set(key, node.value.last ? [] : parts);
  return node.value.last ? decodeMessage(Buffer.concat(parts)) : undefined;
}

const SA_ATTRIBUTE = { encryption: 1, hash: 2, keyLength: 14 } as const;

function followPhase1(phase1s: Map<string, Phase1>, message: IkeMessage, ring: KeyRing): Ikev1Plain | undefined {
  const cookie = toHex(message.header.spiI);
  const phase1 = phase1s.get(cookie) ?? {};
  phase1s.set(cookie, phase1);
  const fromResponder = message.payloads.some((node) => node.kind === 'sa-v1') && !/^0+$/.test(toHex(message.header.spiR));
  for (const node of message.payloads) {
    if (node.kind === 'sa-v1' && fromResponder) {
      const attributes = node.value.proposals[0]?.transforms[0]?.attributes ?? [];
      const number = (type: number) => attributeNumber(attributes, type);
      Object.assign(phase1, {
        cipherId: number(SA_ATTRIBUTE.encryption),
        hashId: number(SA_ATTRIBUTE.hash),
        keyLength: number(SA_ATTRIBUTE.keyLength),
      });
    }
    if (node.kind === 'ke-v1') {
      if (phase1.keI === undefined) phase1.keI = node.body.slice();
      else phase1.keR ??= node.body.slice();
    }
  }
  const keys = ring.findIkev1(cookie)[0];
  const cipher = cipherByIkev1(phase1.cipherId ?? 0);
  const hash = hashByIkev1(phase1.hashId ?? 0);
  if (message.encrypted === undefined || keys === undefined || cipher === undefined || hash === undefined) return undefined;
  phase1.decryptor ??= new Ikev1Decryptor(keys, {
    cipher,
    hash,
    ...(phase1.keyLength === undefined ? {} : { keyLength: phase1.keyLength / 8 }),
    ...(phase1.keI === undefined ? {} : { keInitiator: phase1.keI }),
    ...(phase1.keR === undefined ? {} : { keResponder: phase1.keR }),
  });
  return phase1.decryptor.decrypt(message.header.messageId, message.header.nextPayload, message.encrypted);
}
