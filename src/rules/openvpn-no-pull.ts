import { noPullWords } from '../model/openvpn-words.js';
import { finding, type Rule } from './rule.js';
import { clientOf, further, openvpnCases, optionOf, recovery, retestOf, serverOf } from './shared/openvpn.js';

/** F109: a client without `pull` before a server that gives everything by pushing it. Read with a key log. */
export const rule: Rule = {
  code: 'openvpn/no-pull',
  title: 'The client asks for nothing that the server pushes',
  severity: 'error',
  refs: ['OpenVPN manual --client', 'OpenVPN manual --pull'],
  dependsOn: [],
  *evaluate(facts) {
    for (const found of openvpnCases(facts, ({ negotiations, control, data }) => {
      const { client, server } = negotiations[0]?.options ?? {};
      if (client === undefined || server === undefined || data.client === undefined || data.server?.inner?.['OCC_REPLY'] !== undefined)
        return undefined;
      if (control.some(({ text }) => text.startsWith('PUSH_'))) return undefined;
      // Two ends of one wire both say their addresses.
      return optionOf(client, 'ifconfig') !== undefined && optionOf(server, 'ifconfig') === undefined ? data.client : undefined;
    })) {
      const { session, hit, subject, severity } = found;
      yield finding(rule, {
        severity,
        confidence: 0.85,
        subject,
        title: `${clientOf(session)} has addresses of its own and asks ${serverOf(session)}, which pushes them, for nothing${further(found)}`,
        cause: `${noPullWords.cause}${recovery(found)}`,
        evidence: [
          {
            frame: session.messages.find(({ content }) => content.includes('key method 2'))?.frame ?? session.firstFrame,
            field: 'options string',
            text: `ifconfig ${optionOf(session.negotiations[0]?.options?.client, 'ifconfig') ?? ''} of the client alone`,
          },
          { frame: hit.firstFrame, text: 'data of the client, and no PUSH_REQUEST before it' },
        ],
        fix: noPullWords.fix,
        retest: retestOf(session),
      });
    }
  },
};
