import { createRequire } from 'node:module';
import { BugError } from '../bytes/errors.js';
import type { Cipher, CipherKey, Opened, PrepareCipher, Sealed } from '../crypto/cipher.js';
import { findLibc } from './libc.js';

type Koffi = typeof import('koffi');
/** An EVP_CIPHER_CTX or EVP_CIPHER; never looked into. */
type Pointer = unknown;

/** OpenSSL's own calls (EVP_EncryptInit(3)), which Node exports for its addons. */
interface Evp {
  newContext(): Pointer;
  /** Overwrites the key too. */
  free(context: Pointer): void;
  clearErrors(): void;
  cipher(name: Algorithm): Pointer;
  init(context: Pointer, cipher: Pointer | null, engine: null, key: Uint8Array | null, iv: Uint8Array | null, encrypt: number): number;
  update(context: Pointer, out: Uint8Array | null, outLength: Uint8Array, input: Uint8Array, length: number): number;
  final(context: Pointer, out: Uint8Array, outLength: Uint8Array): number;
  control(context: Pointer, what: number, length: number, value: Uint8Array): number;
}

/** Those that OpenSSL decrypts as it goes, so that the text can be shown although the ICV is wrong. */
type Algorithm = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';

/** openssl/evp.h: EVP_CTRL_AEAD_GET_TAG, EVP_CTRL_AEAD_SET_TAG. */
const GET_TAG = 0x10;
const SET_TAG = 0x11;
const ENCRYPT = 1;
const DECRYPT = 0;
const AS_BEFORE = -1;
const NONCE_LENGTH = 12;
const LONGEST_BLOCK = 32;
/** Packets of a key after which a context of its own pays. */
const OFTEN = 256;

let found: Evp | null | undefined;

/**
 * Keys of GCM and ChaCha20-Poly1305 that are used often keep their context from packet to packet: `node:crypto` makes a new one for
 * each, which takes three times as long as the encryption of 1,400 bytes itself. Everything else, and everything where koffi or Node's
 * OpenSSL cannot be reached, is as `node:crypto` has it. Keys must be released.
 */
export const prepareKept: PrepareCipher = (cipher, key, salt) => {
  const usual = cipher.prepare(key, salt);
  const algorithm = algorithmOf(cipher, key.length);
  return algorithm === undefined ? usual : new KeptKey(usual, algorithm, key, salt);
};

function algorithmOf({ name }: Cipher, keyLength: number): Algorithm | undefined {
  // Of ESP and IKE, and of OpenVPN.
  if (/^(ENCR_AES_GCM_|AES-\d+-GCM$)/.test(name)) return `aes-${(keyLength * 8) as 128 | 192 | 256}-gcm`;
  return /^(ENCR_)?CHACHA20[-_]POLY1305/.test(name) ? 'chacha20-poly1305' : undefined;
}

class KeptKey implements CipherKey {
  readonly cipher: Cipher;
  readonly #usual: CipherKey;
  readonly #make: (encrypt: number) => Context | undefined;
  #left = OFTEN;
  /** Most keys serve one direction. */
  #sealing: Context | undefined;
  #opening: Context | undefined;

  constructor(usual: CipherKey, algorithm: Algorithm, key: Uint8Array, salt: Uint8Array) {
    this.cipher = usual.cipher;
    this.#usual = usual;
    this.#make = (encrypt) => Context.make(algorithm, key, salt, usual.cipher.icvLength, encrypt);
  }

