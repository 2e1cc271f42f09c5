import { UsageError } from '../../bytes/errors.js';
import type { Kind } from './selection.js';

/** The flags of `vpndoctor sniff`, as commander gives them. */
export interface SniffFlags {
  readonly filter: readonly string[];
  readonly read: readonly string[];
  readonly interface?: string;
  readonly listInterfaces?: boolean;
  readonly count?: string;
  readonly write?: string;
  readonly fileSize?: string;
  readonly fileCount?: string;
  readonly snaplen?: string;
  readonly bufferSize?: string;
  readonly source: string;
  readonly esp?: boolean;
  readonly ah?: boolean;
  readonly ike?: boolean;
  readonly openvpn?: boolean;
  readonly spi: readonly string[];
  readonly host: readonly string[];
  readonly port: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly keys: readonly string[];
  readonly secret: readonly string[];
  readonly pskFile?: readonly string[];
  readonly writeDecrypted?: string;
  readonly embedKeys?: boolean;
  readonly verbose?: boolean;
  readonly summary?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

/** What is to be shown; nothing named is everything. */
export function kindsOf({ esp, ah, ike, openvpn }: SniffFlags): Kind[] {
  const chosen: [Kind, boolean | undefined][] = [
    ['esp', esp],
    ['ah', ah],
    ['ike', ike],
    ['openvpn', openvpn],
  ];
  return chosen.filter(([, on]) => on === true).map(([kind]) => kind);
}

/** Of a flag that counts something. @throws UsageError */
export function optionalNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`${flag} ${text} is not a number above zero`);
  return number;
}
