import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identity, keyFile, probeFile, serveFile } from '../../support/openvpn-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const [server, client, stranger] = [identity('server', 'serverAuth'), identity('client', 'clientAuth'), identity('other', 'clientAuth')];
/** Questions beside the session have two seconds of their own, for client and server in this one process. */
const BUSY = { retry: 2 };
let files = 0;
const file = (name: string) => at(`${++files}-${name}`);

const serverLines = (...more: readonly string[]) =>
  [
    'dev tun',
    'server 10.9.0.0 255.255.255.0',
    'topology subnet',
    'keepalive 10 60',
    server.lines,
    `<peer-fingerprint>\n${client.fingerprint}\n</peer-fingerprint>`,
    ...more,
  ].join('\n');
const clientLines = (port: number, ...more: readonly string[]) =>
  [
    'client',
    'dev tun',
    `remote 127.0.0.1 ${port}`,
    client.lines,
    `<peer-fingerprint>\n${server.fingerprint}\n</peer-fingerprint>`,
    ...more,
  ].join('\n');
const key = (option: string, byte: number) => `<${option}>\n${keyFile(byte)}</${option}>`;

describe('probe peer with a configuration', () => {
  it('takes all steps against a server that works', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines('push "route 10.20.0.0 255.255.0.0"'));
    const { status, steps, codes, negotiated } = await probeFile(file('c.ovpn'), clientLines(port, 'verb 3', 'user nobody'), {
      connect: '10.9.0.1:80',
    });
    expect(
      Object.entries(steps)
        .filter(([, step]) => step.status !== 'pass')
        .map(([id, step]) => `${id} ${step.status}`),
    ).toEqual(['credentials skip', 'udp-datagram skip', 'keepalive skip']);
    expect(steps['push']?.details).toContain('route 10.20.0.0 255.255.0.0 (reached through the tunnel: 10.20.0.0 255.255.0.0)');
    expect(negotiated).toMatchObject({
      tls_version: 'TLSv1.3',
      cipher: 'AES-256-GCM',
      compression: 'none',
      device: 'tun',
      tunnel_address: '10.9.0.2',
    });
    expect([status, codes]).toEqual([0, []]);
  });

  it('tries several remotes in order, and says why not the first', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines());
    const lines = clientLines(port).replace('remote 127.0.0.1', 'remote 127.0.0.1 9 tcp\nremote 127.0.0.1 10\nremote 127.0.0.1');
    const { status, steps } = await probeFile(file('c.ovpn'), lines);
    expect(steps['reset']?.details.join('\n')).toMatch(
      /127\.0\.0\.1:9 \(tcp\): TCP port 9 of 127\.0\.0\.1 refuses[\s\S]*127\.0\.0\.1:10 \(udp\)/,
    );
    expect(status).toBe(0);
  });

  it('says of all remotes why not, where none answers', async () => {
    const lines = clientLines(11).replace('remote 127.0.0.1', 'remote 127.0.0.1 9 tcp\nremote 127.0.0.1 10\nremote 127.0.0.1');
    const { steps, findings, codes } = await probeFile(file('c.ovpn'), lines, { timeout: '2' });
    expect(codes).toEqual(['probe/port-unreachable']);
    expect(steps['reset']?.details).toHaveLength(2);
    expect(findings[0]?.evidence.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^step reset: UDP 11: port unreachable/),
      expect.stringMatching(/^step reset: 127\.0\.0\.1:9 \(tcp\): TCP port 9 of 127\.0\.0\.1 refuses/),
      expect.stringMatching(/^step reset: 127\.0\.0\.1:10 \(udp\): port unreachable/),
    ]);
  });

  it('stops where it is told to, and leaves nothing behind', async () => {
    const { port, server: there } = await serveFile(file('s.conf'), serverLines());
    const { steps } = await probeFile(file('c.ovpn'), clientLines(port), { until: 'tls' });
    expect([steps['tls']?.status, steps['push']?.status, steps['exit']?.status]).toEqual(['pass', 'skip', 'pass']);
    await there.until(() => there.established === 0, 3000);
    expect(there.established).toBe(0);
  });

  it.each([
    ['another direction', ['tls-auth'], 'key-direction 0', 'key-direction 0', 'openvpn/key-direction', /direction 1/],
    ['another digest', ['tls-auth'], 'key-direction 0\nauth SHA512', 'key-direction 1', 'openvpn/control-digest-mismatch', /auth SHA512/],
    ['tls-crypt here', ['tls-auth', 'tls-crypt'], 'key-direction 0', '', 'openvpn/control-wrapping-mismatch', /as tls-auth/],
    ['tls-auth here', ['tls-crypt', 'tls-auth'], '', 'key-direction 1', 'openvpn/control-wrapping-mismatch', /as tls-crypt/],
  ] as const)('%s of the control channel is found', BUSY, async (_name, [theirs, ours = theirs], there, here, code, title) => {
    const { port } = await serveFile(file('s.conf'), serverLines(key(theirs, 3), there));
    const { steps, codes, findings, status } = await probeFile(file('c.ovpn'), clientLines(port, key(ours, 3), here), { timeout: '2' });
    expect(steps['reset']?.status).toBe('fail');
    expect(codes).toEqual([code]);
    expect(findings[0]?.title).toMatch(title);
    expect(steps['tls']?.text).toBe('needs hard reset and wrapping');
    expect(status).toBe(1);
  });

  it('another key of the control channel cannot be told from a dead server', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines(key('tls-crypt', 3)));
    const { codes, findings } = await probeFile(file('c.ovpn'), clientLines(port, key('tls-crypt', 5)), { timeout: '2' });
    expect(codes).toEqual(['openvpn/reset-unanswered']);
    expect(findings[0]?.cause).toContain('every other direction, digest and wrapping');
  });

  it('a server of the other protocol is found', BUSY, async () => {
    const { port } = await serveFile(file('s.conf'), serverLines('proto tcp-server'));
    const { codes, steps } = await probeFile(file('c.ovpn'), clientLines(port), { timeout: '2' });
    expect(codes).toEqual(['probe/wrong-protocol']);
    expect(steps['reset']?.text).toContain('answers on TCP');
  });

  it('nobody on the port is said by ICMP', async () => {
    const { codes, findings } = await probeFile(file('c.ovpn'), clientLines(9), { timeout: '2' });
    expect(codes).toEqual(['probe/port-unreachable']);
    expect(findings[0]?.retest).toMatch(/^vpndoctor probe peer '?\/.+-c\.ovpn'? with the same flags$/);
    expect(findings[0]?.cause).not.toContain('OpenSSL 3');
  });

  it.each([
    [
      'a certificate that is none of ours',
      [],
      [`<peer-fingerprint>\n${stranger.fingerprint}\n</peer-fingerprint>`],
      'tls',
      'probe/openvpn-certificate-fingerprint',
    ],
    ['a certificate of a client', [], ['remote-cert-tls client'], 'tls', 'openvpn/certificate-usage'],
    ['another name', [], ['verify-x509-name CN=gateway'], 'tls', 'probe/openvpn-certificate-name'],
    ['no cipher in common', ['data-ciphers AES-128-GCM'], ['data-ciphers CHACHA20-POLY1305'], 'push', 'openvpn/cipher-mismatch'],
  ] as const)('%s', async (_name, theirs, ours, step, code) => {
    const { port } = await serveFile(file('s.conf'), serverLines(...theirs));
    const lines = ours.some((line) => line.startsWith('<peer'))
      ? clientLines(port).replace(/<peer-fingerprint>[\s\S]*/, ours.join('\n'))
      : clientLines(port, ...ours);
    const { steps, codes } = await probeFile(file('c.ovpn'), lines);
    expect(steps[step]?.status).toBe('fail');
    expect(codes).toEqual([code]);
  });

  it('what mends a certificate that is not the one wanted', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines());
    const authority = clientLines(port).replace(/<peer-fingerprint>[\s\S]*<\/peer-fingerprint>/, `<ca>\n${stranger.certificate}</ca>`);
    const { findings } = await probeFile(file('c.ovpn'), authority);
    expect(findings).toMatchObject([
      {
        code: 'probe/openvpn-certificate-issuer-unknown',
        fix: [{ end: 'ours', text: expect.stringContaining('with CN=server in it') }, {}],
      },
    ]);
    const named = await probeFile(file('c.ovpn'), clientLines(port, 'verify-x509-name gateway name'));
    expect(named.findings).toMatchObject([{ fix: [{ text: 'verify-x509-name server name, if that is the server you mean' }] }]);
  });

  it('a cipher that only cipher names works, and not with OpenVPN 2.6', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines('data-ciphers AES-256-CBC'));
    const { steps, codes } = await probeFile(file('c.ovpn'), clientLines(port, 'cipher AES-256-CBC'));
    expect(codes).toEqual(['openvpn/cipher-without-data-ciphers']);
    expect(steps['data']?.text).toMatch(/^AES-256-CBC, SHA1, /);
  });

  it.each([
    ['nothing of it in our file', 'compress lz4-v2', '', ['openvpn/pushed-compression-refused']],
    ['comp-lzo no in our file', 'comp-lzo adaptive', 'comp-lzo no', ['openvpn/pushed-compression-refused']],
    ['allowed in our file', 'compress lz4', 'allow-compression asym', ['openvpn/options-mismatch']],
    ['a line of our own', 'compress lz4', 'compress', []],
    ['framing alone', 'compress stub-v2', '', ['openvpn/options-mismatch']],
  ])('compression that is pushed works, and not with OpenVPN 2.6: %s', async (_name, line, own, expected) => {
    const { port } = await serveFile(file('s.conf'), serverLines(line, `push "${line}"`));
    const { steps, codes, findings } = await probeFile(file('c.ovpn'), clientLines(port, own), { until: 'echo' });
    expect([steps['echo']?.status, codes]).toEqual(['pass', expected]);
    const refused = expected.includes('openvpn/pushed-compression-refused');
    expect(steps['push']?.status).toBe(refused ? 'warn' : 'pass');
    if (refused) expect(findings).toMatchObject([{ title: expect.stringContaining(line) }]);
  });

  it('without anything to check the server with it shows the certificate, and tells nothing of ours', async () => {
    writeFileSync(at('kept'), 'anna\nsecret\n');
    const { port, happenings } = await serveFile(file('s.conf'), serverLines('verify-client-cert none'));
    const lines = clientLines(port, 'auth-user-pass kept').replace(/<peer-fingerprint>[\s\S]*<\/peer-fingerprint>/, '');
    const { status, steps, findings, negotiated, warnings } = await probeFile(file('c.ovpn'), lines, { authUserPass: at('kept') });
    expect(steps['tls']).toMatchObject({ status: 'unknown', text: expect.stringMatching(/^TLSv1\.3, .*CN=server, not verified$/) });
    expect(steps['tls']?.details).toContain(`SHA-256 ${server.fingerprint}`);
    expect(steps['options']).toMatchObject({ status: 'unreached', text: expect.stringContaining('--ca FILE or --peer-fingerprint') });
    expect(['credentials', 'push', 'data', 'echo'].map((id) => `${steps[id]?.status} ${steps[id]?.text}`)).toEqual(
      Array(4).fill('unreached needs options of both ends'),
    );
    expect(findings.map(({ code }) => code)).toEqual(['probe/openvpn-certificate-unverified']);
    expect(negotiated).toMatchObject({ certificate: 'CN=server' });
    expect(status).toBe(0);
    expect(warnings.join()).not.toContain('auth-user-pass');
    expect(happenings.map(({ kind }) => kind)).toContain('reset-answered');
    expect(happenings.some((one) => one.kind === 'options' || (one.kind === 'tls-up' && one.certificates.length > 0))).toBe(false);
  });

  it('pull-filter has its effect on what is pushed', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines('push "comp-lzo no"', 'comp-lzo no'));
    const filter = (action: string) => clientLines(port, `pull-filter ${action} "comp-lzo"`);
    const ignoring = await probeFile(file('c.ovpn'), filter('ignore'), { until: 'data', timeout: '3' });
    expect([ignoring.status, ignoring.codes]).toEqual([1, expect.arrayContaining(['openvpn/compression-mismatch'])]);
    const rejecting = await probeFile(file('c.ovpn'), filter('reject'), { until: 'data' });
    expect(rejecting.steps['push']?.text).toBe('our pull-filter rejects what the server pushes: comp-lzo no');
    expect(rejecting.codes[0]).toBe('probe/openvpn-push-refused');
    expect(rejecting.findings[0]?.fix.map(({ end, text }) => `${end}: ${text}`)).toEqual([
      expect.stringMatching(/^ours: .*c\.ovpn:\d+: pull-filter reject "comp-lzo" goes; or pull-filter accept "comp-lzo no" in front/),
      'theirs: or the server no longer pushes comp-lzo no',
    ]);
  });

  it('a tun-mtu that is pushed is in force at both ends', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines('tun-mtu 1400'));
    const { steps, codes } = await probeFile(file('c.ovpn'), clientLines(port), { until: 'push' });
    expect([steps['options']?.status, codes]).toEqual(['pass', []]);
    expect(steps['options']?.details.join()).toContain('tun-mtu: ours tun-mtu 1500, theirs tun-mtu 1400 (negotiated');
  });

  it('epoch keys are said', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines());
    const { steps } = await probeFile(file('c.ovpn'), clientLines(port));
    expect(steps['data']?.text).toBe('AES-256-GCM, epoch keys, no compression framing');
  });

  it('a user is let in, or refused in the words of the server', async () => {
    writeFileSync(at('users'), 'anna\nsecret\n');
    writeFileSync(at('good'), 'anna\nsecret\n');
    writeFileSync(at('bad'), 'anna\nwrong\n');
    const { port } = await serveFile(file('s.conf'), serverLines(`auth-user-pass ${at('users')}`));
    const good = await probeFile(file('c.ovpn'), clientLines(port), { authUserPass: at('good') });
    expect([good.status, good.steps['credentials']?.text]).toEqual([0, 'user "anna" is let in']);
    const bad = await probeFile(file('c.ovpn'), clientLines(port), { authUserPass: at('bad') });
    expect([bad.status, bad.steps['credentials']?.status, bad.codes]).toEqual([1, 'fail', ['openvpn/auth-failed']]);
  });

  it('compression framing of one end only is named, and the options that show it stand under it', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines('comp-lzo no', 'keepalive 1 20'));
    const { steps, findings } = await probeFile(file('c.ovpn'), clientLines(port));
    expect(steps['options']?.text).toBe('options differ in comp-lzo');
    expect(steps['data']?.status).toBe('fail');
    expect(findings).toMatchObject([{ code: 'openvpn/compression-mismatch', consequences: [{ code: 'openvpn/options-mismatch' }] }]);
  });

  it('compression framing of one end only is named where nothing comes back at all', async () => {
    const { port } = await serveFile(file('s.conf'), serverLines('comp-lzo no'));
    const { steps, findings } = await probeFile(file('c.ovpn'), clientLines(port), { timeout: '2' });
    expect(steps['data']?.text).toMatch(/the peer alone has comp-lzo or compress/);
    expect(findings).toMatchObject([{ code: 'openvpn/compression-mismatch', consequences: [{ code: 'openvpn/options-mismatch' }] }]);
  });

  it('a server that pushes ping and sends none is named', async () => {
    const lines = serverLines('push "ping 1"', 'push "ping-restart 30"').replace('keepalive 10 60\n', '');
    const { port } = await serveFile(file('s.conf'), lines);
    const { steps, codes } = await probeFile(file('c.ovpn'), clientLines(port));
    expect([steps['keepalive']?.status, codes]).toEqual(['warn', ['probe/openvpn-no-ping']]);
  });

  it('a TCP connection that is reset behind our first packet is named at once', async () => {
    const listening = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.resetAndDestroy()));
    onTestFinished(() => void listening.close());
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    const { steps, codes, findings } = await probeFile(file('c.ovpn'), clientLines(port, 'proto tcp-client'), { timeout: '20' });
    expect(steps['reset']?.text).toBe('the TCP connection was reset (ECONNRESET)');
    expect([codes, findings[0]?.title]).toEqual([['probe/tcp-closed'], expect.stringContaining('is reset')]);
  });
});

