import { expect, it } from 'vitest';
import { judgeRemarks, type RemarkVerdict } from '../../../src/checks/shared/remarks.js';
import type { ConfigurationFileRole } from '../../../src/host/configurations.js';
import type { ConfigRemark } from '../../../src/model/connection.js';

const verdict: RemarkVerdict = {
  id: 'conf-crlf-quoting',
  label: 'ends',
  roles: ['ipsec.conf', 'swanctl.conf', 'openvpn'],
  cause: () => 'because of what stands in the file, which is read otherwise than meant',
};
const remark = (more: Partial<ConfigRemark> = {}): ConfigRemark => ({
  file: '/etc/ipsec.conf',
  line: 3,
  severity: 'error',
  code: 'crlf',
  text: 'CR LF',
  fix: "sed -i 's/\\r$//' /etc/ipsec.conf",
  ...more,
});
const judge = (remarks: readonly ConfigRemark[], more: Partial<RemarkVerdict> = {}, role: ConfigurationFileRole = 'ipsec.conf') =>
  judgeRemarks({ files: [{ path: '/etc/ipsec.conf', role }], remarks }, { ...verdict, ...more });

it('mends line ends, which keeps the meaning of the file, and nothing else', () => {
  expect(judge([remark()])).toMatchObject([
    { status: 'fail', mend: [{ apply: "sed -i 's/\\r$//' /etc/ipsec.conf", undo: "sed -i 's/$/\\r/' /etc/ipsec.conf" }] },
  ]);
  expect(judge([remark({ code: 'byte-order-mark' })])[0]?.mend).toBeUndefined();
});

it('leaves remarks of others to them', () => {
  expect(judge([remark({ code: 'unknown-keyword' }), remark({ code: 'new-kind-of-fault' })])).toMatchObject([{ status: 'pass' }]);
  expect(judge([remark({ code: 'new-kind-of-fault' })], { id: 'conf-syntax' })).toMatchObject([{ status: 'fail' }]);
  // A file that was not read is reported as such.
  expect(judge([remark({ code: 'unreadable' })], { id: 'conf-syntax' })).toMatchObject([{ status: 'pass' }]);
});

it('knows that one code is another matter in OpenVPN', () => {
  const removed = remark({ code: 'removed-keyword' });
  expect(judge([removed], { id: 'openvpn-deprecated' }, 'openvpn')).toMatchObject([{ status: 'fail' }]);
  expect(judge([removed], { id: 'openvpn-deprecated' })).toMatchObject([{ status: 'pass' }]);
});

it('says what is no fault beside what is right', () => {
  expect(judge([remark({ severity: 'info', text: 'lines end in CR LF' })])).toMatchObject([
    { status: 'pass', detail: '/etc/ipsec.conf; /etc/ipsec.conf:3 lines end in CR LF' },
  ]);
});

it('what stands in no line is added', () => {
  const [line] = judge([remark({ code: 'missing-keyword', line: 0, fix: 'dev tun' })], { id: 'conf-syntax' });
  expect(line?.finding).toMatchObject({
    evidence: [{ file: '/etc/ipsec.conf', text: 'CR LF' }],
    fix: [{ text: 'add to /etc/ipsec.conf:\ndev tun' }],
  });
});

it.each([
  ['removed-keyword', 'nat_traversal= is not known to libreswan 4.0 and later', 'take out line 3 of /etc/ipsec.conf'],
  ['removed-keyword', 'auth= has another meaning; write phase2= instead', 'mend line 3 of /etc/ipsec.conf'],
  ['unknown-keyword', 'no such keyword', 'mend line 3 of /etc/ipsec.conf'],
])('says once what is wrong, and then what to do: %s, %s', (code, text, expected) => {
  const { fix: _, ...without } = remark({ code, text });
  const id = code === 'unknown-keyword' ? 'conf-unknown-keywords' : 'conf-obsolete-keywords';
  expect(judge([without], { id })[0]?.finding?.fix).toEqual([{ end: 'ours', text: expected }]);
});
