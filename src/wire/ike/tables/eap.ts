import type { Registry } from '../../../bytes/registry.js';
import { numbersOf } from './numbers-of.js';

/** RFC 3748 §4, and 5, 6 of RFC 6696. */
export const EAP_CODES = {
  1: 'Request',
  2: 'Response',
  3: 'Success',
  4: 'Failure',
  5: 'Initiate',
  6: 'Finish',
} as const satisfies Registry;
/** `EAP_CODE.Success` is 3. */
export const EAP_CODE = numbersOf(EAP_CODES);

/** IANA eap-numbers "Method Types", as of 2025-06. */
export const EAP_TYPES = {
  1: 'Identity',
  2: 'Notification',
  3: 'Nak',
  4: 'MD5-Challenge',
  5: 'OTP',
  6: 'GTC',
  9: 'RSA Public Key Authentication',
  10: 'DSS Unilateral',
  11: 'KEA',
  12: 'KEA-VALIDATE',
  13: 'TLS',
  14: 'Defender Token (AXENT)',
  15: 'RSA Security SecurID EAP',
  16: 'Arcot Systems EAP',
  17: 'EAP-Cisco Wireless',
  18: 'SIM',
  19: 'SRP-SHA1',
  21: 'TTLS',
  22: 'Remote Access Service',
  23: 'AKA',
  24: 'EAP-3Com Wireless',
  25: 'PEAP',
  26: 'MSCHAPv2',
  27: 'MAKE',
  28: 'CRYPTOCard',
  29: 'MSCHAPv2 (RFC draft)',
  30: 'DynamID',
  31: 'Rob EAP',
  32: 'POTP',
  33: 'MS-Authentication-TLV',
  34: 'SentriNET',
  35: 'EAP-Actiontec Wireless',
  36: 'Cogent Systems Biometrics Authentication EAP',
  37: 'AirFortress EAP',
  38: 'TNC',
  39: 'SecureSuite',
  40: 'DeviceConnect EAP',
  41: 'SPEKE',
  42: 'MOBAC',
  43: 'FAST',
  44: 'ZLXEAP',
  45: 'EAP-Link',
  46: 'PAX',
  47: 'PSK',
  48: 'SAKE',
  49: 'IKEv2',
  50: "AKA'",
  51: 'GPSK',
  52: 'pwd',
  53: 'EKE Version 1',
  54: 'PT-EAP',
  55: 'TEAP',
  56: 'NOOB',
  57: 'CREDS',
  254: 'Expanded',
  255: 'Experimental',
} as const satisfies Registry;
/** `EAP_TYPE.Identity` is 1. */
export const EAP_TYPE = numbersOf(EAP_TYPES);

/** Opcodes of EAP-MSCHAPv2, draft-kamath-pppext-eap-mschapv2 §2. */
export const MSCHAPV2_OPCODES = {
  1: 'Challenge',
  2: 'Response',
  3: 'Success',
  4: 'Failure',
  7: 'Change-Password',
} as const satisfies Registry;
