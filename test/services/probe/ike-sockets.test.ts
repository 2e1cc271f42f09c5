import { describe, expect, it } from 'vitest';
import { openSockets } from '../../../src/services/probe/ike-sockets.js';

describe('openSockets', () => {
  it('leaves the ports of IKE alone where this host itself is asked: it would answer itself', async () => {
    const transport = await openSockets('127.0.0.1', '127.0.0.1', { ike: 500, natt: 4500 });
    const { ike, natt } = transport.paths;
    await transport.close();
    expect([ike?.port, natt?.port]).not.toContain(500);
    expect([ike?.port, natt?.port]).not.toContain(4500);
  });
});
