/**
 * Vendor ids that are known, as of 2026-11. Many are the MD5 of a string, whole or its first bytes: `md5Of` is that string.
 * Observed ones without an explanation are hex only.
 */

/** What may follow the bytes of the table, and how to read it. Without one the vendor id ends there. */
export type VendorIdForm =
  /** Major and minor version, a byte each. */
  | 'version'
  /** 0x0407 is 4.0.7. */
  | 'concentrator'
  /** Capability bits, or nothing. */
  | 'fragmentation'
  /** A version number of Windows. */
  | 'windows'
  /** Product, version, time, feature bits: five words. */
  | 'checkpoint'
  /** Major version and build of FortiOS. */
  | 'fortigate'
  /** Two words; the second is the version of ScreenOS. */
  | 'screenos'
  /** A word. */
  | 'number'
  /** Printable text to the end. */
  | 'text'
  /** Printable text somewhere in it. */
  | 'embedded-text'
  /** As many bytes as a message was to be longer. */
  | 'padding'
  /** Bytes of unknown meaning, or nothing. */
  | 'hex';

export interface KnownVendorId {
  /** The bytes it starts with. */
  readonly hex: string;
  readonly name: string;
  /** `hex` is the MD5 of this, or begins it. */
  readonly md5Of?: string;
  readonly form?: VendorIdForm;
}

