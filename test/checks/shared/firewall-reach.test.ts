import { describe, expect, it } from 'vitest';
import type { FirewallFacts, PeerPath } from '../../../src/checks/shared/firewall-facts.js';
import { judgeReach, nothingToFilter, type Reach } from '../../../src/checks/shared/firewall-reach.js';
import { answer, noAnswer } from '../../../src/host/host.js';
import type { Firewall } from '../../../src/host/linux/firewall/firewall.js';
import { parseNftListing, readNftRuleset } from '../../../src/host/linux/firewall/nft-ruleset.js';
import type { Connection } from '../../../src/model/connection.js';
import { connection, sourced } from '../../support/configured-facts.js';
import { chain, match, meta, payload, rule, table } from '../../support/gateway.js';

const input = (policy: string, ...rules: readonly unknown[]): Firewall => ({
  tables: readNftRuleset([table('inet', 'fw'), chain('inet', 'fw', 'in', 'input', policy), ...rules], parseNftListing('')),
  unread: [],
});
const drop = (handle: number, ...matches: readonly unknown[]) => rule('inet', 'fw', 'in', handle, ...matches, { drop: null });
const established = rule('inet', 'fw', 'in', 2, match({ ct: { key: 'state' } }, 'established'), { accept: null });
const limited = rule('inet', 'fw', 'in', 3, { limit: { rate: 10, per: 'second' } }, { accept: null });

const waits = connection({ name: 'waits', auto: sourced('add') });
const starts = connection({ name: 'starts', auto: sourced('start') });
const asks = { ...starts, local: { ...starts.local, sourceIp: sourced('%config') } };

/** UDP 500 from a peer; `undefined`: from anybody. */
const from = (peer: string | undefined, connections: readonly Connection[] = [waits], port = 500): Reach => {
  const path: PeerPath = { family: peer?.includes(':') ? 'ip6' : 'ip', own: '192.0.2.1', connections, ...(peer !== undefined && { peer }) };
  return {
    path,
    packet: { family: path.family, path: 'input', protocol: 17, destinationPort: port, ...(peer !== undefined && { source: peer }) },
    what: `UDP ${port}`,
  };
};
const words = {
  id: 'firewall-ike-in',
  label: 'in',
  done: 'accepted from',
  cause: 'A cause.',
  refs: ['RFC 7296 §2'],
  allow: (reaches: readonly Reach[]) => ({ nft: [`accept ${reaches.length}`], iptables: [], purpose: 'in' }),
};
const judged = (firewall: Firewall, ...reaches: readonly Reach[]) =>
  judgeReach(words, firewall, reaches).map(({ status, detail }) => `${status} ${detail}`);

const POLICY = 'nft inet fw in, policy drop';

describe('destination NAT', () => {
  const dnat = (to: string): Firewall => ({
    tables: readNftRuleset(
      [
        table('inet', 'n'),
        chain('inet', 'n', 'pre', 'prerouting', 'accept', -100, 'nat'),
        rule('inet', 'n', 'pre', 7, match(payload('udp', 'dport'), 500), { dnat: { addr: to } }),
      ],
      parseNftListing(''),
    ),
    unread: [],
  });
  const through = (to: string, reach: Reach, ours = ['192.0.2.1', '10.1.0.1']) => judgeReach(words, dnat(to), [reach], ours);

  it.each([
    [
      'to another host',
      through('10.1.0.9', from('198.51.100.2')),
      'fail UDP 500 from 198.51.100.2 sent to another host by nft inet n pre, handle 7',
    ],
    ['to another address of ours', through('10.1.0.1', from('198.51.100.2')), 'pass UDP 500 accepted from 198.51.100.2'],
    ['of the other family', through('10.1.0.9', from('2001:db8::2')), 'pass UDP 500 accepted from 2001:db8::2'],
    ['of another port', through('10.1.0.9', from('198.51.100.2', [waits], 4500)), 'pass UDP 4500 accepted from 198.51.100.2'],
    ['our addresses are not known', through('10.1.0.9', from('198.51.100.2'), []), 'pass UDP 500 accepted from 198.51.100.2'],
    [
      'where we begin',
      through('10.1.0.9', from('198.51.100.2', [starts])),
      'warn UDP 500 from 198.51.100.2 sent to another host by nft inet n pre, handle 7, answers excepted',
    ],
  ])('%s', (_, lines, expected) => expect(lines.map(({ status, detail }) => `${status} ${detail}`)).toEqual([expected]));

  it('is mended before it', () =>
    expect(through('10.1.0.9', from('198.51.100.2'))[0]).toMatchObject({
      finding: { code: 'host/firewall-ike-in-elsewhere' },
      mend: [{ apply: expect.stringContaining('nft insert rule inet n pre handle 7') }],
    }));
});

