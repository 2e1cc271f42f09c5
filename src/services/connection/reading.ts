import type { ConfigEnd } from '../../config/effective/config-end.js';
import { initiates } from '../../config/effective/ike-versions.js';
import { shownValue } from '../../config/shown-value.js';
import type { Sourced } from '../../model/connection.js';
import type { ConnectionRow } from '../../report/connection-head.js';
import type { CredentialFiles } from './credentials.js';
import type { EndAddresses } from './selectors.js';

export interface ConnectionContext {
  readonly role: 'initiator' | 'responder';
  /** The configuration's main file: keys lie beside it. */
  readonly main: string;
  readonly files: CredentialFiles;
  readonly addresses: EndAddresses;
  /** Which pair of networks, from 1, where there are several. */
  readonly pair: number;
  /** The version is asked for by flag. */
  readonly version?: 'ikev1' | 'ikev2';
  /** Credentials are given by flag: those of the files are left alone. */
  readonly ownProof: boolean;
}

/** Keywords that change the tunnel and have no counterpart here. */
const NOT_CARRIED: readonly (readonly [RegExp, string])[] = [
  [/^(leftauth2|rightauth2)$/, 'a second round of authentication is not made'],
  [/^(mediation|mediated_by|mediation_peer)$/, 'mediation is not known here'],
  [/^(iptfs.*|children\.tfc_padding|tfc)$/, 'traffic flow confidentiality is not offered'],
  [/^(sha2[-_]truncbug|sha256_96|children\.sha256_96)$/, 'the truncated SHA2_256 is not used'],
  [/^(policy-label|sec-label|children\.label)$/, 'security labels are not sent'],
  [/^(leftsmartcard|rightsmartcard|pkcs11.*)$/, 'smart cards are not read: --cert and --key'],
];
const NO = /^(no|n|false|off|0)$/i;
const YES = /^(yes|y|true|on|1|force|insist)$/i;

/** Whether a configuration's word says so. */
export const saysYes = (text: string | undefined): boolean => YES.test(text ?? '');
export const saysNo = (text: string | undefined): boolean => NO.test(text ?? '');

/** One connection as it is gone through: what was taken of it, what was not, and which of its keywords were looked at. */
export class ConnectionReading {
  readonly #rows: ConnectionRow[] = [];
  readonly #notes: string[] = [];
  readonly #used = new Set<string>();
  readonly version: 'ikev1' | 'ikev2';

  constructor(
    readonly end: ConfigEnd,
    readonly context: ConnectionContext,
  ) {
    this.version = context.version ?? initiates(end);
  }

  /** What was taken, with its places. Holds no secrets. */
  get rows(): readonly ConnectionRow[] {
    return this.#rows;
  }

  /** What could not be taken over, and what to do about it. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** A keyword without a field of its own in the connection; it counts as looked at. */
  other(key: string): Sourced<string> | undefined {
    const found = this.end.connection.other.find((one) => one.key.toLowerCase() === key)?.value;
    if (found !== undefined) this.use(key);
    return found;
  }

  use(key: string): void {
    this.#used.add(key);
  }

  /** Whether a keyword says yes, or this word. */
  says(key: string, also: string): boolean {
    const value = this.other(key)?.value.toLowerCase() ?? '';
    return YES.test(value) || value === also;
  }

  row(label: string, value: string, place: Pick<Sourced<unknown>, 'file' | 'line'> | undefined, important: boolean): void {
    const where = place === undefined || place.line === 0 ? undefined : { file: place.file, line: place.line };
    this.#rows.push({ label, value, important, ...(where === undefined ? {} : { place: where }) });
  }

  note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes.push(text);
  }

  /** What has no counterpart, and what was not looked at. */
  rest(): void {
    const { connection } = this.end;
    const rest: string[] = [];
    for (const { key, value } of connection.other) {
      if (this.#used.has(key)) continue;
      const why = NOT_CARRIED.find(([pattern]) => pattern.test(key))?.[1];
      const off = saysNo(value.value);
      if (why !== undefined && !off) this.note(`${value.file}:${value.line}: ${key}: ${why}`);
      else rest.push(`${key}=${shownValue(key, value.value).slice(0, 40)} (line ${value.line})`);
    }
    if (rest.length > 0) this.row('not needed here', rest.join(', '), undefined, false);
    if (connection.side === 'unsure')
      this.note(
        `neither left nor right is an address of this host: ${connection.localSide ?? 'left'} was taken for ours; --source says which`,
      );
  }
}
