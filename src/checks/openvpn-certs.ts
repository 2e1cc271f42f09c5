import type { Check, CheckLine } from './check.js';
import { leafOf } from './shared/certificate-chain.js';
import { judgeDates, judgeKey } from './shared/certificate-verdicts.js';
import { type Credential, readOpenvpnCredentials } from './shared/credentials.js';
import { hostFinding } from './shared/finding.js';
import { pass, unknown, unseen } from './shared/lines.js';
import { judgeRemarks, type RemarkFacts, readRemarks } from './shared/remarks.js';
import { judgeRevocation } from './shared/revocation-verdict.js';
import { placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly credentials: readonly Credential[];
  readonly remarks: RemarkFacts;
  readonly now: Date;
}

const LABEL = 'certificates of OpenVPN';
const SERVER = '1.3.6.1.5.5.7.3.1';
const CLIENT = '1.3.6.1.5.5.7.3.2';
const ANY = '2.5.29.37.0';

export const check: Check<Facts> = {
  id: 'openvpn-certs',
  group: 'openvpn',
  title: LABEL,
  reads: ['ca, cert, key, crl-verify of each configuration, as files or within it', 'remote-cert-tls'],
  refs: ['RFC 5280', 'openvpn(8): --remote-cert-tls, --crl-verify'],
  async facts(host) {
    const [tunnels, remarks] = await Promise.all([readTunnels(host), readRemarks(host)]);
    return { tunnels, remarks, credentials: await readOpenvpnCredentials(host.host, tunnels.openvpn), now: host.host.now };
  },
  judge({ tunnels, credentials, remarks, now }) {
    if (tunnels.openvpn.length === 0) return [unneeded(LABEL, tunnels, 'no configuration of OpenVPN', 'openvpn')];
    const said = judgeRemarks(remarks, {
      id: check.id,
      label: LABEL,
      roles: ['openvpn'],
      cause: () =>
        'Everybody with a certificate of the same authority, each other client too, can be the server for this client, and read what it sends.',
    }).filter(({ finding }) => finding !== undefined);
    const lines = [...credentials.flatMap((credential) => judge(credential, now)), ...said];
    return lines.length > 0
      ? lines
      : [unneeded(LABEL, tunnels, 'no configuration with a certificate (static key, fingerprint, PKCS #12 or password)', 'openvpn')];
  },
};

function judge(credential: Credential, now: Date): readonly CheckLine[] {
  const { certificates, path, subject, keys, authorities } = credential;
  const label = `certificate of ${subject}`;
  if (!certificates.ok) {
    // Files that are not there are named by the check of files.
    return [certificates.reason === 'missing' ? unknown(label, `${path} is not there`) : unseen(label, certificates)];
  }
  const wanted = authorities.lists.length > 0 || authorities.strict !== undefined;
  const listMissing = authorities.lists.some(({ lists }) => !lists.ok && lists.reason === 'missing');
  const keyMissing = keys.length > 0 && keys.every(({ key }) => !key.ok && key.reason === 'missing');
  return [
    judgeDates(check.id, credential, now, `${label}: dates`),
    ...(keyMissing || (keys.length === 0 && !credential.onToken) ? [] : [judgeKey(check.id, credential, `${label}: private key`)]),
    judgeUsage(credential, `${label}: usage`),
    ...(wanted && !listMissing ? [judgeRevocation(check.id, credential, now, `${label}: revocation list`)] : []),
  ];
}

/** The other end, with remote-cert-tls, takes it in its part alone. */
function judgeUsage(credential: Credential, label: string): CheckLine {
  const leaf = leafOf(credential);
  const { connection, source, subject, path } = credential;
  if (leaf === undefined) return unknown(label, 'no certificate');
  const usage = leaf.extendedKeyUsage;
  const isServer = connection.other.some(
    ({ key, value }) =>
      ['server', 'server-ipv6', 'server-bridge', 'tls-server'].includes(key) || (key === 'mode' && value.value === 'server'),
  );
  const isClient = connection.other.some(({ key }) => key === 'client' || key === 'tls-client');
  const [needed, part] = isServer ? [SERVER, 'server'] : [CLIENT, 'client'];
  // Servers rarely ask for it, and certificates of clients often have none at all.
  const goodClient = isClient && usage.length === 0;
  if ((!isServer && !isClient) || goodClient || usage.includes(needed) || usage.includes(ANY))
    return pass(label, isServer || isClient ? `good for a ${part}` : 'either part');
  const name = `${part}Auth`;
  return {
    status: 'warn',
    label,
    detail: `not for a ${part}: no ${name}`,
    finding: hostFinding(check.id, {
      what: 'usage',
      subject,
      severity: 'warning',
      confidence: 0.6,
      title: `the certificate of ${subject} is not for a ${part} (no ${name})`,
      cause: `With "remote-cert-tls ${part}", which is usual, the other end refuses it: "VERIFY EKU ERROR", or "Certificate does not have extended key usage extension".`,
      evidence: [
        { file: path, text: `extendedKeyUsage: ${usage.length === 0 ? 'none' : usage.join(', ')}` },
        { ...placeOf(source), text: source.value },
      ],
      fix: [{ end: 'ours', text: `have it made anew with extendedKeyUsage = ${name} (easyrsa build-${part}-full NAME)` }],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['RFC 5280 §4.2.1.12', 'openvpn(8): --remote-cert-tls'],
    }),
  };
}
