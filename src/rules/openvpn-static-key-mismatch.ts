import { staticKeyFixes } from '../model/openvpn-words.js';
import { finding, type Rule } from './rule.js';
import { openvpnCases, retestOf } from './shared/openvpn.js';

type Fault = { readonly text: string; readonly cause: string; readonly confidence: number };

/** F107: static keys whose halves, digests or ciphers do not meet. Seen with the key only. */
export const rule: Rule = {
  code: 'openvpn/static-key-mismatch',
  title: 'The ends of a static-key tunnel do not use the key alike',
  severity: 'error',
  refs: ['OpenVPN manual --secret', 'OpenVPN manual --key-direction'],
  dependsOn: [],
  *evaluate(facts) {
    for (const { session, hit, subject, severity } of openvpnCases(facts, (one): Fault | undefined => {
      const { client, server } = one.data;
      if (one.mode !== 'static-key' || client?.decrypted === undefined || server?.decrypted === undefined) return undefined;
      // The key of another tunnel says nothing of this one.
      if (client.decrypted.good === 0 && server.decrypted.good === 0) return undefined;
      if (client.decrypted.good === 0 || server.decrypted.good === 0) {
        const other = client.decrypted.good === 0 ? one.client : one.server;
        return {
          text: `the key given does not fit what ${other.address} sends`,
          cause: 'It fits the packets of the other end: the two ends have different keys.',
          confidence: 0.95,
        };
      }
      if (client.direction === 1 && server.direction === 1) {
        return {
          text: 'both ends send with half 1 of the key',
          cause: 'Both have direction 1; each expects half 0 of the other and drops what it gets with "packet HMAC authentication failed".',
          confidence: 0.97,
        };
      }
      if (client.digest !== server.digest) {
        return {
          text: `one end has auth ${client.digest ?? 'none'}, the other ${server.digest ?? 'none'}`,
          cause: 'The HMAC of each is of another digest than the other expects.',
          confidence: 0.97,
        };
      }
      if (client.cipher !== server.cipher) {
        return {
          text: `one end has cipher ${client.cipher ?? 'none'}, the other ${server.cipher ?? 'none'}`,
          cause: 'The HMAC fits and decryption gives garbage at both ends.',
          confidence: 0.95,
        };
      }
      return undefined;
    })) {
      const { client, server } = session.data;
      yield finding(rule, {
        severity,
        confidence: hit.confidence,
        subject,
        title: `Static key: ${hit.text}`,
        cause: `${hit.cause} There is no handshake that could fail: both ends say that they are up, and nothing passes.`,
        evidence: [
          {
            frame: client?.firstFrame ?? session.firstFrame,
            field: 'HMAC',
            text: `${session.client.address}: half ${client?.direction ?? 'unknown'}, auth ${client?.digest ?? 'not found'}, cipher ${client?.cipher ?? 'not found'}`,
          },
          {
            frame: server?.firstFrame ?? session.firstFrame,
            field: 'HMAC',
            text: `${session.server.address}: half ${server?.direction ?? 'unknown'}, auth ${server?.digest ?? 'not found'}, cipher ${server?.cipher ?? 'not found'}`,
          },
        ],
        fix: staticKeyFixes,
        retest: retestOf(session),
      });
    }
  },
};
