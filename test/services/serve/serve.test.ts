import { createSocket } from 'node:dgram';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TextOutput } from '../../../src/report/text-output.js';
import type { PeerFlags } from '../../../src/services/probe/flags.js';
import type { ProbeIo } from '../../../src/services/probe/io.js';
import { probePeer } from '../../../src/services/probe/peer.js';
import { probeScan, type ScanFlags } from '../../../src/services/probe/scan.js';
import { type ServeFlags, serve } from '../../../src/services/serve/serve.js';
import { tunnelFlagsOf } from '../../support/probe-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
let outputs = 0;

/** Where a command of this process writes. */
function caught(signal = new AbortController().signal) {
  const path = at(`output-${outputs++}`);
  const fd = openSync(path, 'w');
  const warnings: string[] = [];
  const io: ProbeIo = { output: new TextOutput(fd), isTTY: false, env: {}, signal, ask: undefined, warn: (line) => warnings.push(line) };
  return {
    io,
    warnings,
    get text() {
      return readFileSync(path, 'utf8');
    },
    close: () => closeSync(fd),
  };
}

/** `serve` on free ports of 127.0.0.1 while something is done with it. @returns what it printed, and its status */
async function whileServing<T>(
  args: readonly string[],
  act: (ports: { readonly ike: string; readonly natt: string; readonly tcp: string }, lines: () => string) => Promise<T>,
) {
  const interrupt = new AbortController();
  const out = caught(interrupt.signal);
  const flags: ServeFlags = {
    ...tunnelFlagsOf(args),
    listen: ['127.0.0.1'],
    ikePort: '0',
    nattPort: '0',
    tcp: '0',
    verbose: args.includes('-v'),
    color: false,
  };
  const served = serve(flags, out.io);
  const said = () => /UDP (\d+) and (\d+).*TCP (\d+)/.exec(out.warnings.join('\n'));
  await expect.poll(said).not.toBeNull();
  const [, ike = '', natt = '', tcp = ''] = said() ?? [];
  try {
    const result = await act({ ike, natt, tcp }, () => out.text);
    interrupt.abort();
    return { result, status: await served, text: out.text };
  } finally {
    interrupt.abort();
    await served;
    out.close();
  }
}

async function probe(args: readonly string[], over: Partial<PeerFlags>) {
  const out = caught();
  try {
    const flags: PeerFlags = { ...tunnelFlagsOf(args), color: false, timeout: '20', ...over };
    return { status: await probePeer('127.0.0.1', flags, out.io), text: out.text };
  } finally {
    out.close();
  }
}

const TS = ['--local-ts', '192.0.2.0/24', '--remote-ts', '198.51.100.0/24'];

describe('serve and probe peer, over real sockets', () => {
  it('bring a tunnel up, send traffic, rekey and delete; both say so', async () => {
    const { result, text } = await whileServing(['--psk', 'secret', '--id', '@there'], ({ ike, natt }) =>
      probe(['--psk', 'secret', '--peer-id', '@there', ...TS], { ikePort: ike, nattPort: natt, ping: '198.51.100.1' }),
    );
    expect(result.text).toMatch(/echo through the tunnel \.+ \[OK\]/);
    expect(result.status, result.text).toBe(0);
    for (const line of [
      /IKE SA: chosen AES_GCM_16_256/,
      /authentication of the peer valid/,
      /CHILD_SA up: 198\.51\.100\.0\/24/,
      /CHILD_SA rekeyed/,
      /IKE SA rekeyed/,
      /IKE SA deleted by the peer/,
    ]) {
      expect(text).toMatch(line);
    }
  });

  it('over TCP', async () => {
    const { result } = await whileServing(['--psk', 'secret'], ({ tcp }) =>
      probe(['--psk', 'secret', ...TS], { tcp, ping: '198.51.100.1' }),
    );
    expect(result.text).toMatch(/UDP 500 \.+ \[SKIP\]/);
    expect(result.status, result.text).toBe(0);
  });

  it('name the same refusal at both ends', async () => {
    const { result, text } = await whileServing(['--psk', 'one'], ({ ike, natt }) =>
      probe(['--psk', 'other'], { ikePort: ike, nattPort: natt }),
    );
    expect(result.status).toBe(1);
    expect(result.text).toContain('probe/authentication-refused');
    expect(text).toMatch(/authentication of the peer invalid/);
    expect(text).toMatch(/IKE SA ended: the MAC/);
  });

  it('a flood of strangers is not printed line by line', async () => {
    const { text } = await whileServing(['--psk', 'secret'], async ({ ike }, lines) => {
      const socket = createSocket('udp4');
      for (let i = 0; i < 2000; i++) socket.send(Uint8Array.of(1, 2, 3), Number(ike), '127.0.0.1');
      await expect.poll(() => lines().match(/ignored/g)?.length).toBeGreaterThan(10);
      await new Promise((resolve) => setTimeout(resolve, 300));
      socket.close();
    });
    expect(text.match(/ignored/g)?.length).toBeLessThan(100);
  });

  it('several at once, each by its own SPI', async () => {
    const { result, text } = await whileServing(['--psk', 'secret'], ({ ike, natt }) =>
      Promise.all(
        Array.from({ length: 5 }, () =>
          probe(['--psk', 'secret', ...TS], { ikePort: ike, nattPort: natt, until: 'echo', ping: '198.51.100.1' }),
        ),
      ),
    );
    expect(result.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0]);
    expect(new Set([...text.matchAll(/([0-9a-f]{8}) {2}IKE SA up/g)].map(([, spi]) => spi)).size).toBe(5);
  });

  it('--psk-file and --json', async () => {
    writeFileSync(at('psk'), '0x736563726574\n');
    const { result } = await whileServing(['--psk', 'secret'], ({ ike, natt }) =>
      probe(['--psk-file', at('psk'), ...TS], { ikePort: ike, nattPort: natt, until: 'child', json: true }),
    );
    expect(JSON.parse(result.text)).toMatchObject({ schema: 'vpndoctor/probe/1', verdict: { status: 'pass' } });
  });
});

