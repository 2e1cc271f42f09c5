import type { Secret } from '../../bytes/secret.js';
import { hashByIkev1 } from '../../crypto/hash.js';
import { prfOfHash } from '../../crypto/prf.js';
import { phase1Hash, skeyidPsk } from '../../keymat/ikev1.js';
import type { ProposalFacts, SecretCheckFacts } from '../../model/ike-session.js';
import type { PayloadNode } from '../../wire/ike/chain.js';
import type { SharedSecret } from '../keys/key-ring.js';

type End = 'initiator' | 'responder';

/** Longer bodies are none of a real phase 1: not worth the memory. */
const MOST_BYTES = 4096;
/** Methods with a pre-shared key: plain, and with XAuth in either direction (RFC 2409 appendix A, draft-beaulieu-ike-xauth-02 §7). */
const PSK_METHODS: ReadonlySet<number> = new Set([1, 65001, 65002]);

/** What one end has said in phase 1 that its hash covers. */
interface Said {
  ke?: Uint8Array | undefined;
  nonce?: Uint8Array | undefined;
  id?: Uint8Array | undefined;
  hash?: { readonly frame: number; readonly bytes: Uint8Array };
}

/**
 * Keeps of phase 1 of IKEv1 what HASH_I and HASH_R are made of (RFC 2409 §5): in aggressive mode all of it goes in clear, but sometimes
 * for HASH_I; in main mode identities and hashes have to be opened with keys. Whoever has a secret can then be told whether it is the one.
 */
export class Phase1Proof {
  #sa: Uint8Array | undefined;
  readonly #said: Readonly<Record<End, Said>> = { initiator: {}, responder: {} };

  /** The payloads of a message of phase 1, opened where a key did. The first of each kind counts. */
  observe(payloads: readonly PayloadNode[], fromInitiator: boolean, frame: number): void {
    const said = this.#said[fromInitiator ? 'initiator' : 'responder'];
    for (const node of payloads) {
      switch (node.kind) {
        case 'sa-v1':
          if (fromInitiator) this.#sa ??= kept(node.body);
          break;
        case 'ke-v1':
          said.ke ??= kept(node.value.data);
          break;
        case 'nonce':
          said.nonce ??= kept(node.value.nonce);
          break;
        case 'id-v1':
          said.id ??= kept(node.body);
          break;
        case 'hash-v1': {
          const bytes = kept(node.value.hash);
          if (bytes !== undefined) said.hash ??= { frame, bytes };
          break;
        }
        default:
          break;
      }
    }
  }

  /**
   * Tries secrets on the hashes that were seen.
   * @param cookies 16 hex digits each
   */
  check(
    secrets: readonly SharedSecret[],
    chosen: ProposalFacts | undefined,
    cookies: { readonly spiI: string; readonly spiR: string },
  ): readonly SecretCheckFacts[] {
    const transform = (type: string) => chosen?.transforms.find((one) => one.type === type)?.id;
    const hash = hashByIkev1(transform('HASH') ?? 0);
    const { initiator, responder } = this.#said;
    if (secrets.length === 0 || hash === undefined || !PSK_METHODS.has(transform('AUTH') ?? 0)) return [];
    const sa = this.#sa;
    const [keI, keR, nonceI, nonceR] = [initiator.ke, responder.ke, initiator.nonce, responder.nonce];
    if (sa === undefined || keI === undefined || keR === undefined || nonceI === undefined || nonceR === undefined) return [];
    const prf = prfOfHash(hash);
    const [spiI, spiR] = [Buffer.from(cookies.spiI, 'hex'), Buffer.from(cookies.spiR, 'hex')];
    const makes = (secret: Secret, end: End, id: Uint8Array, seen: Uint8Array) => {
      const exchange = { nonceI, nonceR, cookieI: spiI, cookieR: spiR, shared: new Uint8Array(0) };
      const skeyid = skeyidPsk(prf, secret.reveal(), exchange);
      return Buffer.compare(phase1Hash(prf, skeyid, end, { keI, keR, cookieI: spiI, cookieR: spiR, sa, id }), seen) === 0;
    };
    const checks: SecretCheckFacts[] = [];
    for (const end of ['responder', 'initiator'] as const) {
      const { id, hash: seen } = this.#said[end];
      if (id === undefined || seen === undefined) continue;
      const found = secrets.find(({ secret }) => makes(secret, end, id, seen.bytes));
      checks.push({
        frame: seen.frame,
        end,
        tried: secrets.map(({ name }) => name),
        ...(found === undefined ? {} : { madeBy: found.name }),
      });
    }
    return checks;
  }
}

function kept(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length > MOST_BYTES ? undefined : Uint8Array.from(bytes);
}
