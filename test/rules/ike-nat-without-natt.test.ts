import { rule } from '../../src/rules/ike-nat-without-natt.js';
import { back, capture, MAIN_AND_QUICK, sa, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const fromPort = MAIN_AND_QUICK.map((row) => (row.from === 'i' ? { ...row, srcPort: 61000 } : row));
const natt = { vendorIds: { initiator: ['RFC 3947 NAT-T'], responder: [] } };

/** IKEv2 behind a NAT: IKE_SA_INIT with the responder's detection or without, IKE_AUTH through this port. */
const detected = { checked: true, floated: false, initiatorBehindNat: true, text: 'initiator behind NAT' } as const;
const ikev2 = (port: number, payloads = ['SA', 'KE', 'Nonce'], n: readonly number[] = [16388, 16389]) =>
  session(
    [
      { from: 'i', t: 0, x: 'INIT', n: [16388, 16389] },
      { from: 'r', t: 0.1, x: 'INIT', payloads, n },
      { from: 'i', t: 0.2, x: 'AUTH', port },
    ],
    { nat: detected },
  );

ruleCases(rule, [
  {
    name: 'another source port, ESP one way',
    facts: capture({ sessions: [session(fromPort)], sas: [sa()] }),
    finds: 'error',
    says: ['from port 61000 instead of 500', 'from the initiator only', 'nat_traversal=yes'],
  },
  {
    name: 'the end that did not announce it is named',
    facts: capture({ sessions: [session(fromPort, natt)] }),
    finds: 'warning',
    says: ['responder 203.0.113.2 did not announce it'],
  },
  {
    name: 'an identity that is not the address',
    facts: capture({
      sessions: [session(MAIN_AND_QUICK, { identityInitiator: { type: 'ID_IPV4_ADDR', value: '10.0.0.5' } })],
      sas: [sa()],
    }),
    finds: 'error',
    says: ['calls itself 10.0.0.5'],
  },
  { name: 'nothing when ESP passes both ways', facts: capture({ sessions: [session(fromPort)], sas: [sa(), back()] }) },
  {
    name: 'nothing when it floated',
    facts: capture({ sessions: [session(fromPort, { nat: { checked: true, floated: true, method: 'RFC 3947', text: '' } })], sas: [sa()] }),
  },
  {
    name: 'IKEv2: an initiator that saw the NAT and stays',
    facts: capture({ sessions: [ikev2(500)] }),
    finds: 'warning',
    says: ['initiator 192.0.2.1 stays on UDP 500'],
  },
  {
    name: 'IKEv2: a responder without NAT detection',
    facts: capture({ sessions: [ikev2(500, ['SA', 'KE', 'Nonce'], [])] }),
    finds: 'warning',
    says: ['responder 203.0.113.2 did not announce it'],
  },
  {
    name: 'nothing when IKE_AUTH went to 4500, wherever it stands in the file',
    facts: capture({ sessions: [ikev2(4500)] }),
  },
  {
    name: 'nothing after IKE_SA_INIT alone: nobody moves before IKE_AUTH',
    facts: capture({
      sessions: [
        session(
          [
            { from: 'i', t: 0, x: 'INIT' },
            { from: 'r', t: 0.1, x: 'INIT', payloads: ['SA', 'KE', 'Nonce'] },
          ],
          { nat: detected },
        ),
      ],
    }),
  },
  { name: 'nothing without a sign of a NAT', facts: capture({ sessions: [session(MAIN_AND_QUICK)], sas: [sa()] }) },
]);
