import type { ConfigRemark } from '../../model/connection.js';
import { begins, type CiscoStatement } from './statement.js';

/** Remarks on what is named, or needed, and not there. */
const ABSENT: ReadonlySet<string> = new Set([
  'unknown-reference',
  'no-tunnel-group',
  'no-policy',
  'not-enabled',
  'not-applied',
  'not-in-a-policy',
  'vpn-traffic-filtered',
]);

/** More than this are counted. */
const SHOWN = 5;

/**
 * People show parts of a running-config (`show run crypto map`, what they pasted into a ticket). Of one without interfaces and name, what
 * is not there may be there on the box: one warning stands for all that would be said of it.
 */
export function withoutExcerptFaults(
  statements: readonly CiscoStatement[],
  file: string,
  remarks: readonly ConfigRemark[],
): readonly ConfigRemark[] {
  const whole = statements.some((one) =>
    ['interface', 'hostname', 'version', 'asa', 'pix'].some((word) => begins(one, word) || begins(one, ':', word)),
  );
  const absent = remarks.filter(({ code }) => ABSENT.has(code));
  if (whole || absent.length === 0) return remarks;
  const said = [...new Set(absent.map(({ text }) => text.replace(/[:(].*$/s, '').trim()))];
  const more = said.length > SHOWN ? ` and ${said.length - SHOWN} more of the kind` : '';
  return [
    ...remarks.filter(({ code }) => !ABSENT.has(code)),
    {
      file,
      line: 1,
      severity: 'warning',
      code: 'excerpt',
      text: `this is a part of a running-config (no interface, no hostname): what is not in it is taken to be on the box: ${said.slice(0, SHOWN).join('; ')}${more}`,
    },
  ];
}
