import type { Finding, Fix } from '../../model/finding.js';
import type { Check } from '../check.js';

/** Subject of findings that are about the host as a whole: they may explain those of every connection and interface. */
export const THIS_HOST = 'this host';

/** What a case adds to its check. */
export type Particulars = Omit<Finding, 'code' | 'refs' | 'dependsOn' | 'consequences' | 'subject' | 'confidence'> & {
  /** Behind `host/<id>-`, where one check tells several faults apart. */
  readonly what?: string;
  readonly subject?: string;
  readonly confidence?: number;
  readonly dependsOn?: readonly string[];
  readonly refs: readonly string[];
};

/** A finding of a check: about this host and sure, unless said otherwise. */
export function hostFinding(id: Check['id'], { what, ...particulars }: Particulars): Finding {
  return {
    code: what === undefined ? `host/${id}` : `host/${id}-${what}`,
    subject: THIS_HOST,
    confidence: 0.95,
    dependsOn: [],
    ...particulars,
  };
}

/** Commands to copy into a shell of root, as they stand. */
export function asRoot(...commands: readonly string[]): Fix {
  return { end: 'ours', text: ['as root:', ...commands].join('\n') };
}
