import { rule } from '../../src/rules/esp-one-way.js';
import { back, capture, sa, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const up = session(UP, { outcome: 'established' });
const upAndAlive = session([...UP, { from: 'i', t: 12, x: 'INFO2', frame: 120 }, { from: 'r', t: 12.1, x: 'INFO2', frame: 121 }], {
  outcome: 'established',
});
const pair = (more: Parameters<typeof sa>[0] = {}, other: Parameters<typeof sa>[0] = {}) => [
  sa({ pairSpi: '0xbbbb0002', ...more }),
  back({ pairSpi: '0xaaaa0001', ...other }),
];

ruleCases(rule, [
  {
    name: 'requests of one size and no answer',
    facts: capture({ sessions: [upAndAlive], sas: [sa()] }),
    finds: 'error',
    says: ['10 ESP packets from 192.0.2.1 to 203.0.113.2 (protocol 50)', 'its IKE in packet 121', 'permit protocol 50', 'xfrm_stat'],
  },
  {
    name: 'in UDP',
    facts: capture({ sessions: [up], sas: [sa({ encapsulation: 'udp' })] }),
    finds: 'error',
    says: ['(UDP 4500)', 'also for ESP, not only for IKE'],
  },
  { name: 'AH too', facts: capture({ sessions: [up], sas: [sa({ protocol: 'ah' })] }), finds: 'error', says: ['protocol 51'] },
  {
    name: 'only a warning when the negotiation was not seen',
    facts: capture({ sas: [sa()] }),
    finds: 'warning',
    says: ['not in this capture'],
  },
  {
    name: 'a stream of many sizes may be one-way by nature',
    facts: capture({ sessions: [up], sas: [sa({ packets: 500, minLength: 100, maxLength: 1400, to: 60 })] }),
    finds: 'warning',
    says: ['would look the same'],
  },
  {
    name: 'and without negotiation is only worth knowing',
    facts: capture({ sas: [sa({ packets: 500, minLength: 100, maxLength: 1400, to: 60 })] }),
    finds: 'info',
  },
  {
    name: 'answers that stop',
    facts: capture({ sas: pair({ packets: 30, to: 30 }, { packets: 20, to: 20 }) }),
    finds: 'warning',
    says: ['203.0.113.2 answered until packet 120', '10 s'],
  },
  ...['224.0.0.18', '255.255.255.255', 'ff02::5'].map((dst) => ({
    name: `nothing for what goes to ${dst}: VRRP, OSPF`,
    facts: capture({ sas: [sa({ protocol: 'ah', dst, packets: 100, to: 100 })] }),
  })),
  { name: 'nothing for both directions', facts: capture({ sessions: [up], sas: pair() }) },
  { name: 'nothing for a few packets', facts: capture({ sessions: [up], sas: [sa({ packets: 4 })] }) },
  { name: 'nothing when the capture ends at once', facts: capture({ sessions: [up], sas: [sa({ to: 1.2 })] }, 1.5) },
  {
    name: 'nothing for a short stream of many sizes',
    facts: capture({ sessions: [up], sas: [sa({ packets: 15, minLength: 100, maxLength: 1400 })] }),
  },
  {
    name: 'nothing when the last answers are as late as the last requests',
    facts: capture({ sas: pair({ packets: 30, to: 30 }, { packets: 20, to: 29.8 }) }),
  },
]);