describe('packets through the rules', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['nothing to send', judged(input('drop')), []],
    [
      'several, one line',
      judged(input('accept'), from('198.51.100.2'), from('198.51.100.3')),
      ['pass UDP 500 accepted from 198.51.100.2 and 198.51.100.3'],
    ],
    [
      'several ports of one peer, one line',
      judged(input('drop'), from('198.51.100.2'), from('198.51.100.2', [waits], 4500)),
      [`fail UDP 500 and UDP 4500 from 198.51.100.2 dropped by ${POLICY}`],
    ],
    [
      'a rule about IPv6 alone',
      judged(input('accept', drop(5, match(meta('nfproto'), 'ipv6'))), from('198.51.100.2'), from('2001:db8::2')),
      ['pass UDP 500 accepted from 198.51.100.2', 'fail UDP 500 from 2001:db8::2 dropped by nft inet fw in, handle 5'],
    ],
    [
      'one policy, two families: two lines, for each needs a rule',
      judged(input('drop'), from('198.51.100.2'), from('2001:db8::2')),
      [`fail UDP 500 from 198.51.100.2 dropped by ${POLICY}`, `fail UDP 500 from 2001:db8::2 dropped by ${POLICY}`],
    ],
    [
      'two rules, two lines',
      judged(
        input('accept', drop(5, match(payload('ip', 'saddr'), '198.51.100.2')), drop(6, match(payload('ip', 'saddr'), '198.51.100.3'))),
        from('198.51.100.2'),
        from('198.51.100.3'),
      ),
      [
        'fail UDP 500 from 198.51.100.2 dropped by nft inet fw in, handle 5',
        'fail UDP 500 from 198.51.100.3 dropped by nft inet fw in, handle 6',
      ],
    ],
    [
      'answers, where the peer may begin',
      judged(input('drop', established), from('198.51.100.2', [starts, waits])),
      [`fail UDP 500 from 198.51.100.2 dropped by ${POLICY}`],
    ],
    [
      'answers, where we begin',
      judged(input('drop', established), from('198.51.100.2', [starts])),
      [`warn UDP 500 from 198.51.100.2 dropped by ${POLICY}, answers excepted`],
    ],
    [
      'answers, where we alone can begin',
      judged(input('drop', established), from('198.51.100.2', [asks])),
      ['pass UDP 500 accepted from 198.51.100.2; answers only, which is enough for the side that calls'],
    ],
    ['nobody has asked for it', judged(input('drop'), from(undefined, [])), [`warn UDP 500 from anybody dropped by ${POLICY}`]],
    [
      'a limit',
      judged(input('drop', limited), from('198.51.100.2')),
      ['pass UDP 500 accepted from 198.51.100.2; but for rate limit (nft inet fw in, handle 3)'],
    ],
    [
      'anybody, some of whom are refused',
      judged(input('accept', drop(5, match(payload('ip', 'saddr'), '203.0.113.9'))), from(undefined)),
      ['pass UDP 500 accepted from anybody; but for source address (nft inet fw in, handle 5)'],
    ],
    [
      'anybody, of whom some are let in',
      judged(input('drop', rule('inet', 'fw', 'in', 5, match(payload('ip', 'saddr'), '203.0.113.9'), { accept: null })), from(undefined)),
      ['unknown UDP 500 from anybody: depends on source address (nft inet fw in, handle 5)'],
    ],
    [
      'what could not be read',
      judged({ ...input('accept'), unread: ['legacy iptables'] }, from('198.51.100.2')),
      ['unknown accepted by what could be read, but not read: legacy iptables'],
    ],
  ])('%s', (_, lines, expected) => expect(lines).toEqual(expected));

  it('names the ends, or the host where there are many', () => {
    const subjects = (...reaches: readonly Reach[]) => judgeReach(words, input('drop'), reaches).map(({ finding }) => finding?.subject);
    expect(subjects(from('198.51.100.2'))).toEqual(['192.0.2.1 - 198.51.100.2']);
    expect(subjects(from('198.51.100.2'), from('198.51.100.3'))).toEqual(['this host']);
    expect(subjects(from(undefined))).toEqual(['waits']);
  });

  it('lets in by one rule what one rule stops', () =>
    expect(judgeReach(words, input('drop'), [from('198.51.100.2'), from('198.51.100.3')])[0]?.mend?.map(({ apply }) => apply)).toEqual([
      `nft add rule inet fw in 'accept 2 comment "vpndoctor: in"'`,
    ]));
});

describe('nothing to filter', () => {
  const facts = (more: Partial<FirewallFacts> = {}, unread: readonly string[] = []): FirewallFacts => ({
    firewall: answer(input('accept')),
    tunnels: { ipsec: [], openvpn: [], unread },
    interfaces: [],
    routes: [],
    lookups: new Map(),
    states: [],
    daemon: false,
    ...more,
  });

  it.each([
    ['no connection and no daemon', facts(), 'skip'],
    ['connections that could not be read', facts({}, ['/etc/ipsec.conf: denied']), 'unknown'],
    ['rules that could not be read', facts({ daemon: true, firewall: noAnswer('denied', 'nft: denied') }), 'unknown'],
    ['a daemon that waits', facts({ daemon: true }), undefined],
    ['a connection', facts({ tunnels: { ipsec: [waits], openvpn: [], unread: [] } }), undefined],
  ])('%s', (_, given, status) => expect(nothingToFilter('in', given)?.status).toBe(status));
});
