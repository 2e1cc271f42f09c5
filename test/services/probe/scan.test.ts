import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { TextOutput } from '../../../src/report/text-output.js';
import type { ProbeIo } from '../../../src/services/probe/io.js';
import { probeScan, type ScanFlags } from '../../../src/services/probe/scan.js';
import { ServeEndpoint } from '../../../src/services/serve/endpoint.js';
import { responderSettings } from '../../../src/services/settings/from-flags.js';
import { systemClock } from '../../../src/transport/clock.js';
import { openUdp } from '../../../src/transport/udp.js';
import { V2 } from '../../../src/wire/ike/tables/payload-types.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const HOST = '127.0.0.1';
const at = temporaryFolder();
const environment = { random: (length: number) => new Uint8Array(randomBytes(length)), date: () => Date.now() };

interface Record {
  readonly outcome?: string;
  readonly accepted?: unknown;
  readonly messages?: number;
  readonly ikev1?: {
    readonly outcome: string;
    readonly combinations: readonly string[];
    readonly aggressive: { readonly outcome: string; readonly peer_id?: string; readonly shows_hash: boolean };
    readonly messages: number;
  };
}

const ioTo = (fd: number, signal = new AbortController().signal): ProbeIo => ({
  output: new TextOutput(fd),
  isTTY: false,
  env: {},
  signal,
  ask: undefined,
  warn: () => {},
});

/** Scans our own responder over loopback. `afterAnswer` is called with the number of each of its answers. */
async function scanned(
  serve: readonly string[],
  flags: Partial<ScanFlags> = {},
  signal?: AbortSignal,
  afterAnswer: (number: number, bytes: Uint8Array) => void = () => {},
): Promise<{ status: number; record: Record }> {
  const args = tunnelFlagsOf(['--psk', 'secret', '--id', 'gateway.example', ...serve]);
  const { settings, ikev1 } = await responderSettings(args, 4, { first: 500, patience: 20_000 }, { ask: undefined, warn: () => {} });
  const transport = await openUdp({ addresses: [HOST], ports: { ike: 0, natt: 0 } });
  const send = transport.sendMessage.bind(transport);
  let answers = 0;
  transport.sendMessage = (...message) => {
    send(...message);
    afterAnswer(++answers, message[1]);
  };
  const server = new ServeEndpoint({
    transport,
    endpoint: { settings: { ...settings, paths: {} }, accept: true, ...(ikev1 === undefined ? {} : { ikev1 }) },
    environment,
    clock: systemClock,
  });
  const fd = openSync(at('output'), 'w');
  try {
    const port = `${server.paths.ike?.port}`;
    const status = await probeScan(
      HOST,
      { ikePort: port, rate: '100', timeout: '10', json: true, color: false, ...flags },
      ioTo(fd, signal),
    );
    return { status, record: JSON.parse(readFileSync(at('output'), 'utf8')) as Record };
  } finally {
    closeSync(fd);
    await server.close(0);
  }
}

describe('probe scan of our own responder', () => {
  it('IKEv1: every combination of both modes, and no other', async () => {
    const { status, record } = await scanned(['--ikev1', '--ike', '3des-md5-modp1024,aes256-sha256-modp2048'], { ikev1: true });
    expect(record.outcome).toBeUndefined();
    expect([...(record.ikev1?.combinations ?? [])].sort()).toEqual(['3DES_CBC/MD5/PSK/MODP_1024', 'AES_CBC_256/SHA2_256/PSK/MODP_2048']);
    expect(record.ikev1?.aggressive).toMatchObject({ outcome: 'answered', peer_id: 'gateway.example', shows_hash: true });
    expect(record.ikev1?.messages).toBeLessThan(100);
    expect(status).toBe(1);
  }, 30_000);

  it('both versions: IKEv2 at the top, IKEv1 is not spoken', async () => {
    const { status, record } = await scanned(['--ike', 'aes256gcm16-prfsha256-ecp256']);
    expect(record).toMatchObject({ outcome: 'answered', accepted: { encr: [{ name: 'AES_GCM_16_256' }] } });
    expect(record.ikev1?.outcome).not.toBe('answered');
    expect(status).toBe(0);
  }, 30_000);

  it('leaves nothing half-open but at the first choice, whatever group the peer takes', async () => {
    let halfOpen = 0;
    const { status, record } = await scanned(
      ['--ike', '3des-md5-modp768,aes128-sha256-modp1536'],
      { ikev2: true },
      undefined,
      (_, bytes) => {
        if (bytes[16] === V2.SA) halfOpen++;
      },
    );
    expect(record.accepted).toMatchObject({
      encr: [{ name: '3DES' }, { name: 'AES_CBC_128' }],
      ke: [{ name: 'MODP_768' }, { name: 'MODP_1536' }],
    });
    // The group of the other proposal is known when it was taken once.
    expect(halfOpen).toBeLessThanOrEqual(2);
    expect(status).toBe(1);
  }, 30_000);

  it('takes the first choice for accepted, and says so where nothing else is answered', async () => {
    const interrupt = new AbortController();
    const { status, record } = await scanned(['--ike', '3des-md5-modp768'], { ikev2: true }, interrupt.signal, (number) => {
      if (number === 3) interrupt.abort();
    });
    expect([status, record.accepted]).toEqual([1, expect.objectContaining({ encr: [expect.objectContaining({ name: '3DES' })] })]);
  }, 30_000);

  it('one version alone', async () => {
    const { record } = await scanned(['--ike', 'aes256gcm16-prfsha256-ecp256'], { ikev2: true });
    expect(record.ikev1).toBeUndefined();
  }, 30_000);

  it('a port that nobody has is no silence', async () => {
    const fd = openSync(at('closed'), 'w');
    const flags = { ikePort: '1', rate: '100', timeout: '1', json: true, color: false };
    expect(await probeScan(HOST, flags, ioTo(fd))).toBe(2);
    closeSync(fd);
    expect(JSON.parse(readFileSync(at('closed'), 'utf8'))).toMatchObject({ path_error: expect.stringMatching(/^UDP 1: port unreachable/) });
  });

  it('cut short, it has not found that nothing weak is accepted', async () => {
    const interrupt = new AbortController();
    const serve = ['--ikev1', '--ike', 'aes256-sha256-modp2048,aes128-sha256-modp2048'];
    const { status, record } = await scanned(serve, { ikev1: true, rate: '5' }, interrupt.signal, (number) => {
      if (number === 3) interrupt.abort();
    });
    expect([status, record.ikev1]).toEqual([2, expect.objectContaining({ outcome: 'answered', interrupted: true })]);
  });

  it.each<[string, Partial<ScanFlags>]>([
    ['both versions', { ikev1: true, ikev2: true }],
    ['a name in IKEv2', { ikev2: true, id: 'me' }],
    ['no rate', { rate: '0' }],
    ['no time', { backOff: 'long' }],
  ])('refuses %s', (_, flags) => expect(probeScan(HOST, { color: false, ...flags }, ioTo(1))).rejects.toThrow(UsageError));

  it('names the flag that is wrong', () =>
    expect(probeScan(HOST, { color: false, backOff: 'long' }, ioTo(1))).rejects.toThrow('--back-off long is not a time'));
});
