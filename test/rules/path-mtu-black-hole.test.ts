import { rule } from '../../src/rules/path-mtu-black-hole.js';
import { back, capture, I, R, sa } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const part = (frame: number, more = {}) => ({ frame, src: I, dst: R, protocol: 50, haveFirst: true, fragments: 1, ...more });
const there = sa({ minLength: 136, maxLength: 1384, packets: 12, bytes: 8 * 136 + 4 * 1384, pairSpi: '0xbbbb0002' });
const answers = (more = {}) => back({ packets: 8, pairSpi: '0xaaaa0001', ...more });

ruleCases(rule, [
  {
    name: 'fragments of ESP that never become whole',
    facts: capture({ incompleteDatagrams: [part(1), part(2), part(3)] }),
    finds: 'error',
    says: ['3 fragmented packets', 'only the first fragment'],
  },
  {
    name: 'of ESP in UDP',
    facts: capture({
      sas: [sa({ encapsulation: 'udp' })],
      incompleteDatagrams: [41, 42, 43].map((frame) => part(frame, { protocol: 17, srcPort: 4500, dstPort: 4500 })),
    }),
    finds: 'error',
  },
  {
    name: 'an echo whose large packets get no answer',
    facts: capture({ sas: [there, answers()] }),
    finds: 'error',
    says: ['4 ESP packets of 1384 bytes', '8 of 8 small ones', '1404 on the wire'],
  },
  {
    name: 'nothing when large ones are answered',
    facts: capture({ sas: [there, answers({ maxLength: 1384, minLength: 136, packets: 12 })] }),
  },
  { name: 'nothing for acknowledgements of another size', facts: capture({ sas: [there, answers({ minLength: 120, maxLength: 120 })] }) },
  { name: 'nothing when more came back than small ones went', facts: capture({ sas: [there, answers({ packets: 11 })] }) },
  { name: 'nothing for three lengths', facts: capture({ sas: [{ ...there, bytes: there.bytes + 7 }, answers()] }) },
  {
    name: 'nothing when most fragmented packets arrive',
    facts: capture({ sas: [sa({ ipFragmented: 500 })], incompleteDatagrams: [part(1), part(2), part(3)] }),
  },
  { name: 'nothing for two of them', facts: capture({ incompleteDatagrams: [part(1), part(2)] }) },
]);
