import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ServeOpenvpnFlags, serveOpenvpn } from '../../../src/services/openvpn/serve.js';
import { caughtIo, identity, keyFile, noFlags, probeFile } from '../../support/openvpn-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const [server, client] = [identity('server', 'serverAuth'), identity('client', 'clientAuth')];
const clientLines = (port: number, print = server.fingerprint) =>
  ['client', 'dev tun', `remote 127.0.0.1 ${port}`, client.lines, `<peer-fingerprint>\n${print}\n</peer-fingerprint>`].join('\n');

/** A port that is free now. */
async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return String(typeof address === 'object' && address !== null ? address.port : 0);
}

/** Runs the server until it ends by itself, with what is done meanwhile. */
async function serving(
  lines: readonly string[],
  flags: Partial<ServeOpenvpnFlags>,
  during: (port: number, io: ReturnType<typeof caughtIo>) => Promise<unknown>,
) {
  const port = await freePort();
  const file = at(`server-${port}.conf`);
  writeFileSync(file, [...lines, ''].join('\n'));
  const io = caughtIo(at(`serve-${port}`));
  const ended = serveOpenvpn(
    { ...noFlags, openvpn: file, listen: ['127.0.0.1'], pool: [], port, timeout: '20', color: false, ...flags },
    io,
  );
  await during(Number(port), io);
  return { status: await ended, text: io.text(), warnings: io.warnings };
}

const tlsLines = [
  'dev tun',
  'server 10.9.0.0 255.255.255.0',
  server.lines,
  `<peer-fingerprint>\n${client.fingerprint}\n</peer-fingerprint>`,
];

describe('serve --openvpn', () => {
  it('has a line for each step of a client, and ends with it', async () => {
    const { status, text, warnings } = await serving(tlsLines, { once: true }, (port) => probeFile(at('c.ovpn'), clientLines(port)));
    expect(text).toMatch(
      /hard reset[\s\S]*TLSv1\.3[\s\S]*CN=client[\s\S]*up: tun, 10\.9\.0\.6 given, AES-256-GCM[\s\S]*new keys, key id 1[\s\S]*says EXIT/,
    );
    expect(warnings.join('\n')).toMatch(/waiting for clients on UDP \d+/);
    expect(status).toBe(0);
  });

  it('says whom it refuses, and its status does', async () => {
    writeFileSync(at('users'), 'anna\nsecret\n');
    writeFileSync(at('bad'), 'anna\nwrong\n');
    const { status, text } = await serving([...tlsLines, `auth-user-pass ${at('users')}`], { once: true }, (port) =>
      probeFile(at('c.ovpn'), clientLines(port), { authUserPass: at('bad') }),
    );
    expect(text).toMatch(/user "anna" is refused/);
    expect(status).toBe(1);
  });

  it('one JSON object a line', async () => {
    const { text } = await serving(tlsLines, { once: true, json: true }, (port) => probeFile(at('c.ovpn'), clientLines(port)));
    const events = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly schema: string; readonly session: number; readonly event: string });
    expect(new Set(events.map(({ schema }) => schema))).toEqual(new Set(['vpndoctor/serve/1']));
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['reset-answered', 'tls-up', 'up', 'ended']));
  });

  it('one end of a static key learns its peer from the first packet; Ctrl-C ends it', async () => {
    const secret = `<secret>\n${keyFile(3)}</secret>`;
    const { status, text } = await serving(
      ['dev tun', 'ifconfig 10.8.0.1 10.8.0.2', 'cipher AES-256-CBC', secret],
      {},
      async (port, io) => {
        const lines = [`remote 127.0.0.1 ${port}`, 'nobind', 'dev tun', 'ifconfig 10.8.0.2 10.8.0.1', 'cipher AES-256-CBC', secret];
        expect((await probeFile(at('s.conf'), lines.join('\n'))).status).toBe(0);
        io.interrupt();
      },
    );
    expect(text).toMatch(/up: tun, AES-256-CBC/);
    expect(status).toBe(0);
  });

  it('is no place for the configuration of a client', async () => {
    await expect(serving(clientLines(1).split('\n'), {}, async () => {})).rejects.toThrow('is the configuration of a client');
  });
});
