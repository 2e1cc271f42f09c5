import type { SecretEntry, SecretStrength } from '../../config/secret-entry.js';

/** The ways in which a value may be meant: as it stands, hexadecimal, base64, text with a prefix. */
function meanings(written: string): readonly string[] {
  const body = written.slice(2);
  const whole = hex(Buffer.from(written));
  switch (written.slice(0, 2).toLowerCase()) {
    case '0x': {
      const digits = body.replaceAll('_', '').toLowerCase();
      return [whole, digits.length % 2 === 0 ? digits : `0${digits}`];
    }
    case '0s':
      return [whole, hex(Buffer.from(body, 'base64'))];
    case '0t':
      return [whole, hex(Buffer.from(body))];
    default:
      return [whole];
  }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** What was found about the secrets of a configuration, to be asked for by a secret as it stands in a file. */
export function strengthLookup(entries: readonly SecretEntry[]): (written: string) => SecretStrength | undefined {
  const known = new Map<string, SecretStrength>();
  for (const { secret, strength } of entries) {
    if (secret !== undefined && strength !== undefined) known.set(hex(secret.reveal()), strength);
  }
  return (written) => meanings(written).flatMap((meaning) => known.get(meaning) ?? [])[0];
}

/**
 * The entries of a bundle's configuration, with the strength that their secrets had before they were replaced.
 * @param strengths by what stands in the place of a secret
 */
export function withStrengths(
  entries: readonly SecretEntry[],
  strengths: Readonly<Record<string, SecretStrength>>,
): readonly SecretEntry[] {
  const known = new Map(
    Object.entries(strengths).flatMap(([written, strength]) => meanings(written).map((meaning) => [meaning, strength] as const)),
  );
  return entries.map((entry) => {
    const strength = entry.secret && known.get(hex(entry.secret.reveal()));
    return strength === undefined || entry.strength === undefined ? entry : { ...entry, strength };
  });
}
