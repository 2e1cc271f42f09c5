import { expect, test } from 'vitest';
import { parseSocketTable } from '../../../src/host/linux/proc-sockets.js';

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

test('tables of /proc/net', () => {
  const text = `${header} 10: 0100000A:01F4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0\n 11: 0100007F:A000 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 4712 2 0\n`;
  expect(parseSocketTable(text, '07')).toEqual([{ address: '10.0.0.1', port: 500, inode: '4711' }]);
  const v6 = `${header} 1: B80D0120000000000000000001000000:1194 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 99 2 0\n`;
  expect(parseSocketTable(v6, '07')).toEqual([{ address: '2001:db8::1', port: 0x1194, inode: '99' }]);
  expect(parseSocketTable('', '07')).toEqual([]);
});
