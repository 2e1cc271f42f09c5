import { refusedPushWords } from '../model/openvpn-words.js';
import { isPushable } from '../wire/openvpn/pushable-options.js';
import { finding, type Rule } from './rule.js';
import { openvpnCases, retestOf, serverOf } from './shared/openvpn.js';

/** F127: the server pushes what no client takes. Read with a key log. */
export const rule: Rule = {
  code: 'openvpn/pushed-option-refused',
  title: 'The server pushes an option that clients refuse',
  severity: 'warning',
  refs: ['OpenVPN manual --push', 'OpenVPN manual --pull-filter'],
  dependsOn: [],
  *evaluate(facts) {
    for (const { session, hit, subject } of openvpnCases(facts, ({ control }) => {
      const options = control
        .filter(({ text }) => text.startsWith('PUSH_REPLY,'))
        .flatMap(({ frame, text }) =>
          text
            .split(',')
            .slice(1)
            .map((option) => ({ frame, option })),
        )
        .filter(({ option }) => option !== '' && !isPushable(option));
      return options.length === 0 ? undefined : options;
    })) {
      const options = [...new Set(hit.map(({ option }) => option))].slice(0, 8);
      yield finding(rule, {
        severity: 'warning',
        confidence: 0.9,
        subject,
        title: `${serverOf(session)} pushes what clients refuse: ${options.join(', ')}`,
        ...refusedPushWords(options),
        evidence: hit.slice(0, 4).map(({ frame, option }) => ({ frame, field: 'PUSH_REPLY', text: option })),
        retest: retestOf(session),
      });
    }
  },
};
