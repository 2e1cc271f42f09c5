import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSwanctl } from '../../../src/config/swanctl/read-swanctl.js';
import { memoryFiles } from '../memory-files.js';

const FILE = '/etc/swanctl/swanctl.conf';

function read(text: string, others: Readonly<Record<string, string>> = {}, version?: string) {
  return readSwanctl({ file: FILE, text }, memoryFiles(others), version);
}

const codes = async (text: string) => (await read(text)).remarks.map(({ line, severity, code }) => `${line} ${severity} ${code}`).join();

const SITE = `connections {
    gw-gw {
        local_addrs  = 192.0.2.1
        remote_addrs = 198.51.100.1, gw.example.com # both
        version = 2
        proposals = aes256-sha256-modp2048,default
        encap = yes
        dpd_delay = 30s
        rekey_time = 1h
        local {
            auth = psk
            id = moon.example.com
        }
        remote {
            auth = pubkey
            id = "C=CH, O=Example, CN=sun"
            certs = sun.pem
            revocation = strict
        }
        children {
            net {
                local_ts  = 10.1.0.0/16[tcp/80]
                remote_ts = 10.2.0.0/16,10.3.0.0/16
                esp_proposals = aes256gcm16-ecp256
                life_time = 2h
                start_action = trap
                mark_in = 42
            }
            host {
                mode = transport
                ah_proposals = sha256
            }
        }
    }
}
secrets {
    ike-1 {
        id-1 = moon.example.com
        id-2 = "C=CH, O=Example, CN=sun"
        secret = 0sAAECAwQFBgcICQoLDA0ODw==
    }
    eap-carol { id = carol
        secret = "Ar3etTnp" }
    rsa-moon {
        file = moon.pem
        secret = "phrase"
    }
}
pools { rw { addrs = 10.9.0.0/24 } }
authorities { ca { cacert = ca.pem } }
`;

