import { check } from '../../src/checks/xfrm-policy-without-sa.js';
import { checkCases } from '../support/check-cases.js';
import { connection, gateway } from '../support/gateway.js';

const policy =
  'src 10.1.0.0/24 dst 10.2.0.0/24 \n\tdir out priority 375423 ptype main \n\ttmpl src 192.0.2.1 dst 198.51.100.2\n\t\tproto esp reqid 1 mode tunnel\n';
const state =
  'src 192.0.2.1 dst 198.51.100.2\n\tproto esp spi 0xc0000001 reqid 1 mode tunnel\n\treplay-window 0 flag af-unspec\n\tenc cbc(aes) 0x00\n';
const xfrm = (policies: string, states: string) => ({ 'ip xfrm policy': policies, 'ip -s xfrm state': states });

checkCases(check, [
  { name: 'no policies', host: gateway(), status: 'skip' },
  { name: 'a policy with its SA', host: gateway({ commands: xfrm(policy, state) }), status: 'pass', says: ['1 policy'] },
  {
    name: 'a trap that waits',
    host: gateway({ commands: xfrm(policy, ''), swanctl: connection({ start: 'trap' }) }),
    status: 'pass',
    says: ['waits for traffic'],
  },
  {
    name: 'to be up and is not',
    host: gateway({ commands: xfrm(policy, ''), swanctl: connection({ start: 'start' }) }),
    status: 'warn',
    codes: ['host/xfrm-policy-without-sa'],
    says: ['swanctl --initiate --ike net-net --child net-net', '10.1.0.0/24 > 10.2.0.0/24 out'],
  },
  {
    name: 'an SA that is still negotiated',
    host: gateway({ commands: xfrm(policy, state.replace(/\n\tenc.*/, '')), swanctl: connection({ start: 'start' }) }),
    status: 'warn',
    codes: ['host/xfrm-policy-without-sa'],
  },
  {
    name: 'an SA of another reqid',
    host: gateway({ commands: xfrm(policy, state.replace('reqid 1', 'reqid 2')), swanctl: connection({ start: 'start' }) }),
    status: 'warn',
    codes: ['host/xfrm-policy-without-sa'],
  },
  {
    name: 'no daemon',
    host: gateway({ commands: xfrm(policy, ''), files: { '/proc/700/stat': undefined, '/proc/700/cmdline': undefined } }),
    status: 'skip',
  },
  { name: 'no right to look', host: gateway({ isRoot: false, commands: { 'ip xfrm policy': { reason: 'denied' } } }), status: 'unknown' },
]);
