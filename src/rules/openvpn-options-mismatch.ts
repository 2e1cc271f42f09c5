import { inconsistentLogWords, optionEffects } from '../model/openvpn-words.js';
import { agreesOnTunMtu } from '../wire/openvpn/tun-mtu.js';
import { finding, type Rule } from './rule.js';
import { openvpnCases, optionOf, retestOf } from './shared/openvpn.js';

/** Options that must be the same at both ends, the worst first. */
const SAME: readonly {
  readonly name: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** Whether values that are not the same agree all the same. */
  readonly agree?: (client: string | undefined, server: string | undefined, device: string | undefined) => boolean;
}[] = [
  { name: 'dev-type', severity: 'error' },
  { name: 'mtu-dynamic', severity: 'error' },
  { name: 'ifconfig', severity: 'error', agree: isCrossed },
  { name: 'tun-mtu', severity: 'warning', agree: (client, server, device) => agreesOnTunMtu(device, client, server) },
  { name: 'auth', severity: 'warning' },
  { name: 'link-mtu', severity: 'info' },
];

/** F112, F113: what the options strings of the two ends say differently. Read with a key log. */
export const rule: Rule = {
  code: 'openvpn/options-mismatch',
  title: 'The options strings of the ends differ',
  severity: 'error',
  refs: ['OpenVPN manual --opt-verify', 'OpenVPN manual --tun-mtu'],
  dependsOn: ['openvpn/compression-mismatch', 'openvpn/cipher-mismatch'],
  *evaluate(facts) {
    for (const { session, hit, subject } of openvpnCases(facts, ({ negotiations }) => {
      const { client, server } = negotiations[0]?.options ?? {};
      if (client === undefined || server === undefined) return undefined;
      const differences = SAME.flatMap((option) => {
        const [ours, theirs] = [optionOf(client, option.name), optionOf(server, option.name)];
        return ours === theirs || option.agree?.(ours, theirs, optionOf(client, 'dev-type')) === true
          ? []
          : [{ ...option, ours: valueText(ours), theirs: valueText(theirs) }];
      });
      return differences.length === 0 ? undefined : differences;
    })) {
      const [worst] = hit;
      if (worst === undefined) continue;
      const frame = session.messages.find(({ content }) => content.includes('key method 2'))?.frame ?? session.firstFrame;
      // With AEAD the digest of --auth protects nothing in the data channel.
      const aead = /GCM|POLY1305/.test(session.data.client?.cipher ?? session.control.map(({ text }) => text).join());
      const severity = worst.name === 'auth' && aead ? 'info' : worst.severity;
      yield finding(rule, {
        severity,
        confidence: 0.9,
        subject,
        title: `The ends differ in ${hit.map(({ name, ours, theirs }) => `${name} (client ${ours}, server ${theirs})`).join(', ')}`,
        cause: `${worst.name}: ${optionEffects[worst.name]}; ${inconsistentLogWords(worst.name)}.`,
        evidence: [
          {
            frame,
            field: 'options string',
            text: hit.map(({ name, ours, theirs }) => `${name}: client ${ours}, server ${theirs}`).join('; '),
          },
        ],
        fix: hit.slice(0, 3).map(({ name, theirs }) => ({
          end: 'ours' as const,
          text:
            name === 'mtu-dynamic'
              ? 'fragment with the same number at both ends, or at none'
              : name === 'ifconfig'
                ? `ifconfig crosswise: the two addresses of one end, the other way round at the other`
                : `${name === 'dev-type' ? 'dev' : name} ${theirs} at the client, as the server has it, or the other way round`,
        })),
        retest: retestOf(session),
      });
    }
  },
};

/** The two addresses of a wire change places; a server that gives them by pushing says none. */
function isCrossed(client: string | undefined, server: string | undefined): boolean {
  return client === undefined || server === undefined || client.split(' ').toReversed().join(' ') === server;
}

/** Some options stand there alone. */
function valueText(value: string | undefined): string {
  return value === undefined ? 'nothing' : value === '' ? 'set' : value;
}
