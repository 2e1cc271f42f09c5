import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../../src/bytes/reader.js';
import { keyMethodBytes, ourKeyMethod } from '../../../src/engine/openvpn/key-method-message.js';
import { decodeKeyMethod } from '../../../src/wire/openvpn/key-method.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';
import { seededBytes } from '../../support/seeded-random.js';

describe('what we say first inside TLS', () => {
  it.each(['client', 'server'] as const)('as a %s is read back', (role) => {
    const message = ourKeyMethod(openvpnSettings(role), seededBytes(1));
    const read = decodeKeyMethod(new ByteReader(keyMethodBytes(message)), role === 'client');
    expect(read.preMaster?.length).toBe(role === 'client' ? 48 : undefined);
    expect(Buffer.from(read.random1).equals(Buffer.from(read.random2))).toBe(false);
    expect(read).toMatchObject({ options: expect.stringContaining(`tls-${role}`), username: '', password: '' });
    expect(read.peerInfo?.includes('IV_VER=')).toBe(role === 'client');
  });

  it('has the credentials of a client that has some', () => {
    const message = ourKeyMethod(openvpnSettings('client'), seededBytes(1), { username: 'anna', password: 'made-for-tests' });
    expect(decodeKeyMethod(new ByteReader(keyMethodBytes(message)), true)).toMatchObject({ username: 'anna', password: 'made-for-tests' });
  });
});
