import type { OpenvpnConfig } from '../config/openvpn/openvpn-config.js';
import { OPENVPN_PORT } from '../wire/openvpn/header.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip } from './shared/lines.js';
import { placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

const LABEL = 'a port for each configuration of OpenVPN';

export const check: Check<Tunnels> = {
  id: 'openvpn-same-port',
  group: 'openvpn',
  title: LABEL,
  reads: ['port, lport, local, proto of each configuration'],
  refs: ['openvpn(8): --port, --local, --nobind'],
  facts: readTunnels,
  judge(tunnels) {
    const bound = tunnels.openvpn.filter(({ localPort }) => localPort !== undefined);
    if (tunnels.openvpn.length === 0) return [unneeded(LABEL, tunnels, 'no configuration of OpenVPN', 'openvpn')];
    if (bound.length === 0) return [skip(LABEL, 'none of them binds a port')];
    const lines = bound.flatMap((config, index) => {
      const other = bound.slice(0, index).find((earlier) => collide(earlier, config));
      return other === undefined ? [] : [line(other, config)];
    });
    return lines.length > 0 ? lines : [pass(LABEL, bound.map(socketText).join(', '))];
  },
};

const protocolOf = ({ proto }: OpenvpnConfig) => (proto.value.startsWith('tcp') ? 'TCP' : 'UDP');

const socketText = (config: OpenvpnConfig) => `${protocolOf(config)} ${config.localPort?.value}`;

function collide(a: OpenvpnConfig, b: OpenvpnConfig): boolean {
  const [here, there] = [a.localAddress?.value, b.localAddress?.value];
  return socketText(a) === socketText(b) && (here === undefined || there === undefined || here === there);
}

function line(first: OpenvpnConfig, second: OpenvpnConfig): CheckLine {
  const names = `${first.file} and ${second.file}`;
  const evidence = [first, second].map((config) => {
    const { file, localPort = { value: 0, file, line: 0 } } = config;
    return { ...placeOf(localPort), text: `${socketText(config)}${localPort.line === 0 ? ' (default)' : ''}` };
  });
  return {
    status: 'warn',
    label: LABEL,
    detail: `${names}: ${socketText(second)}`,
    finding: hostFinding(check.id, {
      subject: names,
      severity: 'warning',
      confidence: 0.6,
      title: `${names} both want ${socketText(second)}`,
      cause:
        'Whichever is started second ends with "Address already in use". Nothing is wrong as long as only one of them is ever started.',
      evidence,
      fix: [
        {
          end: 'ours',
          text:
            second.role === 'server'
              ? `another port in ${second.file}:\nport ${(second.localPort?.value ?? OPENVPN_PORT) + 1}`
              : `in ${second.file}, which calls and need not be called:\nnobind`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['openvpn(8): --port, --local, --nobind'],
    }),
  };
}
