import { rule } from '../../src/rules/openvpn-options-mismatch.js';
import { ANSWER, capturing, direction, negotiation, openvpn, RESET } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const with_ = (client: string, server: string, cipher = 'AES-256-CBC') =>
  capturing(
    openvpn([RESET, ANSWER], { negotiations: [negotiation({ options: { client, server } })], data: { client: direction({ cipher }) } }),
  );

ruleCases(rule, [
  {
    name: 'tun against tap',
    facts: with_('V4,dev-type tun', 'V4,dev-type tap'),
    finds: 'error',
    says: ['dev-type (client tun, server tap)', 'nothing passes'],
  },
  {
    name: 'fragment of one end',
    facts: with_('V4,dev-type tun,link-mtu 1541', 'V4,dev-type tun,link-mtu 1545,mtu-dynamic'),
    finds: 'error',
    says: ['mtu-dynamic (client nothing, server set)', 'four bytes stand in front', 'fragment with the same number at both ends'],
  },
  {
    name: 'addresses that do not cross',
    facts: with_('V4,ifconfig 10.61.0.1 10.61.0.2', 'V4,ifconfig 10.60.0.2 10.60.0.1'),
    finds: 'error',
    says: ['ifconfig (client 10.61.0.1 10.61.0.2, server 10.60.0.2 10.60.0.1)', 'each end sends to one that the other does not have'],
  },
  { name: 'addresses that cross', facts: with_('V4,ifconfig 10.60.0.1 10.60.0.2', 'V4,ifconfig 10.60.0.2 10.60.0.1') },
  { name: 'addresses that the server pushes', facts: with_('V4,ifconfig 10.60.0.1 10.60.0.2', 'V4') },
  { name: 'MTU', facts: with_('V4,tun-mtu 1500', 'V4,tun-mtu 1400'), finds: 'warning', says: ['tun-mtu'] },
  { name: 'auth with CBC', facts: with_('V4,auth SHA1', 'V4,auth SHA256'), finds: 'warning', says: ['fails its HMAC'] },
  { name: 'auth with AEAD protects nothing', facts: with_('V4,auth SHA1', 'V4,auth SHA256', 'AES-256-GCM'), finds: 'info' },
  { name: 'link-mtu alone is worth knowing', facts: with_('V4,link-mtu 1541', 'V4,link-mtu 1549'), finds: 'info', says: ['harmless'] },
  { name: 'nothing where they agree', facts: with_('V4,dev-type tun,tls-client', 'V4,dev-type tun,tls-server') },
  {
    name: 'nothing where one is unknown',
    facts: capturing(openvpn([RESET], { negotiations: [negotiation({ options: { client: 'V4' } })] })),
  },
]);