describe('probe scan', () => {
  async function scan(over: Partial<ScanFlags>) {
    const out = caught();
    try {
      const flags: ScanFlags = { color: false, rate: '100', timeout: '10', json: true, ...over };
      return { status: await probeScan('127.0.0.1', flags, out.io), record: JSON.parse(out.text) as Record<string, unknown> };
    } finally {
      out.close();
    }
  }

  it('finds exactly what is accepted', async () => {
    const ike = 'aes128gcm16-prfsha384-ecp384,aes256-3des-sha256-md5-modp2048-modp1024';
    const { result } = await whileServing(['--psk', 'secret', '--ike', ike], ({ ike: port }) => scan({ ikePort: port }));
    expect(result.record).toMatchObject({ schema: 'vpndoctor/scan/1', outcome: 'answered', unanswered: [] });
    const names = (result.record['accepted'] as Record<string, { name: string }[]>) ?? {};
    expect(names['encr']?.map(({ name }) => name)).toEqual(['3DES', 'AES_CBC_256', 'AES_GCM_16_128']);
    expect(names['prf']?.map(({ name }) => name)).toEqual(['PRF_HMAC_MD5', 'PRF_HMAC_SHA2_256', 'PRF_HMAC_SHA2_384']);
    expect(names['integ']?.map(({ name }) => name)).toEqual(['AUTH_HMAC_MD5_96', 'AUTH_HMAC_SHA2_256_128']);
    expect(names['ke']?.map(({ name }) => name)).toEqual(['MODP_1024', 'MODP_2048', 'ECP_384']);
    expect(result.record['messages']).toBeLessThan(100);
    expect(result.status).toBe(1);
  });

  it('finds additional key exchanges that must be', async () => {
    const ike = 'aes128-sha256-ecp256-ke1_mlkem768-ke1_mlkem512';
    const { result } = await whileServing(['--psk', 'secret', '--ike', ike], ({ ike: port }) => scan({ ikePort: port }));
    const names = (result.record['accepted'] as Record<string, { name: string; grade: string }[]>) ?? {};
    expect(names['ke']?.map(({ name }) => name)).toEqual(['ECP_256']);
    expect(names['addke1']?.map(({ name }) => name)).toEqual(['KE1_ML_KEM_512', 'KE1_ML_KEM_768']);
  });

  it('says when nobody answers', async () => {
    const { status, record } = await scan({ ikePort: '9', timeout: '1' });
    expect([status, record['outcome']]).toEqual([2, 'silent']);
  });

  it.each([{ rate: '0' }, { rate: 'fast' }, { ikePort: '70000' }, { ipv4: true, ipv6: true }])('refuses %j', async (over) => {
    await expect(scan(over)).rejects.toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});

describe('what cannot be', () => {
  it('serve with one port for both', async () => {
    const out = caught();
    const flags: ServeFlags = { ...tunnelFlagsOf(['--psk', 'x']), listen: ['127.0.0.1'], ikePort: '5500', nattPort: '5500', color: false };
    await expect(serve(flags, out.io)).rejects.toThrow(/both 5500/);
    out.close();
  });

  it.each<[string, readonly string[], Partial<ServeFlags>, RegExp]>([
    ['networks that nobody named', [], { tun: 'vpn0' }, /--tun without networks that initiators may bring/],
    ['transport mode', ['--transport-mode'], { tun: 'vpn0' }, /--tun and --transport-mode exclude each other/],
    ['no name of an interface', ['--remote-ts', '10.1.0.0/16'], { tun: 'a b' }, /"a b" cannot be the name of an interface/],
  ])('serve --tun with %s', async (_name, args, over, message) => {
    const out = caught();
    const flags: ServeFlags = {
      ...tunnelFlagsOf(['--psk', 'x', ...args]),
      listen: ['127.0.0.1'],
      ikePort: '0',
      nattPort: '0',
      color: false,
    };
    await expect(serve({ ...flags, ...over }, out.io)).rejects.toThrow(message);
    out.close();
  });

  it.each<[Partial<PeerFlags>, RegExp]>([
    [{ until: 'phase1' }, /--until phase1 is not a step/],
    [{ ipv4: true, ipv6: true }, /exclude each other/],
    [{ ping: 'gw' }, /--ping gw is not an address/],
    [{ tun: '' }, /"" cannot be the name of an interface/],
    [{ tun: 'a-name-too-long-for-linux' }, /cannot be the name/],
    [{ source: '192.0.2.77' }, /has no such address/],
  ])('%j', async (over, message) => {
    await expect(probe(['--psk', 'x'], over)).rejects.toThrow(message);
  });

  it('a name that does not resolve is a step that fails', async () => {
    const out = caught();
    const status = await probePeer('no-such-host.invalid', { ...tunnelFlagsOf([]), color: false }, out.io);
    expect(out.text).toMatch(/resolve \.+ \[FAIL\]/);
    expect(out.text).toContain('probe/name-not-resolved');
    expect(status).toBe(1);
    out.close();
  });
});
