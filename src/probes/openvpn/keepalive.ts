import { probeFinding } from '../shared/finding.js';
import { applies, type Outcome, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { idleEnd } from './shared/idle-end.js';

const SECOND = 1000;

/** The peer's pings, where they come within the patience. */
export const probe: Probe = {
  id: 'keepalive',
  title: 'keepalive',
  after: ['data'],
  plan: (_target, { parameters }) => (parameters === undefined ? skips('there is no tunnel') : applies),
  async run({ target, facts, link }) {
    const { ping = 0, timeout = 0 } = facts.parameters?.keepalive ?? {};
    // A ping goes out when nothing else did for that long, by a clock of whole seconds.
    const wait = 2 * ping + 1;
    const seen = () => facts.inner.get('ping')?.count ?? 0;
    if (seen() === 0 && ping > 0 && timeout > 0 && timeout <= ping) return tooSoon(ping, timeout, target, facts);
    const agreed = ping === 0 ? 'no ping is agreed on here' : `a ping every ${ping} s, silence of ${timeout} s ends it`;
    const packets = () => link.counts?.packetsIn ?? 0;
    const before = packets();
    if (seen() === 0 && ping > 0 && ping * SECOND < target.patience) {
      await link.waitFor(() => seen() > 0 || facts.ended !== undefined, wait * SECOND);
    }
    if (seen() > 0) return { status: 'pass', text: `${seen()} ping${seen() === 1 ? '' : 's'} of the peer; ${agreed}` };
    const others = packets() - before;
    if (others > 0)
      return { status: 'pass', text: `no ping of the peer was due: ${others} other packets of it came in ${wait} s; ${agreed}` };
    if (ping > 0 && ping * SECOND < target.patience)
      return {
        status: 'warn',
        text: `no ping of the peer in ${wait} s; ${agreed}`,
        findings: [
          probeFinding(target, facts, {
            slug: 'openvpn-no-ping',
            severity: 'warning',
            confidence: 0.8,
            title: `${facts.address ?? target.host} sends no ping, and silence of ${timeout} s ends the session here`,
            cause: `A client with nothing to do begins anew every ${timeout} s: "Inactivity timeout (--ping-restart), restarting". The server pushes ping and ping-restart without pinging itself, as it does with push lines in place of keepalive, or its packets no longer come, or ${idleEnd(facts)}.`,
            evidence: [{ text: `step keepalive: no ping in ${wait} s` }],
            fix: [
              { end: 'theirs', text: 'keepalive 10 60 in its configuration, which pings and pushes both, in place of push "ping …"' },
              { end: 'theirs', text: 'inactive goes, or is longer, if it has that' },
            ],
            dependsOn: ['openvpn/ping-restart'],
            refs: ['OpenVPN manual --keepalive'],
          }),
        ],
      };
    return { status: 'skip', text: ping === 0 ? agreed : `${agreed}: not waited for (--timeout ${ping + 2})` };
  },
};

/** An idle session ends before its first ping is due. */
function tooSoon(ping: number, timeout: number, target: ProbeContext['target'], facts: ProbeContext['facts']): Outcome {
  const pushed = facts.push?.options ?? [];
  const line = pushed.findLast((option) => /^ping-(restart|exit)\s/.test(option));
  const what = line === undefined ? `a silence of ${timeout} s` : `${line}, which ${facts.address ?? target.host} pushes,`;
  const log = line?.startsWith('ping-exit') === true ? '--ping-exit), exiting' : '--ping-restart), restarting';
  return {
    status: 'warn',
    text: `a silence of ${timeout} s ends it, and a ping is due after ${ping} s only`,
    findings: [
      probeFinding(target, facts, {
        slug: 'openvpn-timeout-below-ping',
        severity: 'warning',
        confidence: 0.85,
        title: `${what} ends a tunnel with nothing in it before a ping of ${ping} s is due`,
        cause: `The ping of the server, which as a rule is the one that it pushes, comes after ${ping} s without traffic, and the client gives up after ${timeout} s: "Inactivity timeout (${log}".`,
        evidence: [{ text: `step keepalive: ping ${ping}, ${line ?? `timeout ${timeout}`}` }],
        fix: [
          {
            end: line === undefined ? 'either' : 'theirs',
            text: 'keepalive 10 60 in place of ping, ping-restart and ping-exit: the timeout at least twice the ping',
          },
        ],
        refs: ['OpenVPN manual --ping-exit', 'OpenVPN manual --keepalive'],
      }),
    ],
  };
}
