import type { OpenvpnDirectionFacts } from '../model/openvpn-session.js';
import { compressionWords } from '../model/openvpn-words.js';
import { finding, type Rule } from './rule.js';
import { openvpnCases, optionOf, retestOf } from './shared/openvpn.js';

/** Packets that must be seen of an end before its framing is believed. */
const ENOUGH = 2;

/** F111: one end puts a compression header in front of its packets, the other does not. Seen decrypted, or in the options strings. */
export const rule: Rule = {
  code: 'openvpn/compression-mismatch',
  title: 'One end frames compression and the other does not',
  severity: 'error',
  refs: ['OpenVPN manual --comp-lzo', 'OpenVPN manual --compress', 'OpenVPN manual --allow-compression'],
  dependsOn: [],
  *evaluate(facts) {
    for (const { session, hit, subject, severity } of openvpnCases(facts, ({ data, negotiations }) => {
      const [client, server] = [framed(data.client), framed(data.server)];
      if (client !== undefined && server !== undefined) return client === server ? undefined : { client, server };
      const options = negotiations[0]?.options;
      if (options?.client === undefined || options.server === undefined) return undefined;
      const [ours, theirs] = [options.client, options.server].map((text) => optionOf(text, 'comp-lzo') !== undefined);
      return ours === theirs ? undefined : { client: ours === true, server: theirs === true };
    })) {
      const { client, server } = session.data;
      const [with_, without] = hit.client
        ? [session.client.address, session.server.address]
        : [session.server.address, session.client.address];
      const words = compressionWords(with_, without);
      yield finding(rule, {
        severity,
        confidence: 0.93,
        subject,
        title: `${with_} frames compression, ${without} does not: each takes the first byte of the other's packets for something else`,
        cause: words.cause,
        evidence: [
          {
            frame: session.messages.find(({ content }) => content.includes('key method 2'))?.frame ?? session.firstFrame,
            text: `${with_} frames compression`,
          },
          ...(client === undefined
            ? []
            : [{ frame: client.firstFrame, field: 'first byte inside', text: `${session.client.address}: ${framingText(client)}` }]),
          ...(server === undefined
            ? []
            : [{ frame: server.firstFrame, field: 'first byte inside', text: `${session.server.address}: ${framingText(server)}` }]),
        ],
        fix: words.fix,
        retest: retestOf(session),
      });
    }
  },
};

function framed(facts: OpenvpnDirectionFacts | undefined): boolean | undefined {
  const framings = facts?.framings ?? {};
  const bare = framings['none'] ?? 0;
  const total = Object.values(framings).reduce((sum, packets) => sum + packets, 0);
  if (total < ENOUGH) return undefined;
  if (bare === 0) return true;
  return bare === total ? false : undefined;
}

function framingText({ framings }: OpenvpnDirectionFacts): string {
  const all = Object.entries(framings ?? {}).map(([framing, packets]) => `${framing} in ${packets} packets`);
  return all.length === 0 ? 'not decrypted' : all.join(', ');
}
