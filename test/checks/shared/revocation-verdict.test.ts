import { expect, it } from 'vitest';
import type { Authorities, Credential } from '../../../src/checks/shared/credentials.js';
import { judgeRevocation } from '../../../src/checks/shared/revocation-verdict.js';
import { answer, noAnswer } from '../../../src/host/host.js';
import { parseRevocationLists, type RevocationList } from '../../../src/host/revocation-list.js';
import { certificateFile } from '../../support/certificates.js';
import { sourced } from '../../support/configured-facts.js';
import { certificates, credential } from '../../support/credential.js';

const [fresh] = parseRevocationLists(certificateFile('fresh.crl'), 'fresh.crl');
const [stale] = parseRevocationLists(certificateFile('stale.crl'), 'stale.crl');
if (fresh === undefined || stale === undefined) throw new TypeError('no lists');
const older = { ...stale, thisUpdate: new Date(0) };
const { nextUpdate: _, ...endless } = { ...stale, file: 'endless.crl' };

const NOW = new Date('2026-01-02T03:04:05Z');
const list = (...read: readonly RevocationList[]) => ({ path: '/crl', lists: answer(read) });
const none = (reason: 'missing' | 'denied' | 'failed', path = '/crl') => ({ path, lists: noAnswer(reason, `${path}: ${reason}`) });
const strict = sourced('strict', 12);
const judge = (authorities: Partial<Authorities>, changes: Partial<Credential> = {}, now = NOW) =>
  judgeRevocation(
    'cert-crl',
    credential({ ...changes, authorities: { certificates: certificates('ca.pem'), ...authorities } }),
    now,
    'list',
  );
const revoked = { certificates: answer(certificates('client.pem')) };

it.each([
  ['the newest counts, whatever the order', judge({ lists: [list(fresh), list(older)] }), 'pass fresh.crl, until 2099-01-01'],
  ['several in one file', judge({ lists: [list(older, fresh)] }), 'pass fresh.crl, until 2099-01-01'],
  ['one that never ends', judge({ lists: [list(endless)], strict }), 'pass endless.crl, until further notice'],
  ['the last moment is fresh', judge({ lists: [list(fresh)] }, {}, fresh.nextUpdate), 'pass fresh.crl, until 2099-01-01'],
  [
    'one that is shut beside one that is fresh',
    judge({ lists: [none('denied'), list(fresh)], strict }),
    'pass fresh.crl, until 2099-01-01',
  ],
  ['one of another authority', judge({ lists: [list({ ...fresh, issuer: '3000' })] }), 'skip no list, and none wanted'],
  [
    'an empty file',
    judge({ lists: [list()], strict }),
    'unknown strict: no list of O=Example, CN=Test CA on this host; whether it can be fetched was not tried',
  ],
  ['one that is gone, and wanted', judge({ lists: [none('missing', '/crl-verify.pem')], strict }), 'fail /crl-verify.pem is not there'],
  ['one that is gone, and not wanted', judge({ lists: [none('missing')] }), 'skip no list, and none wanted'],
  ['one that is no list', judge({ lists: [none('failed')] }), 'skip no list, and none wanted'],
  ['one that is shut', judge({ lists: [none('denied')] }), 'unknown /crl: denied'],
  ['no certificate', judge({ lists: [list(fresh)] }, { certificates: answer([]) }), 'unknown no certificate'],
  ['a certificate that cannot be read', judge({}, { certificates: noAnswer('denied', 'gw.pem: denied') }), 'unknown gw.pem: denied'],
])('%s', (_, { status, detail }, expected) => expect(`${status} ${detail}`).toBe(expected));

it('revoked in a list out of date is revoked', () => {
  const line = judge({ lists: [list(stale)] }, revoked);
  expect([line.status, line.finding?.code]).toEqual(['fail', 'host/cert-crl-revoked']);
});

it('says where fresh lists are asked for', () => {
  const place = (line: ReturnType<typeof judge>) => line.finding?.evidence[1];
  expect(place(judge({ lists: [list(stale)], strict }))).toMatchObject({ line: 12, text: 'fresh lists are wanted: strict' });
  expect(place(judge({ lists: [list(stale)] }))).toMatchObject({ line: 8, text: 'gw.pem' });
});
