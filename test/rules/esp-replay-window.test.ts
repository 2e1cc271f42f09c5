import { rule } from '../../src/rules/esp-replay-window.js';
import { capture, sa } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const drops = (w32: number, w64: number, w128: number, w1024: number) => ({ w32, w64, w128, w1024 });

ruleCases(rule, [
  {
    name: 'says which window would do',
    facts: capture({
      sas: [sa({ packets: 1000, reordered: 80, maxReorderDistance: 180, replayDrops: drops(60, 40, 10, 0), lateFrames: [33, 44] })],
    }),
    finds: 'warning',
    says: [
      'up to 180 packets late',
      '60 of 1000 (6.0 %)',
      'replay-window=256',
      'replay_window = 256',
      'window-size 256',
      'XfrmInStateSeqError',
    ],
  },
  {
    name: 'between 32 and 64',
    facts: capture({ sas: [sa({ packets: 1000, maxReorderDistance: 40, replayDrops: drops(5, 0, 0, 0), lateFrames: [33] })] }),
    finds: 'warning',
    says: ['replay_window = 64', '32 is the default'],
  },
  {
    name: 'farther than any window: no window to set',
    facts: capture({ sas: [sa({ packets: 9000, maxReorderDistance: 8000, replayDrops: drops(5, 5, 5, 5), lateFrames: [33] })] }),
    finds: 'warning',
    says: [/^(?!.*replay_window = )/],
  },
  { name: 'nothing for reordering within 32', facts: capture({ sas: [sa({ packets: 1000, reordered: 100, maxReorderDistance: 20 })] }) },
  {
    name: 'nothing when the sender began again',
    facts: capture({ sas: [sa({ restarts: 1, maxReorderDistance: 900, replayDrops: drops(9, 9, 9, 0) })] }),
  },
]);