describe('readSwanctl', () => {
  it('makes a connection of each child', async () => {
    const { connections, remarks } = await read(SITE);
    expect(remarks).toEqual([]);
    expect(connections).toMatchObject([
      {
        name: 'gw-gw/net',
        dialect: 'swanctl',
        line: 21,
        side: 'known',
        local: {
          addresses: [{ value: '192.0.2.1', line: 3 }],
          id: { value: 'moon.example.com', line: 12 },
          auth: [{ value: 'psk', line: 11 }],
          subnets: [{ value: '10.1.0.0/16', line: 22 }],
          protoPort: { value: 'tcp/80', line: 22 },
        },
        remote: {
          addresses: [{ value: '198.51.100.1' }, { value: 'gw.example.com', line: 4 }],
          id: { value: 'C=CH, O=Example, CN=sun' },
          auth: [{ value: 'pubkey' }],
          certificate: { value: 'sun.pem', line: 17 },
          subnets: [{ value: '10.2.0.0/16' }, { value: '10.3.0.0/16', line: 23 }],
        },
        ikeVersion: { value: 'ikev2', line: 5 },
        mode: { value: 'tunnel', line: 0 },
        protocol: { value: 'esp', line: 0 },
        ikeProposals: [{ value: 'aes256-sha256-modp2048', line: 6 }],
        espProposals: [{ value: 'aes256gcm16-ecp256', line: 24 }],
        pfs: { value: true, line: 24 },
        ikeLifetime: { value: 3960, line: 9 },
        childLifetime: { value: 7200, line: 25 },
        forceEncapsulation: { value: true, line: 7 },
        auto: { value: 'trap', line: 26 },
      },
      {
        name: 'gw-gw/host',
        mode: { value: 'transport' },
        protocol: { value: 'ah', line: 31 },
        espProposals: [{ value: 'sha256' }],
        pfs: { value: false },
        auto: { value: 'none', line: 0 },
        childLifetime: { value: 3960, line: 0 },
      },
    ]);
    expect(connections[0]?.other.map(({ key, value }) => `${key}=${value.value}:${value.line}`)).toEqual([
      'dpd_delay=30s:8',
      'remote.revocation=strict:18',
      'children.mark_in=42:27',
    ]);
  });

  it('reads secrets, pools and authorities', async () => {
    const { secrets, pools, authorities } = await read(SITE);
    expect(secrets).toMatchObject([
      {
        kind: 'psk',
        keyword: 'ike-1',
        line: 40,
        selectors: [{ value: 'moon.example.com' }, { value: 'C=CH, O=Example, CN=sun' }],
        secret: { length: 16 },
      },
      { kind: 'eap', line: 43, selectors: [{ value: 'carol' }], strength: { grade: 'guessable' } },
      { kind: 'private-key', keyFile: { value: 'moon.pem', line: 45 }, secret: { length: 6 } },
    ]);
    expect(secrets[2]?.strength).toBeUndefined();
    expect(pools).toMatchObject([{ name: 'rw', addrs: { value: '10.9.0.0/24' } }]);
    expect(authorities).toMatchObject([{ name: 'ca', cacert: { value: 'ca.pem' } }]);
    expect(JSON.stringify(secrets)).not.toMatch(/Ar3etTnp|phrase/);
  });

  it('inherits through references, own settings first', async () => {
    const { connections, remarks } = await read(`
base { version = 2
  local { auth = psk
    id = a }
  children-defaults { esp_proposals = aes256-sha256 }
}
connections {
  one : base-empty, base { local { id = b }
    children { net : base.children-defaults { remote_ts = 10.0.0.0/8 } } }
  two : connections.one { }
  three : three { }
}
`);
    expect(remarks.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '8 unknown-reference',
      '11 unknown-reference',
      '5 unknown-keyword',
      '5 unknown-keyword',
    ]);
    expect(connections.map(({ name }) => name)).toEqual(['one/net', 'two/net', 'three']);
    expect(connections[1]).toMatchObject({
      ikeVersion: { value: 'ikev2', line: 2 },
      local: { id: { value: 'b', line: 8 }, auth: [{ value: 'psk', line: 3 }] },
      remote: { subnets: [{ value: '10.0.0.0/8' }] },
      espProposals: [{ value: 'aes256-sha256', line: 5 }],
    });
  });

  it('ends with references that multiply', async () => {
    const names = Array.from(
      { length: 40 },
      (_, i) => `s${i} : s${i + 1}, t${i + 1} { a { x = 1 }\n b { y = 1 } }\nt${i} : s${i + 1}, t${i + 1} { a { z = 1 } }`,
    );
    const { connections } = await read(`${names.join('\n')}\nconnections { c : s0, t0 { } }`);
    expect(connections.length).toBe(1);
  });

  it('reads includes within sections, beside the file', async () => {
    const { connections, files } = await read('include conf.d/*.conf\nconnections {\n include one.part\n}\n', {
      '/etc/swanctl/conf.d/x.conf': 'connections { x { children { n { } } } }\n',
      '/etc/swanctl/one.part': 'y { version = 1 }\n',
    });
    expect(files).toEqual([FILE, '/etc/swanctl/conf.d/x.conf', '/etc/swanctl/one.part']);
    expect(connections.map(({ name, file, ikeVersion }) => `${name} ${file} ${ikeVersion.value}`)).toEqual([
      'x/n /etc/swanctl/conf.d/x.conf any',
      'y /etc/swanctl/one.part ikev1',
    ]);
  });

  it.each([
    ['connections { a { version = 2 }\n', '1 error syntax'],
    ['connections { } }\n', '1 error syntax'],
    ['connections\n{ a\n{ local_adrs = 1.1.1.1 } }', '3 error unknown-keyword'],
    ['connections { a { children { n { esp_proposal = x } } } }', '1 error unknown-keyword'],
    ['connections { a { childs { n { } } } }', '1 error unknown-keyword'],
    ['connection { a { version = 2 } }', '1 warning unknown-section'],
    ['connections { a { local { id = "x } } }\n', '1 error quoting,1 error syntax'],
    ['secrets { psk-1 { secret = abcdefgh } }', '1 error unknown-kind'],
    ['secrets { ike-1 { id = a } }', '1 error syntax'],
    ['secrets { ike-1 { secret = 0x??? } }', '1 error malformed-secret'],
    ['include none.conf\n', '1 warning missing-include'],
    ['connections { a { version 2 } }', '1 error syntax,1 error syntax'],
    ['\0', '1 error binary'],
  ])('%j: %s', async (text, expected) => {
    expect(await codes(text)).toBe(expected);
  });

  it('has PFS by default since 6.0.2', async () => {
    const pfs = async (version?: string) => (await read('connections { a { } }', {}, version)).connections[0]?.pfs.value;
    expect([await pfs('5.9.8'), await pfs('6.0.2'), await pfs()]).toEqual([false, true, true]);
  });

  it('takes any text', async () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        'connections {',
        ' a : b {',
        '}',
        'children { n {',
        'x = 1\n',
        '"',
        '\\',
        '\n',
        '#',
        'include ',
        'secrets {',
        'ike-1 { secret = ',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 50 }), async (pieces) =>
        (await read(pieces.join(''))).remarks.every(({ line }) => line >= 1),
      ),
      { numRuns: 500 },
    );
  });
});
