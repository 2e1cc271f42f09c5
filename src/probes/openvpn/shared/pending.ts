import type { Refusal } from '../../../engine/refusal.js';
import type { FaultWords } from '../../../model/openvpn-words.js';
import type { ProbeFacts } from './probe-facts.js';

/** What stands between the commas and colons of `INFO_PRE,WEB_AUTH:flags:URL`, `INFO_PRE,OPEN_URL:URL`, `INFO_PRE,CR_TEXT:flags:question`. */
const ASKED = /^INFO(?:_PRE)?,(?:(WEB_AUTH|CR_TEXT):[^:]*|(OPEN_URL)):(.+)$/;

/** The server has put the decision off (AUTH_PENDING) until somebody confirms; undefined: it has not, or decided since. */
export function pendingRefusal({ control, push, upAt }: Pick<ProbeFacts, 'control' | 'push' | 'upAt'>): Refusal | undefined {
  if (push !== undefined || upAt !== undefined) return undefined;
  const said = control.filter(({ direction }) => direction === 'received').map(({ text }) => text);
  const asked = said.map((text) => ASKED.exec(text)).findLast((match) => match !== null);
  const pending = said.findLast((text) => text.startsWith('AUTH_PENDING'));
  if (asked === undefined && pending === undefined) return undefined;
  const [, way, open, what] = asked ?? [];
  const wants =
    way === 'CR_TEXT'
      ? `an answer to "${what}"`
      : what === undefined
        ? 'a confirmation from elsewhere'
        : `somebody to log in at ${what} (${way ?? open})`;
  const seconds = /timeout (\d+)/.exec(pending ?? '')?.[1];
  const text = `the server waits for ${wants}${seconds === undefined ? '' : `, ${seconds} s at most`}`;
  return { code: 'pending', by: 'peer', exchange: 'credentials', text, theirs: said.slice(-2).join('; ') };
}

export const pendingWords: FaultWords = {
  cause:
    'Nothing was refused: certificate, name and password were good so far, and the server puts its decision off until somebody confirms, in a browser, on a telephone or by an answer. A client that cannot show its user what is wanted waits in vain.',
  fix: [
    { end: 'ours', text: 'do it while the probe waits, with --timeout 60' },
    { end: 'ours', text: 'a client that shows it: OpenVPN GUI, OpenVPN Connect, or openvpn with a management program (IV_SSO)' },
    { end: 'theirs', text: 'for services and routers a user without a second factor' },
  ],
};
