import { count } from '../../bytes/count.js';
import type { Secret } from '../../bytes/secret.js';
import type { Cipher } from '../../crypto/cipher.js';
import type { Integrity } from '../../crypto/integrity.js';
import type { AddressPattern } from './address-pattern.js';
import { OpenvpnKeys } from './openvpn-keys.js';
import type { SpiPattern } from './spi-pattern.js';

/** Where a key was read: the name of the file as the user gave it, line from 1. */
export interface KeyOrigin {
  readonly file: string;
  readonly line: number;
}

/** Algorithms and keys of one direction, of an IKE SA or of an ESP SA. */
export interface DirectionKeys {
  readonly cipher: Cipher;
  readonly key: Secret;
  readonly salt: Secret;
  readonly integrity: Integrity;
  readonly integrityKey: Secret;
  readonly origin: KeyOrigin;
}

/** One ESP SA. Addresses and SPI may hold wildcards. */
export interface EspSaKeys extends DirectionKeys {
  readonly src: AddressPattern;
  readonly dst: AddressPattern;
  readonly spi: SpiPattern;
  /** Extended sequence numbers; undefined where the source does not say. */
  readonly esn?: boolean;
  /** Upper half of the sequence number to begin with. */
  readonly sequenceHigh?: number;
}

/** One AH SA. */
export interface AhSaKeys {
  readonly src: AddressPattern;
  readonly dst: AddressPattern;
  readonly spi: SpiPattern;
  readonly integrity: Integrity;
  readonly integrityKey: Secret;
  readonly integritySalt: Secret;
  readonly esn?: boolean;
  readonly origin: KeyOrigin;
}

/** One direction of an IKEv2 SA. SPIs as 16 lower-case hex digits; undefined when the source did not tell them. */
export interface Ikev2SaKeys extends DirectionKeys {
  readonly spiI?: string;
  readonly spiR?: string;
  /** These keys protect what the original initiator sends. */
  readonly fromInitiator: boolean;
}

/** Key of an IKEv1 phase 1 SA: either what encrypts (Ka), or SKEYID_e from which it comes. The cipher is in the negotiation. */
export interface Ikev1SaKeys {
  /** 16 lower-case hex digits; undefined when the source did not tell. */
  readonly cookieI?: string;
  readonly key?: Secret;
  readonly skeyidE?: Secret;
  readonly origin: KeyOrigin;
}

/** A pre-shared key that is tried on the hashes of phase 1 of IKEv1; it opens nothing. */
export interface SharedSecret {
  readonly secret: Secret;
  /** `psk.txt:1`. */
  readonly name: string;
}

/** A line that was not understood, or understood in part: never dropped silently. */
export interface KeyNote {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** All keys given, from whatever source. Lookups are linear; callers keep what they found per SA. */
export class KeyRing {
  readonly esp: EspSaKeys[] = [];
  readonly ah: AhSaKeys[] = [];
  readonly ikev2: Ikev2SaKeys[] = [];
  readonly ikev1: Ikev1SaKeys[] = [];
  readonly sharedSecrets: SharedSecret[] = [];
  readonly openvpn = new OpenvpnKeys();
  readonly notes: KeyNote[] = [];

  get isEmpty(): boolean {
    return this.esp.length + this.ah.length + this.ikev2.length + this.ikev1.length === 0 && this.openvpn.isEmpty;
  }

  /** In words, for the summary: `2 ESP SAs, 1 IKEv2 SA`. */
  describe(): string {
    const some = (number: number, what: string): string[] => (number === 0 ? [] : [count(number, what)]);
    const ikev2 = new Set(this.ikev2.map((keys) => `${keys.spiI ?? keys.origin.line}/${keys.spiR ?? ''}`)).size;
    const parts = [
      ...some(this.esp.length, 'ESP SA'),
      ...some(this.ah.length, 'AH SA'),
      ...some(ikev2, 'IKEv2 SA'),
      ...some(this.ikev1.length, 'IKEv1 SA'),
      ...this.openvpn.describe(),
    ];
    return parts.length === 0 ? 'no keys' : parts.join(', ');
  }

  /** Keys of another source behind the present ones. */
  merge(other: KeyRing): void {
    this.esp.push(...other.esp);
    this.ah.push(...other.ah);
    this.ikev2.push(...other.ikev2);
    this.ikev1.push(...other.ikev1);
    this.sharedSecrets.push(...other.sharedSecrets);
    this.openvpn.merge(other.openvpn);
    this.notes.push(...other.notes);
  }

  /** Candidates in the order given; more than one when entries overlap. Addresses as text, SPI as number. */
  findEsp(src: string, dst: string, spi: number): readonly EspSaKeys[] {
    return this.esp.filter((sa) => sa.spi.matches(spi) && sa.src.matches(src) && sa.dst.matches(dst));
  }

  findAh(src: string, dst: string, spi: number): readonly AhSaKeys[] {
    return this.ah.filter((sa) => sa.spi.matches(spi) && sa.src.matches(src) && sa.dst.matches(dst));
  }

  /** SPIs as 16 lower-case hex digits. Entries without SPIs come last: they are tried on every SA. */
  findIkev2(spiI: string, spiR: string, fromInitiator: boolean): readonly Ikev2SaKeys[] {
    const fits = this.ikev2.filter((keys) => keys.fromInitiator === fromInitiator);
    return [
      ...fits.filter((keys) => keys.spiI === spiI && (keys.spiR === undefined || keys.spiR === spiR)),
      ...fits.filter((keys) => keys.spiI === undefined),
    ];
  }

  /** Cookie as 16 lower-case hex digits. */
  findIkev1(cookieI: string): readonly Ikev1SaKeys[] {
    return [...this.ikev1.filter((keys) => keys.cookieI === cookieI), ...this.ikev1.filter((keys) => keys.cookieI === undefined)];
  }
}
