import { describe, expect, it } from 'vitest';
import { handshakeFailure, verifyFailure } from '../../src/transport/tls-words.js';

describe('verifyFailure', () => {
  it.each([
    ['CERT_HAS_EXPIRED', 'CN=gw', "the peer's certificate (CN=gw) has expired"],
    ['SOMETHING_NEW', 'CN=gw', "the peer's certificate (CN=gw) fails with SOMETHING_NEW"],
    ['UNABLE_TO_GET_ISSUER_CERT', undefined, 'the peer showed no certificate'],
  ])('%s %s', (code, subject, reason) => expect(verifyFailure(code, subject)).toEqual({ reason, refusedBy: 'us' }));
});

describe('handshakeFailure', () => {
  it.each([
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'TLS alert "unknown ca"', 'peer'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'TLS alert "certificate expired"', 'peer'],
    ['ERR_SSL_NO_SHARED_CIPHER', 'no shared cipher', 'us'],
    ['ECONNRESET', 'the message', 'us'],
  ])('%s', (code, reason, refusedBy) => {
    expect(handshakeFailure(Object.assign(new Error('the message'), { code }))).toEqual({ reason, refusedBy });
  });
});
