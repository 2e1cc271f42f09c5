import { UsageError } from '../../bytes/errors.js';
import { type Integrity, integrityByName, unknownIntegrity } from '../../crypto/integrity.js';
import { anyAddress, parseAddressPattern } from './address-pattern.js';
import { buildDirection, cipherNamed, integrityNamed } from './build-keys.js';
import type { KeyOrigin, KeyRing } from './key-ring.js';
import { ikeSpi, keyFromHex, keyFromHexOrText } from './source-lines.js';
import { parseSpiPattern } from './spi-pattern.js';

/** Whether a line is one of tcpdump's `-E` secrets. */
export function isTcpdumpSecret(line: string): boolean {
  return (
    /^ikev2\s+[ir]\s/i.test(line) ||
    /^(0x[0-9a-f]+|\d+)@\S+\s+\S/i.test(line) ||
    /^[a-z0-9][a-z0-9-]*:\S+$/i.test(line) ||
    /^file\s+\S/.test(line)
  );
}

/**
 * One line of a file for `tcpdump -E` (tcpdump(1)): `spi@address algo:secret`, several separated by commas, an `algo:secret` for
 * every SA, or `ikev2 I|R SPIi SPIr integ:key cipher:key`. Throws `UsageError`.
 */
export function readTcpdumpSecret(ring: KeyRing, line: string, origin: KeyOrigin): void {
  if (/^file\s/.test(line)) throw new UsageError('names another file of secrets: give that file itself');
  if (/^ikev2\s/i.test(line)) readIkev2(ring, line, origin);
  else for (const part of line.split(',')) readEsp(ring, part.trim(), origin);
}

function readIkev2(ring: KeyRing, line: string, origin: KeyOrigin): void {
  const words = /^ikev2\s+([ir])\w*\s+(\S+)\s+(\S+)\s+([^\s:]+):(\S+)\s+([^\s:]+):(\S+)$/i.exec(line);
  if (words === null) throw new UsageError('not of the form "ikev2 I|R SPIi SPIr integrity:key cipher:key"');
  const [, role, spiI, spiR, integ, integKey, encr, encrKey] = words as unknown as readonly [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const direction = buildDirection(
    cipherNamed(encr),
    keyFromHex(encrKey, 'the encryption key'),
    integrityNamed(integ),
    keyFromHex(integKey, 'the integrity key'),
    origin,
  );
  ring.ikev2.push({
    ...direction,
    spiI: ikeSpi(spiI, "initiator's SPI"),
    spiR: ikeSpi(spiR, "responder's SPI"),
    fromInitiator: role.toLowerCase() === 'i',
  });
}

function readEsp(ring: KeyRing, part: string, origin: KeyOrigin): void {
  const words = /^(?:(\S+?)@(\S+)\s+)?([^\s:]+):(.*)$/.exec(part);
  if (words === null) throw new UsageError('not of the form "spi@address cipher:secret"');
  const [, spi, dst, algorithm, secret] = words as unknown as readonly [string, string | undefined, string | undefined, string, string];
  // tcpdump takes 12 bytes off the end for "-hmac96" and never checks them.
  const cut = /^(.*)-hmac96$/i.exec(algorithm);
  const integrity = (cut === null ? integrityByName('NONE') : unknownIntegrity(96)) as Integrity;
  const direction = buildDirection(
    cipherNamed(cut?.[1] ?? algorithm),
    keyFromHexOrText(secret.trim(), 'the secret'),
    integrity,
    new Uint8Array(0),
    origin,
  );
  ring.esp.push({
    ...direction,
    src: anyAddress,
    dst: dst === undefined ? anyAddress : parseAddressPattern(dst),
    spi: parseSpiPattern(spi ?? '*'),
  });
}
