import { isCharonLog, readCharonLog } from './charon-log.js';
import { KeyRing } from './key-ring.js';
import { readKeysJson } from './keys-json.js';
import { holdsOpenvpnKeys, isKeyLogLine, readKeyLogLine, readOpenvpnKeys } from './openvpn-keys.js';
import { isOpenvpnLog, readOpenvpnLog } from './openvpn-log.js';
import { noteRefusals } from './source-lines.js';
import { isTcpdumpSecret, readTcpdumpSecret } from './tcpdump-secrets.js';
import { readTableLine } from './wireshark-tables.js';
import { readXfrmState } from './xfrm-state.js';

/** What a text with keys is. `tables`: lines of Wireshark's tables and of tcpdump's secrets, mixed as people have them. */
export type KeySource = 'keys-json' | 'openvpn' | 'openvpn-log' | 'xfrm-state' | 'charon-log' | 'tables';

export function detectKeySource(text: string): KeySource {
  if (/^\s*\{/.test(text)) return 'keys-json';
  if (holdsOpenvpnKeys(text)) return 'openvpn';
  if (/\bproto (esp|ah) spi 0x/.test(text)) return 'xfrm-state';
  if (isCharonLog(text)) return 'charon-log';
  if (isOpenvpnLog(text)) return 'openvpn-log';
  return 'tables';
}

/**
 * Keys out of a text of any kind we know: Wireshark's `ikev1_decryption_table`, `ikev2_decryption_table` and `esp_sa`, tcpdump's `-E`
 * secrets, `ip xfrm state`, charon's log at level 4, our `keys.json`, key files of OpenVPN (by themselves or
 * in a configuration), its log with verb 7 or more, and NSS key logs of its TLS. `file` is the name for notes. What was not understood is in
 * `notes`; throws `UsageError` only for broken JSON.
 */
export function readKeys(text: string, file: string): KeyRing {
  const source = detectKeySource(text);
  if (source === 'keys-json') return readKeysJson(text, file);
  if (source === 'xfrm-state') return readXfrmState(text, file);
  if (source === 'charon-log') return readCharonLog(text, file);
  const ring = new KeyRing();
  if (source === 'openvpn') {
    noteRefusals(ring, { file, line: 1 }, () => readOpenvpnKeys(ring.openvpn, text));
    return ring;
  }
  if (source === 'openvpn-log') {
    ring.openvpn.logged.push(...readOpenvpnLog(text));
    return ring;
  }
  for (const [i, whole] of text.split('\n').entries()) {
    const line = whole.trim();
    if (line === '' || line.startsWith('#')) continue;
    const origin = { file, line: i + 1 };
    if (isKeyLogLine(line)) {
      readKeyLogLine(ring.openvpn, line);
      continue;
    }
    noteRefusals(ring, origin, () => (isTcpdumpSecret(line) ? readTcpdumpSecret(ring, line, origin) : readTableLine(ring, line, origin)));
  }
  if (ring.isEmpty && ring.notes.length === 0) ring.notes.push({ file, line: 1, text: 'no keys in it' });
  return ring;
}