describe('a TCP connection on which TLS is cut off', () => {
  it('is named so at once, and no version of TLS is blamed', async () => {
    const { port: behind } = await serveFile(file('s.conf'), serverLines('proto tcp-server'));
    // Lets small packets through, as whoever looks for a ClientHello.
    const middle = createServer((socket) => {
      const onward = connect(behind, '127.0.0.1');
      for (const one of [socket, onward]) one.on('error', () => {}).on('close', () => onward.destroy());
      socket.on('data', (data) => (data.length > 200 ? socket.resetAndDestroy() : onward.write(data)));
      onward.on('data', (data) => socket.write(data));
    });
    onTestFinished(() => void middle.close());
    await new Promise<void>((resolve) => middle.listen(0, '127.0.0.1', resolve));
    const { port } = middle.address() as AddressInfo;
    const { steps, codes, findings } = await probeFile(file('c.ovpn'), clientLines(port, 'proto tcp-client'), { timeout: '20' });
    expect([steps['reset']?.status, steps['tls']?.text]).toEqual(['pass', 'the TCP connection was reset (ECONNRESET)']);
    expect([codes, findings[0]?.title]).toEqual([['probe/tcp-closed'], expect.stringContaining('as TLS begins')]);
  });
});

describe('probe peer with a static key', () => {
  const peer = (...more: readonly string[]) =>
    ['dev tun', 'ifconfig 10.8.0.1 10.8.0.2', 'cipher AES-256-CBC', key('secret', 3), ...more].join('\n');
  const ours = (port: number, ...more: readonly string[]) =>
    [
      `remote 127.0.0.1 ${port}`,
      'lport 0',
      'dev tun',
      'ifconfig 10.8.0.2 10.8.0.1',
      'cipher AES-256-CBC',
      key('secret', 3),
      'nobind',
      ...more,
    ].join('\n');

  it('works, with a word on the releases that refuse it', async () => {
    const { port } = await serveFile(file('s.conf'), peer());
    const { status, steps, codes, negotiated, warnings } = await probeFile(file('c.conf'), ours(port));
    expect([steps['data']?.status, steps['echo']?.status, steps['inner-path-mtu']?.status]).toEqual(['pass', 'pass', 'pass']);
    expect(negotiated).toMatchObject({ cipher: 'AES-256-CBC', digest: 'SHA1', tunnel_address: '10.8.0.2' });
    expect(codes).toEqual(['openvpn/static-key-mode']);
    expect(warnings.join('\n')).toMatch(/refused by 2\.7 without[\s\S]*removed in 2\.8/);
    expect(status).toBe(0);
  });

  it('nobody on the port may be one that does not start with its cipher', async () => {
    const lines = ours(9).replace('cipher AES-256-CBC\n', '');
    const { findings } = await probeFile(file('c.conf'), lines, { timeout: '2' });
    expect(findings).toMatchObject([
      {
        code: 'probe/port-unreachable',
        cause: expect.stringContaining('"Cipher BF-CBC not supported"'),
        evidence: [{ text: expect.stringMatching(/^step data: UDP 9/) }],
      },
    ]);
  });

  it.each([
    ['direction', 'key-direction 0', 'key-direction 0', 'openvpn/static-key-mismatch', /direction/],
    ['digest', 'auth SHA256', '', 'openvpn/static-key-mismatch', /auth: ours SHA1, theirs SHA256/],
    ['cipher', 'cipher AES-128-CBC', '', 'openvpn/static-key-mismatch', /cipher: ours AES-256-CBC, theirs AES-128-CBC/],
    ['compression', 'comp-lzo', '', 'openvpn/compression-mismatch', /compression/],
  ] as const)('another %s is found by asking in every way', BUSY, async (_name, theirs, here, code, text) => {
    const { port } = await serveFile(file('s.conf'), peer(theirs));
    const { steps, codes } = await probeFile(file('c.conf'), ours(port, here), { timeout: '4' });
    expect(steps['data']?.status).toBe('fail');
    expect(steps['data']?.text).toMatch(text);
    expect(codes).toContain(code);
  });
});
