import { expect, it } from 'vitest';
import { opensslSuites } from '../../../src/services/openvpn/suite-names.js';

it.each([
  ['TLS-ECDHE-ECDSA-WITH-CHACHA20-POLY1305-SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['TLS-RSA-WITH-AES-128-CBC-SHA256', 'AES128-SHA256'],
  ['TLS-DHE-RSA-WITH-3DES-EDE-CBC-SHA', 'DHE-RSA-DES-CBC3-SHA'],
  ['TLS-DHE-RSA-WITH-CAMELLIA-256-CBC-SHA', 'DHE-RSA-CAMELLIA256-SHA'],
  ['!TLS-RSA-WITH-AES-128-GCM-SHA256', '!AES128-GCM-SHA256'],
  ['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ['HIGH:!aNULL', 'HIGH:!aNULL'],
  ['', ''],
])('%s is %s', (written, wanted) => {
  expect(opensslSuites(written).join(':')).toBe(wanted);
});