  encrypt(iv: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Sealed {
    if (this.#left > 0 && --this.#left === 0) this.#sealing = this.#make(ENCRYPT);
    return (this.#sealing ?? this.#usual).encrypt(iv, plaintext, aad);
  }

  decrypt(iv: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array, icv: Uint8Array): Opened {
    if (this.#left > 0 && --this.#left === 0) this.#opening = this.#make(DECRYPT);
    return (this.#opening ?? this.#usual).decrypt(iv, ciphertext, aad, icv);
  }

  /** Whoever goes on all the same gets what `node:crypto` gives. */
  release(): void {
    this.#left = 0;
    this.#sealing?.free();
    this.#opening?.free();
    this.#sealing = undefined;
    this.#opening = undefined;
  }
}

/** An OpenSSL context that has its key, for one direction. */
class Context {
  readonly #nonce = Buffer.alloc(NONCE_LENGTH);
  readonly #written = Buffer.alloc(4);
  readonly #rest = Buffer.alloc(LONGEST_BLOCK);

  private constructor(
    private readonly evp: Evp,
    private readonly pointer: Pointer,
    private readonly saltLength: number,
    private readonly icvLength: number,
  ) {}

  static make(algorithm: Algorithm, key: Uint8Array, salt: Uint8Array, icvLength: number, encrypt: number): Context | undefined {
    found ??= load() ?? null;
    const evp = found;
    if (evp === null) return undefined;
    const pointer = evp.newContext();
    if (evp.init(pointer, evp.cipher(algorithm), null, key, null, encrypt) !== 1) {
      evp.free(pointer);
      evp.clearErrors();
      return undefined;
    }
    const context = new Context(evp, pointer, salt.length, icvLength);
    context.#nonce.set(salt);
    return context;
  }

  encrypt(iv: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Sealed {
    const ciphertext = this.#run(iv, aad, plaintext);
    const icv = Buffer.allocUnsafe(this.icvLength);
    const { evp, pointer } = this;
    if (evp.final(pointer, this.#rest, this.#written) !== 1 || evp.control(pointer, GET_TAG, this.icvLength, icv) !== 1)
      throw this.#fault('gives no ICV');
    return { ciphertext, icv };
  }

  decrypt(iv: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array, icv: Uint8Array): Opened {
    const { evp, pointer } = this;
    const plaintext = this.#run(iv, aad, ciphertext);
    // Fewer bytes than the ICV has would be compared as gladly.
    if (icv.length !== this.icvLength) return { plaintext, authentic: false };
    if (evp.control(pointer, SET_TAG, icv.length, icv) !== 1) throw this.#fault('takes no ICV');
    const authentic = evp.final(pointer, this.#rest, this.#written) === 1;
    // What is left in OpenSSL's queue, node:crypto would take for its own.
    if (!authentic) evp.clearErrors();
    return { plaintext, authentic };
  }

  free(): void {
    this.evp.free(this.pointer);
  }

  /** Stream ciphers: as many bytes come out as go in. */
  #run(iv: Uint8Array, aad: Uint8Array, input: Uint8Array): Buffer {
    const { evp, pointer } = this;
    this.#nonce.set(iv, this.saltLength);
    const out = Buffer.allocUnsafe(input.length);
    const done =
      evp.init(pointer, null, null, null, this.#nonce, AS_BEFORE) === 1 &&
      (aad.length === 0 || evp.update(pointer, null, this.#written, aad, aad.length) === 1) &&
      (input.length === 0 || evp.update(pointer, out, this.#written, input, input.length) === 1);
    if (!done) throw this.#fault(`refuses ${input.length} bytes`);
    return out;
  }

  #fault(what: string): BugError {
    this.evp.clearErrors();
    return new BugError(`OpenSSL ${what}`);
  }
}

function load(): Evp | undefined {
  // Where that is not, neither is this.
  if (findLibc() === undefined) return undefined;
  try {
    const library = (createRequire(import.meta.url)('koffi') as Koffi).load(null);
    const ciphers = {
      'aes-128-gcm': library.func('void *EVP_aes_128_gcm()'),
      'aes-192-gcm': library.func('void *EVP_aes_192_gcm()'),
      'aes-256-gcm': library.func('void *EVP_aes_256_gcm()'),
      'chacha20-poly1305': library.func('void *EVP_chacha20_poly1305()'),
    };
    return {
      newContext: library.func('void *EVP_CIPHER_CTX_new()'),
      free: library.func('void EVP_CIPHER_CTX_free(void *context)'),
      clearErrors: library.func('void ERR_clear_error()'),
      cipher: (name) => ciphers[name](),
      init: library.func('int EVP_CipherInit_ex(void *context, void *cipher, void *engine, void *key, void *iv, int encrypt)'),
      update: library.func('int EVP_CipherUpdate(void *context, void *out, void *outLength, void *in, int length)'),
      final: library.func('int EVP_CipherFinal_ex(void *context, void *out, void *outLength)'),
      control: library.func('int EVP_CIPHER_CTX_ctrl(void *context, int what, int length, void *value)'),
    };
  } catch {
    // A Node that keeps its OpenSSL to itself: node:crypto does the same, only slower.
    return undefined;
  }
}
