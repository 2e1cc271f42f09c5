import type { ImpliedIcv } from '../../src/model/sa.js';
import { rule } from '../../src/rules/esp-icv-length-mismatch.js';
import { back, capture, MAIN_AND_QUICK, proposal, sa, session, transform, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const icv = (...lengths: number[]): ImpliedIcv => ({
  packets: 10,
  candidates: lengths.map((length) => ({ block: 16, iv: 16, icv: length })),
  text: `AES-CBC with ICV ${lengths.join(' or ')}`,
});
const pair = (a: ImpliedIcv, b: ImpliedIcv, more = {}, other = {}) => [
  sa({ pairSpi: '0xbbbb0002', impliedIcv: a, ...more }),
  back({ pairSpi: '0xaaaa0001', impliedIcv: b, ...other }),
];
const chose = (version: 1 | 2, integrity: number) => {
  const child = {
    frame: 3,
    protocol: 'ESP',
    spiResponder: '0xaaaa0001',
    offered: [],
    chosen: proposal(transform('ENCR', 12, 'AES_CBC_256', 256), transform('INTEG', integrity, 'x')),
    selectorsInitiator: [],
    selectorsResponder: [],
    lifetimes: [],
    outcome: 'established' as const,
  };
  return session(version === 1 ? MAIN_AND_QUICK : UP, { outcome: 'established', children: [child] });
};

ruleCases(rule, [
  {
    name: 'the two directions fit no common length',
    facts: capture({ sas: pair(icv(12), icv(16, 32)) }),
    finds: 'error',
    says: ['ICV of 12 bytes', '16 or 32', 'sha2-truncbug=yes', 'RFC 4868'],
  },
  {
    name: 'a ping each way, one four bytes short',
    facts: capture({ sas: pair(icv(8, 12, 16), icv(12, 16), { maxLength: 132 }, { maxLength: 136 }) }),
    finds: 'error',
    says: ['4 bytes shorter', 'read from the lengths'],
  },
  {
    name: 'SHA2-256 was negotiated and the lengths leave 12',
    facts: capture({ sessions: [chose(2, 12)], sas: [sa({ maxLength: 132 })] }),
    finds: 'error',
    says: ['HMAC_SHA2_256_128 was negotiated'],
  },
  { name: 'in IKEv1 its number is 5', facts: capture({ sessions: [chose(1, 5)], sas: [sa({ maxLength: 132 })] }), finds: 'error' },
  { name: 'nothing for AES-XCBC-96, which is 5 in IKEv2', facts: capture({ sessions: [chose(2, 5)], sas: [sa({ maxLength: 132 })] }) },
  { name: 'nothing when the lengths leave 16', facts: capture({ sessions: [chose(2, 12)], sas: [sa({ maxLength: 136 })] }) },
  { name: 'nothing when a common length remains', facts: capture({ sas: pair(icv(12, 16), icv(16, 32)) }) },
  {
    name: 'nothing for lengths four apart that fit no such cut',
    facts: capture({ sas: pair(icv(12, 16), icv(12, 16), { maxLength: 136 }, { maxLength: 140 }) }),
  },
  {
    name: 'nothing for different packets',
    facts: capture({ sas: pair(icv(12, 16), icv(12, 16), { minLength: 100, maxLength: 132 }, { maxLength: 136 }) }),
  },
  { name: 'nothing for two packets', facts: capture({ sas: pair(icv(12), icv(16), { packets: 2 }) }) },
]);
