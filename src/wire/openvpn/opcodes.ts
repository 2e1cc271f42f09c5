import type { Registry } from '../../bytes/registry.js';

/** Opcodes in the upper five bits of the first byte (OpenVPN protocol, `ssl_pkt.h`). */
/** No opcode of the protocol: packets of static-key mode have none. */
export const STATIC_KEY_OPCODE = 0;
export const P_CONTROL_HARD_RESET_CLIENT_V1 = 1;
export const P_CONTROL_HARD_RESET_SERVER_V1 = 2;
export const P_CONTROL_SOFT_RESET_V1 = 3;
export const P_CONTROL_V1 = 4;
export const P_ACK_V1 = 5;
export const P_DATA_V1 = 6;
export const P_CONTROL_HARD_RESET_CLIENT_V2 = 7;
export const P_CONTROL_HARD_RESET_SERVER_V2 = 8;
export const P_DATA_V2 = 9;
export const P_CONTROL_HARD_RESET_CLIENT_V3 = 10;
export const P_CONTROL_WKC_V1 = 11;

export const openvpnOpcodes: Registry = {
  [STATIC_KEY_OPCODE]: 'none (static key)',
  [P_CONTROL_HARD_RESET_CLIENT_V1]: 'P_CONTROL_HARD_RESET_CLIENT_V1',
  [P_CONTROL_HARD_RESET_SERVER_V1]: 'P_CONTROL_HARD_RESET_SERVER_V1',
  [P_CONTROL_SOFT_RESET_V1]: 'P_CONTROL_SOFT_RESET_V1',
  [P_CONTROL_V1]: 'P_CONTROL_V1',
  [P_ACK_V1]: 'P_ACK_V1',
  [P_DATA_V1]: 'P_DATA_V1',
  [P_CONTROL_HARD_RESET_CLIENT_V2]: 'P_CONTROL_HARD_RESET_CLIENT_V2',
  [P_CONTROL_HARD_RESET_SERVER_V2]: 'P_CONTROL_HARD_RESET_SERVER_V2',
  [P_DATA_V2]: 'P_DATA_V2',
  [P_CONTROL_HARD_RESET_CLIENT_V3]: 'P_CONTROL_HARD_RESET_CLIENT_V3',
  [P_CONTROL_WKC_V1]: 'P_CONTROL_WKC_V1',
};