export const KNOWN_VENDOR_IDS: readonly KnownVendorId[] = [
  { hex: '4a131c81070358455c5728f20e95452f', name: 'RFC 3947 NAT-T', md5Of: 'RFC 3947' },
  { hex: '4485152d18b6bbcd0be8a8469579ddcc', name: 'draft-ietf-ipsec-nat-t-ike-00', md5Of: 'draft-ietf-ipsec-nat-t-ike-00' },
  { hex: '16f6ca16e4a4066d83821a0f0aeaa862', name: 'draft-ietf-ipsec-nat-t-ike-01', md5Of: 'draft-ietf-ipsec-nat-t-ike-01' },
  { hex: 'cd60464335df21f87cfdb2fc68b6a448', name: 'draft-ietf-ipsec-nat-t-ike-02', md5Of: 'draft-ietf-ipsec-nat-t-ike-02' },
  { hex: '7d9419a65310ca6f2c179d9215529d56', name: 'draft-ietf-ipsec-nat-t-ike-03', md5Of: 'draft-ietf-ipsec-nat-t-ike-03' },
  { hex: '9909b64eed937c6573de52ace952fa6b', name: 'draft-ietf-ipsec-nat-t-ike-04', md5Of: 'draft-ietf-ipsec-nat-t-ike-04' },
  { hex: '80d0bb3def54565ee84645d4c85ce3ee', name: 'draft-ietf-ipsec-nat-t-ike-05', md5Of: 'draft-ietf-ipsec-nat-t-ike-05' },
  { hex: '4d1e0e136deafa34c4f3ea9f02ec7285', name: 'draft-ietf-ipsec-nat-t-ike-06', md5Of: 'draft-ietf-ipsec-nat-t-ike-06' },
  { hex: '439b59f8ba676c4c7737ae22eab8f582', name: 'draft-ietf-ipsec-nat-t-ike-07', md5Of: 'draft-ietf-ipsec-nat-t-ike-07' },
  { hex: '8f8d83826d246b6fc7a8a6a428c11de8', name: 'draft-ietf-ipsec-nat-t-ike-08', md5Of: 'draft-ietf-ipsec-nat-t-ike-08' },
  { hex: '42ea5b6f898d9773a575df26e7dd19e1', name: 'draft-ietf-ipsec-nat-t-ike-09', md5Of: 'draft-ietf-ipsec-nat-t-ike-09' },
  {
    hex: '90cb80913ebb696e086381b5ec427b1f',
    name: 'draft-ietf-ipsec-nat-t-ike-02 (with newline)',
    md5Of: 'draft-ietf-ipsec-nat-t-ike-02\n',
  },
  { hex: '4df37928e9fc4fd1b3262170d515c662', name: 'draft-ietf-ipsec-nat-t-ike', md5Of: 'draft-ietf-ipsec-nat-t-ike' },
  {
    hex: '27bab5dc01ea0760ea4e3190ac27c0d0',
    name: 'draft-stenberg-ipsec-nat-traversal-01',
    md5Of: 'draft-stenberg-ipsec-nat-traversal-01',
  },
  {
    hex: '6105c422e76847e43f9684801292aecd',
    name: 'draft-stenberg-ipsec-nat-traversal-02',
    md5Of: 'draft-stenberg-ipsec-nat-traversal-02',
  },
  { hex: '6a7434c19d7e36348090a02334c9c805', name: 'draft-huttunen-ipsec-esp-in-udp-00', md5Of: 'draft-huttunen-ipsec-esp-in-udp-00.txt' },
  { hex: '50760f624c63e5c53eea386c685ca083', name: 'ESPThruNAT (draft-huttunen-ipsec-esp-in-udp-01)', md5Of: 'ESPThruNAT' },
  { hex: '810fa565f8ab14369105d706fbd57279', name: 'RFC XXXX (NAT-T draft)', md5Of: 'RFC XXXX' },
  { hex: 'c40fee00d5d39ddb1fc762e09b7cfea7', name: 'Testing NAT-T RFC', md5Of: 'Testing NAT-T RFC' },
  { hex: 'afcad71368a1f1c96b8696fc7757', name: 'Dead Peer Detection (RFC 3706)', md5Of: 'CISCO-DEAD-PEER-DETECTION', form: 'version' },
  { hex: '09002689dfd6b712', name: 'XAUTH', md5Of: 'draft-ietf-ipsra-isakmp-xauth-06.txt' },
  { hex: '12f5f28c457168a9702d9fe274cc', name: 'Cisco Unity', md5Of: 'CISCO-UNITY', form: 'version' },
  { hex: '1f07f70eaa6514d3b0fa96542a50', name: 'Cisco VPN Concentrator, PIX or ASA', md5Of: 'ALTIGA GATEWAY', form: 'concentrator' },
  { hex: 'f6f7efc7f5aeb8cb158cb9d094ba69e7', name: 'Cisco VPN 3000 client', md5Of: 'ALTIGA NETWORKS' },
  { hex: '4048b7d56ebce88525e7de7f00d6c2d3', name: 'IKE fragmentation', md5Of: 'FRAGMENTATION', form: 'fragmentation' },
  { hex: '434953434f2d44454c4554452d524541534f4e', name: 'Cisco Delete Reason supported' },
  { hex: '434953434f2d44594e414d49432d524f555445', name: 'Cisco Dynamic Route supported' },
  { hex: '434953434f56504e2d5245562d', name: 'Cisco VPN revision', form: 'text' },
  { hex: '464c455856504e2d535550504f52544544', name: 'Cisco FlexVPN supported' },
  { hex: '434953434f28434f505952494748542926', name: 'Cisco', form: 'text' },
  { hex: '1e2b516905991c7d7c96fcbfb587e461', name: 'Microsoft Windows', md5Of: 'MS NT5 ISAKMPOAKLEY', form: 'windows' },
  { hex: '01528bbbc00696121849ab9a1c5b2a51', name: 'Microsoft Windows 8 or later', form: 'number' },
  { hex: '26244d38eddb61b3172a36e3d0cfb819', name: 'Microsoft Initial Contact', md5Of: 'Vid-Initial-Contact' },
  { hex: 'fb1de3cdf341b7ea16b7e5be0855f120', name: 'Microsoft Negotiation Discovery', md5Of: 'MS-Negotiation Discovery Capable' },
  { hex: '4d532d4e65676f74696174696f6e20446973636f766572792043617061626c65', name: 'Microsoft Negotiation Discovery (as text)' },
  { hex: '214ca4faffa7f32d6748e5303395ae83', name: 'Microsoft AuthIP', md5Of: 'MS-MamieExists' },
  { hex: 'e3a5966a76379fe707228231e5ce8652', name: 'Microsoft IKE CGA version 1', md5Of: 'IKE CGA version 1' },
  { hex: '72872b95fcda2eb708efe322119b4971', name: 'Microsoft Network Load Balancing', md5Of: 'NLBS_PRESENT' },
  { hex: '686a8cbdfe634b405146fb2baf33e9e8', name: 'Microsoft IPsec security realm', md5Of: 'MSFT IPsec Security Realm Id', form: 'hex' },
  { hex: '8aa394cf8a5577dc3110c113b027a4f2', name: 'Microsoft Xbox One 2013', md5Of: 'Microsoft Xbox One 2013' },
  { hex: '660822b3a73a244149578d62e0eb46a0', name: 'Microsoft Xbox IKEv2 negotiation' },
  { hex: 'ad2c0dd0b9c32083ccba25b8861ec455', name: 'GSS-API authentication', md5Of: 'A GSS-API Authentication Method for IKE' },
  {
    hex: 'b46d8914f3aaa3f2fedeb7c7db2943ca',
    name: 'GSS-API authentication (with newline)',
    md5Of: 'A GSS-API Authentication Method for IKE\n',
  },
  { hex: '621b04bb09882ac1e15935fefa24aeee', name: 'GSSAPI', md5Of: 'GSSAPI' },
  { hex: '882fe56d6fd20dbc2251613b2ebe5beb', name: 'strongSwan', md5Of: 'strongSwan' },
  { hex: '7003cbc1097dbe9c2600ba6983bc8b35', name: 'KAME racoon', md5Of: 'KAME/racoon' },
  { hex: '9826c552791aa1800ca6ff33aaf1e83b', name: 'OpenBSD isakmpd', md5Of: 'OpenBSD-6.3' },
  { hex: '6c0dcd481deae8ae0b0a68384b3072f9', name: 'OpenBSD isakmpd (4.0)', md5Of: 'OpenBSD-4.0' },
  { hex: '76706e646f63746f723a2070616464696e67', name: 'vpndoctor: padding', form: 'padding' },
  { hex: '4f70656e494b45442d', name: 'OpenIKED', form: 'text' },
  { hex: '4f452d4c696272657377616e2d', name: 'Libreswan', form: 'text' },
  { hex: '4f70706f7274756e6973746963204950736563', name: 'Libreswan opportunistic IPsec' },
  { hex: '4d6163204f53582031302e78', name: 'Mac OS X 10.x' },
  { hex: '4f70656e504750', name: 'OpenPGP', form: 'text' },
  { hex: 'f4ed19e0c114eb516faaac0ee37daf2807b4381f', name: 'Check Point', form: 'checkpoint' },
  { hex: '8299031757a36082c6a621de', name: 'Fortinet FortiGate', md5Of: 'FORTIGATE', form: 'fortigate' },
  { hex: '1d6e178f6c2c0be284985465450fe9d4', name: 'Fortinet FortiGate (older)' },
  { hex: '299ee8289f40a8973bc78687e2e7226b532c3b76', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '3a15e1f3cf2a63582e3ac82d1c64cbe3b6d779e7', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '47d2b126bfcd83489760e2cf8c5d4d5a03497c15', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '4a4340b543e02b84c88a8b96a8af9ebe77d9accc', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '64405f46f03b7660a23be116a1975058e69e8387', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '699369228741c6d4ca094c93e242c9de19e7b7c6', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '8c0dc6cf62a0ef1b5c6eabd1b67ba69866adf16a', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '92d27a9ecb31d99246986d3453d0c3d57a222a61', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '9b096d9ac3275a7d6fe8b91c583111b09efed1a0', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: 'bf03746108d746c904f1f3547de24f78479fed12', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: 'c2e80500f4cc5fbf5daaeed3bb59abaeee56c652', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: 'c8660a62b03b1b6130bf781608d32a6a8d0fb89f', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: 'f885da40b1e7a9abd17655ec5bbec0f21f0ed52e', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '2a2bcac19b8e91b426107807e02e7249569d6fd3', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '166f932d55eb64d8e4df4fd37e2313f0d0fd8451', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: 'a35bfd05ca1ac0b3d2f24e9e82bfcbff9c9e52b5', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '9436e8d67174ef9aed068d5ad5213f187a3f8ba6', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: 'edea53a3c15d45cafb11e59ea68db2aa99c1470e', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: 'bedc86dabf0ab7973870b5e6c4b87d3ee824de31', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: 'ac5078c25cabb9523979978e76a3d0d2426bc926', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: '3499691eb82f9eaefed378f5503671debd0663b4', name: 'Juniper NetScreen', form: 'screenos' },
  { hex: 'fd808804df73b15150709d878044cde0ac1efcde', name: 'Juniper SRX' },
  { hex: '4865617274426561745f4e6f74696679', name: 'Heartbeat Notify', form: 'hex' },
  { hex: '486561727442656174204e6f74696679', name: 'Heartbeat Notify (with space)', form: 'hex' },
  { hex: '5b362bc820f6', name: 'SonicWall', form: 'hex' },
  { hex: '5b362bc820f7', name: 'SonicWall', form: 'hex' },
  { hex: '404bf439522ca3f6', name: 'SonicWall (a)', form: 'hex' },
  { hex: 'da8e9378', name: 'SafeNet, WatchGuard or SonicWall', form: 'hex' },
  { hex: '975b7816f69789600dda89040576e0db', name: 'SonicWall Global VPN Client' },
  { hex: 'b858d1addd08c1e8adafea150608aa4497aa6cc8', name: 'Zyxel ZyWALL router' },
  { hex: 'f758f22668750f03b08df6ebe1d0', name: 'Zyxel ZyWALL USG 100', form: 'hex' },
  { hex: '625027749d5ab97f5616c1602765cf480a3b7d0b', name: 'Zyxel ZyWALL' },
  { hex: 'dbfb81eb5760b0788562067da102d755', name: 'Netgear', md5Of: 'NETGEAR' },
  { hex: '47bbe7c993f1fc13b4e6d0db565c68e5', name: 'SafeNet SoftRemote', form: 'embedded-text' },
  { hex: '54494d4553544550', name: 'TimeStep', form: 'text' },
  { hex: '424e4553', name: 'Nortel Contivity', form: 'number' },
  { hex: '526170746f7220506f77657256706e20536572766572', name: 'Symantec Raptor', form: 'text' },
  { hex: 'c573b056d7faca36c2fba28374127cbf', name: 'StoneGate' },
  { hex: 'baeb239037e17787d730eed9d95d48aa', name: 'StoneGate (2)' },
  { hex: '8404adf9cda05760b2ca292e4bff537b', name: 'Sidewinder G2' },
  { hex: 'e720cdd49d2ee7b83ce1970a6c69b528', name: 'Sidewinder G2 (2)' },
  { hex: 'bdb41038a7ec5e5534dd004d0f91f927', name: 'Cisco IOS (probably)' },
  { hex: 'e23ae9f51a46876ff93d89ba725d649d', name: 'Cisco (unexplained)' },
  { hex: '054182a07c7ae206f9d2cf9d2432c482', name: 'SSH Sentinel', md5Of: 'SSH Sentinel' },
  { hex: 'b91623e693ca18a54c6a2778552305e8', name: 'SSH Sentinel 1.1', md5Of: 'SSH Sentinel 1.1' },
  { hex: '5430888de01a31a6fa8f60224e449958', name: 'SSH Sentinel 1.2', md5Of: 'SSH Sentinel 1.2' },
  { hex: '7ee5cb85f71ce259c94a5c731ee4e752', name: 'SSH Sentinel 1.3', md5Of: 'SSH Sentinel 1.3' },
  { hex: '63d9a1a7009491b5a0a6fdeb2a8284f0', name: 'SSH Sentinel 1.4', md5Of: 'SSH Sentinel 1.4' },
  { hex: 'eb4b0d96276b4e220ad16221a7b2a5e6', name: 'SSH Sentinel 1.4.1', md5Of: 'SSH Sentinel 1.4.1' },
  {
    hex: 'fbf47614984031fa8e3bb6198089b223',
    name: 'SSH IPSEC Express 1.1.0',
    md5Of: 'Ssh Communications Security IPSEC Express version 1.1.0',
  },
  {
    hex: '1952dc91ac20f646fb01cf42a33aee30',
    name: 'SSH IPSEC Express 1.1.1',
    md5Of: 'Ssh Communications Security IPSEC Express version 1.1.1',
  },
  {
    hex: 'e8bffa643e5c8f2cd10fda7370b6ebe5',
    name: 'SSH IPSEC Express 1.1.2',
    md5Of: 'Ssh Communications Security IPSEC Express version 1.1.2',
  },
  {
    hex: 'c1111b2dee8cbc3d620573ec57aab9cb',
    name: 'SSH IPSEC Express 1.2.1',
    md5Of: 'Ssh Communications Security IPSEC Express version 1.2.1',
  },
  {
    hex: '09ec27bfbc09c75823cfecbffe565a2e',
    name: 'SSH IPSEC Express 1.2.2',
    md5Of: 'Ssh Communications Security IPSEC Express version 1.2.2',
  },
  {
    hex: '7f21a596e4e318f0b2f4944c2384cb84',
    name: 'SSH IPSEC Express 2.0.0',
    md5Of: 'SSH Communications Security IPSEC Express version 2.0.0',
  },
  {
    hex: '2836d1fd2807bc9e5ae30786320451ec',
    name: 'SSH IPSEC Express 2.1.0',
    md5Of: 'SSH Communications Security IPSEC Express version 2.1.0',
  },
  {
    hex: 'a68de756a9c5229bae66498040951ad5',
    name: 'SSH IPSEC Express 2.1.1',
    md5Of: 'SSH Communications Security IPSEC Express version 2.1.1',
  },
  {
    hex: '3f2372867e237c1cd8250a75559cae20',
    name: 'SSH IPSEC Express 2.1.2',
    md5Of: 'SSH Communications Security IPSEC Express version 2.1.2',
  },
  {
    hex: '0e58d5774df602007d0b02443660f7eb',
    name: 'SSH IPSEC Express 3.0.0',
    md5Of: 'SSH Communications Security IPSEC Express version 3.0.0',
  },
  {
    hex: 'f5ce31ebc210f44350cf71265b57380f',
    name: 'SSH IPSEC Express 3.0.1',
    md5Of: 'SSH Communications Security IPSEC Express version 3.0.1',
  },
  {
    hex: 'f64260af2e2742daddd56987068a99a0',
    name: 'SSH IPSEC Express 4.0.0',
    md5Of: 'SSH Communications Security IPSEC Express version 4.0.0',
  },
  {
    hex: '7a54d3bdb3b1e6d923892064be2d981c',
    name: 'SSH IPSEC Express 4.0.1',
    md5Of: 'SSH Communications Security IPSEC Express version 4.0.1',
  },
  {
    hex: '9aa1f3b43472a45d5f506aeb260cf214',
    name: 'SSH IPSEC Express 4.1.0',
    md5Of: 'SSH Communications Security IPSEC Express version 4.1.0',
  },
  {
    hex: '89f7b760d86b012acf263382394d962f',
    name: 'SSH IPSEC Express 4.1.1',
    md5Of: 'SSH Communications Security IPSEC Express version 4.1.1',
  },
  {
    hex: '6880c7d026099114e486c55430e7abee',
    name: 'SSH IPSEC Express 4.2.0',
    md5Of: 'SSH Communications Security IPSEC Express version 4.2.0',
  },
  {
    hex: 'b037a21aceccb5570f602546f97bde8c',
    name: 'SSH IPSEC Express 5.0',
    md5Of: 'SSH Communications Security IPSEC Express version 5.0',
  },
  {
    hex: '2b2dad97c4d140930053287f996850b0',
    name: 'SSH IPSEC Express 5.0.0',
    md5Of: 'SSH Communications Security IPSEC Express version 5.0.0',
  },
  {
    hex: '45e17f3abe93944cb202910c59ef806b',
    name: 'SSH IPSEC Express 5.1.0',
    md5Of: 'SSH Communications Security IPSEC Express version 5.1.0',
  },
  {
    hex: '5925859f7377ed7816d2fb81c01fa551',
    name: 'SSH IPSEC Express 5.1.1',
    md5Of: 'SSH Communications Security IPSEC Express version 5.1.1',
  },
  { hex: '37eba0c4136184e7daf8562a77060b4a', name: 'SSH QuickSec 0.9.0', md5Of: 'SSH Communications Security QuickSec 0.9.0' },
  { hex: '5d72925e55948a9661a7fc48fdec7ff9', name: 'SSH QuickSec 1.1.0', md5Of: 'SSH Communications Security QuickSec 1.1.0' },
  { hex: '777fbf4c5af6d1cdd4b895a05bf82594', name: 'SSH QuickSec 1.1.1', md5Of: 'SSH Communications Security QuickSec 1.1.1' },
  { hex: '2cdf08e712ede8a5978761267cd19b91', name: 'SSH QuickSec 1.1.2', md5Of: 'SSH Communications Security QuickSec 1.1.2' },
  { hex: '59e454a8c2cf02a34959121f1890bc87', name: 'SSH QuickSec 1.1.3', md5Of: 'SSH Communications Security QuickSec 1.1.3' },
  { hex: '8f9cc94e01248ecdf147594c284b213b', name: 'SSH QuickSec 2.1.0', md5Of: 'SSH Communications Security QuickSec 2.1.0' },
  {
    hex: 'ba290499c24e84e53a1d83a05e5f00c9',
    name: 'IKE Challenge/Response',
    md5Of: 'IKE Challenge/Response for Authenticated Cryptographic Keys',
  },
  {
    hex: '0d33611a5d521b5e3c9c03d2fc107e12',
    name: 'IKE Challenge/Response (with newline)',
    md5Of: 'IKE Challenge/Response for Authenticated Cryptographic Keys\n',
  },
  {
    hex: 'ad3251042cdc4652c9e0734ce5de4c7d',
    name: 'IKE Challenge/Response (revised)',
    md5Of: 'IKE Challenge/Response for Authenticated Cryptographic Keys (Revised)',
  },
  {
    hex: '13f11823f966fa91900f024ba66a86ba',
    name: 'IKE Challenge/Response (revised, with newline)',
    md5Of: 'IKE Challenge/Response for Authenticated Cryptographic Keys (Revised)\n',
  },
  { hex: '325df29a2319f2dd', name: 'draft-krywaniuk-ipsec-antireplay-00' },
  { hex: '8db7a41811221660', name: 'draft-ietf-ipsec-heartbeats-00' },
];
