import { check } from '../../src/checks/xfrm-stale-policy.js';
import { checkCases } from '../support/check-cases.js';
import { connection, gateway } from '../support/gateway.js';

const policy = (source: string, destination: string, { peer = '198.51.100.2', priority = 375423, reqid = 1, direction = 'out' } = {}) =>
  `src ${source} dst ${destination} \n\tdir ${direction} priority ${priority} ptype main \n\ttmpl src ${direction === 'out' ? '192.0.2.1' : peer} dst ${direction === 'out' ? peer : '192.0.2.1'}\n\t\tproto esp reqid ${reqid} mode tunnel\n`;
const state = (reqid = 1, peer = '198.51.100.2') =>
  `src 192.0.2.1 dst ${peer}\n\tproto esp spi 0xc000000${reqid} reqid ${reqid} mode tunnel\n\treplay-window 0 flag af-unspec\n\tenc cbc(aes) 0x00\n`;
const xfrm = (policies: string, states: string) => ({ 'ip xfrm policy': policies, 'ip -s xfrm state': states });
const configured = policy('10.1.0.0/24', '10.2.0.0/24');
const socket = 'src 0.0.0.0/0 dst 0.0.0.0/0 \n\tsocket in priority 0 ptype main \n';
const stopped = { '/proc/700/stat': undefined, '/proc/700/cmdline': undefined };

checkCases(check, [
  { name: 'no policies but those of sockets', host: gateway({ commands: xfrm(socket, '') }), status: 'skip' },
  {
    name: 'the configured one',
    host: gateway({ commands: xfrm(configured + policy('10.2.0.0/24', '10.1.0.0/24', { direction: 'in' }), state()) }),
    status: 'pass',
    says: ['2 policies'],
  },
  { name: 'narrowed', host: gateway({ commands: xfrm(policy('10.1.0.0/28', '10.2.0.7/32'), state()) }), status: 'pass' },
  {
    name: 'road warriors with addresses from a pool',
    host: gateway({
      swanctl: connection({ remote: '%any', remoteTs: '' }),
      commands: xfrm(policy('10.1.0.0/24', '10.3.0.9/32', { peer: '203.0.113.9' }), state(1, '203.0.113.9')),
    }),
    status: 'pass',
  },
  {
    name: 'left over from another configuration, before the one that works',
    host: gateway({
      commands: xfrm(configured + policy('10.1.0.0/16', '10.2.0.0/16', { peer: '198.51.100.77', priority: 100, reqid: 9 }), state()),
    }),
    status: 'fail',
    codes: ['host/xfrm-stale-policy'],
    says: ['10.1.0.0/16 > 10.2.0.0/16 out, priority 100', 'comes before 10.1.0.0/24 > 10.2.0.0/24 out'],
    mends: ['ip xfrm policy delete src 10.1.0.0/16 dst 10.2.0.0/16 dir out'],
  },
  ...(
    [
      ['a block', 'action block ', '10.2.0.0/16', 'drops everything of the tunnel', ' action block priority 1'],
      ['a bypass', '', '10.2.0.0/24', 'lets pass in clear everything of the tunnel', ' priority 1'],
    ] as const
  ).map(([name, action, destination, says, undo]) => ({
    name: `${name} before the one that works`,
    host: gateway({
      commands: xfrm(`${configured}src 0.0.0.0/0 dst ${destination} \n\tdir out ${action}priority 1 ptype main \n`, state()),
    }),
    status: 'fail' as const,
    codes: ['host/xfrm-stale-policy-overriding'],
    says: [says, undo],
    mends: [`ip xfrm policy delete src 0.0.0.0/0 dst ${destination} dir out`],
  })),
  {
    name: 'a bypass of the network here, a block that comes after the tunnel',
    host: gateway({
      commands: xfrm(
        `${configured}src 10.1.0.0/24 dst 10.1.0.0/24 \n\tdir out priority 1 ptype main \nsrc 0.0.0.0/0 dst 10.2.0.0/16 \n\tdir out action block priority 999999 ptype main \n`,
        state(),
      ),
    }),
    status: 'pass',
  },
  {
    name: 'wider than configured',
    host: gateway({ commands: xfrm(policy('10.0.0.0/8', '10.2.0.0/24'), state()) }),
    status: 'warn',
    codes: ['host/xfrm-stale-policy-wider'],
    mends: ['ip xfrm policy delete src 10.0.0.0/8 dst 10.2.0.0/24 dir out'],
  },
  {
    name: 'no daemon, policies all the same: to delete them would let traffic out in clear',
    host: gateway({ commands: xfrm(configured, ''), files: stopped }),
    status: 'fail',
    codes: ['host/xfrm-stale-policy-no-daemon'],
    says: ['start the daemon', 'host/running-stack-stopped'],
    mends: [],
  },
  {
    name: 'no daemon, and policies that no connection has',
    host: gateway({ commands: xfrm(policy('10.1.0.0/24', '10.9.0.0/24', { peer: '198.51.100.77' }), ''), files: stopped }),
    status: 'fail',
    codes: ['host/xfrm-stale-policy-no-daemon'],
    mends: ['ip xfrm policy delete src 10.1.0.0/24 dst 10.9.0.0/24 dir out'],
  },
  {
    name: 'set by hand, with their SA',
    host: gateway({ commands: xfrm(configured, state()), files: stopped }),
    status: 'pass',
    says: ['by hand'],
  },
  {
    name: 'configuration unknown: one without SA before one with',
    host: gateway({ swanctl: '', commands: xfrm(configured + policy('10.0.0.0/8', '10.0.0.0/8', { priority: 1, reqid: 5 }), state()) }),
    status: 'fail',
    codes: ['host/xfrm-stale-policy'],
    mends: ['ip xfrm policy delete src 10.0.0.0/8 dst 10.0.0.0/8 dir out'],
  },
  {
    name: 'configuration unknown, nothing suspicious',
    host: gateway({ swanctl: '', commands: xfrm(configured, state()) }),
    status: 'pass',
  },
  { name: 'no right to look', host: gateway({ isRoot: false, commands: { 'ip xfrm policy': { reason: 'denied' } } }), status: 'unknown' },
]);
