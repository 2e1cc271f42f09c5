import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modernFiles, shownModernFile, writeModernFiles } from '../../../src/services/openvpn/modern-files.js';
import { readTunnel } from '../../../src/services/openvpn/tunnel.js';
import { systemEnvironment } from '../../../src/transport/environment.js';
import { keyFile, noFlags, probeFile, serveFile } from '../../support/openvpn-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();

async function filesOf(lines: readonly string[]) {
  const path = at('client.conf');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path, [...lines, `<secret>\n${keyFile(3)}</secret>`, ''].join('\n'));
  const { settings, remotes } = await readTunnel(noFlags, { file: path, role: 'client' }, { ask: undefined, warn: () => {} });
  if (settings.udp.mode !== 'static') throw new TypeError('no static key');
  return modernFiles(settings.udp, remotes[0], systemEnvironment);
}

describe('the modern equivalent of a static key', () => {
  it('works at both ends as it is written', async () => {
    const [ours, theirs] = await filesOf(['remote 127.0.0.1 1194', 'dev tun', 'ifconfig 10.8.0.2 10.8.0.1']);
    const { port } = await serveFile(at('other.conf'), theirs?.text ?? '');
    const { status, steps } = await probeFile(at('this.conf'), (ours?.text ?? '').replace('127.0.0.1 1194', `127.0.0.1 ${port}`));
    expect([status, steps['tls']?.status, steps['echo']?.status, steps['push']?.status]).toEqual([0, 'pass', 'pass', 'skip']);
  });

  it('is for the owner alone, and never written over', async () => {
    const files = await filesOf(['remote vpn.example.com 1195', 'dev tun', 'ifconfig 10.8.0.2 10.8.0.1', 'proto tcp-client']);
    const paths = writeModernFiles(at('modern'), files);
    expect(paths).toEqual([at('modern/this-end.conf'), at('modern/other-end.conf')]);
    expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(readFileSync(paths[0] ?? '', 'utf8')).toMatch(/^remote vpn\.example\.com 1195\n/);
    expect(() => writeModernFiles(at('modern'), files)).toThrow('is there already');
  });

  it('shows no key', async () => {
    const files = await filesOf(['remote 192.0.2.1', 'dev tun', 'ifconfig 10.8.0.2 10.8.0.1']);
    const shown = files.flatMap(shownModernFile).join('\n');
    expect(shown).not.toContain('PRIVATE KEY');
    expect(shown).toMatch(/ifconfig 10\.8\.0\.2 10\.8\.0\.1[\s\S]*ifconfig 10\.8\.0\.1 10\.8\.0\.2/);
  });
});
