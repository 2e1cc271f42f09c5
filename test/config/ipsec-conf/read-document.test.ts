import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IpsecConfProduct } from '../../../src/config/ipsec-conf/document.js';
import { readIpsecConf } from '../../../src/config/ipsec-conf/read-document.js';
import { memoryFiles } from '../memory-files.js';

const FILE = '/etc/ipsec.conf';

async function read(text: string, product: IpsecConfProduct = 'libreswan', others: Readonly<Record<string, string>> = {}) {
  return readIpsecConf({ file: FILE, text }, product, memoryFiles(others));
}

async function remarks(text: string, product: IpsecConfProduct = 'libreswan') {
  return (await read(text, product)).remarks.map(({ line, code }) => `${line} ${code}`);
}

/** The value of the first setting. */
async function value(rest: string, product: IpsecConfProduct) {
  const { sections, remarks: said } = await read(`conn a\n\tleftid=${rest}\n`, product);
  return [sections[0]?.settings[0]?.value.value, ...said.map(({ code }) => code)].join(' !');
}

describe('readIpsecConf', () => {
  it('reads sections with the place of every value', async () => {
    const {
      sections,
      version,
      remarks: said,
    } = await read(
      'version 2.0\n\nconfig setup\n\tprotostack=netkey # kernel\n\nconn %default\n\tauto=add\n\n# comment\nconn tunnel\n    left = 192.0.2.1\n\n    right=198.51.100.1\n',
      'openswan',
    );
    expect(said).toEqual([]);
    expect(version).toEqual({ value: '2.0', file: FILE, line: 1 });
    expect(sections.map(({ kind, name, line }) => `${kind} ${name} ${line}`)).toEqual(['setup  3', 'conn %default 6', 'conn tunnel 10']);
    expect(sections[0]?.settings).toEqual([{ key: 'protostack', value: { value: 'netkey', file: FILE, line: 4 } }]);
    expect(sections[2]?.settings.map(({ key, value: v }) => `${key}=${v.value}:${v.line}`)).toEqual([
      'left=192.0.2.1:11',
      'right=198.51.100.1:13',
    ]);
  });

  it.each([
    ['"C=CH, O=strongSwan"', 'libreswan', 'C=CH, O=strongSwan'],
    ['{10.0.0.0/8 10.1.0.0/16}', 'libreswan', '10.0.0.0/8 10.1.0.0/16'],
    ['C=CH, O=strongSwan', 'libreswan', 'C=CH, O=strongSwan !quoting'],
    ['@gw#1', 'libreswan', '@gw#1'],
    ['@gw #1', 'libreswan', '@gw'],
    ['"open', 'libreswan', 'open !quoting'],
    ['"a" b', 'libreswan', 'a !quoting'],
    ['@"a"', 'libreswan', '@a !quoting'],
    ['"C=CH, O=x"', 'strongswan', 'C=CH, O=x'],
    ['"a \\"b\\" c"', 'strongswan', 'a "b" c'],
    ['@gw#1', 'strongswan', '@gw'],
    ['@#0a0b', 'strongswan', '@#0a0b'],
    ['a   b', 'strongswan', 'a b'],
    ['C=CH', 'strongswan', 'C=CH !quoting'],
    ['"over\n two lines"', 'strongswan', 'over\n two lines'],
    ['"never closed', 'strongswan', 'never closed !quoting'],
    ['', 'strongswan', ''],
  ] as const)('value %j of %s', async (rest, product, expected) => {
    expect(await value(rest, product)).toBe(expected);
  });

  it('says how a value is quoted', async () => {
    const { remarks: said } = await read('conn a\n\tleftid=C=CH, O=x # why\n');
    expect(said[0]).toMatchObject({ line: 2, code: 'quoting', fix: '\tleftid="C=CH, O=x"' });
  });

  it.each([
    ['conn a\nleft=1.2.3.4\n', '2 indentation'],
    ['conn a\n\tx-note\n\tleft=1.2.3.4\n', ''],
    ['conn a\n\tleft=1.2.3.4\n  conn b\n\tleft=2.3.4.5\n', '3 indentation'],
    ['\tleft=1.2.3.4\n', '1 syntax'],
    ['conn\n\tleft=1.2.3.4\n', '1 syntax'],
    ['conn a\n\tleft 1.2.3.4\n', '2 syntax'],
    ['conn a\r\n\tleft=1.2.3.4\r\n', '1 crlf'],
    ['\uFEFFconn a\n\tleft=1.2.3.4\n', '1 byte-order-mark'],
    ['conn a\n\tleft=\0\x7fELF\n', '2 binary'],
    ['include /etc/none.conf\n', '1 missing-include'],
    ['include /etc/none/*.conf\n', ''],
    ['include ipsec.d/*.conf\n', '1 relative-include'],
  ])('%j: %s', async (text, expected) => {
    expect((await remarks(text)).join()).toBe(expected);
  });

  it('goes on after an indentation fault: the value is not lost', async () => {
    const { sections, remarks: said } = await read('conn a\nleft=1.2.3.4\n');
    expect(sections[0]?.settings[0]).toMatchObject({ key: 'left', value: { value: '1.2.3.4', line: 2 } });
    expect(said[0]?.fix).toBe('\tleft=1.2.3.4');
  });

  it('reads includes in their order, with the file of each value', async () => {
    const { files, sections } = await read('include /etc/ipsec.d/*.conf\nconn last\n\tleft=%any\n', 'libreswan', {
      '/etc/ipsec.d/b.conf': 'conn b\n\tleft=1.1.1.2\n',
      '/etc/ipsec.d/a.conf': 'conn a\n\tleft=1.1.1.1\n',
      '/etc/ipsec.d/sub/c.conf': 'conn c\n',
    });
    expect(files).toEqual([FILE, '/etc/ipsec.d/a.conf', '/etc/ipsec.d/b.conf']);
    expect(sections.map(({ name, file }) => `${name} ${file}`)).toEqual(['a /etc/ipsec.d/a.conf', 'b /etc/ipsec.d/b.conf', `last ${FILE}`]);
  });

  it('takes settings of an included file into the section that includes it (strongSwan)', async () => {
    const { sections } = await read('conn a\n\tinclude part.conf\n\tright=%any\n', 'strongswan', { '/etc/part.conf': '\tleft=1.1.1.1\n' });
    expect(sections[0]?.settings.map(({ key }) => key)).toEqual(['left', 'right']);
  });

  it('forgives the includes of packages that are there only sometimes', async () => {
    const { remarks: said } = await read('include /etc/crypto-policies/back-ends/libreswan.config\n');
    expect(said).toMatchObject([{ severity: 'info', code: 'missing-include' }]);
  });

  it('ends when a file includes itself', async () => {
    const { remarks: said, files } = await read(`include ${FILE}\n`, 'libreswan', { [FILE]: `include ${FILE}\n` });
    expect(said.at(-1)?.code).toBe('include-depth');
    expect(files).toEqual([FILE]);
  });

  it('says why an include was not read', async () => {
    const document = await readIpsecConf({ file: FILE, text: 'include /etc/ipsec.d/*.conf\n' }, 'libreswan', async () => ({
      files: [],
      problems: [{ file: '/etc/ipsec.d/a.conf', reason: 'permission denied' }],
    }));
    expect(document.remarks).toMatchObject([
      { line: 1, code: 'unreadable-include', text: 'include /etc/ipsec.d/a.conf: permission denied' },
    ]);
  });

  it('takes any text, and bounds its remarks', async () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom('conn a', '\n', '\t', 'left=', '"', '{', '\\', '#', '=', 'include ', '\r', '%default'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 60 }),
        fc.constantFrom('openswan', 'libreswan', 'strongswan'),
        async (pieces, product) => {
          const { remarks: said } = await read(pieces.join(''), product);
          return said.every(({ line }) => line >= 1);
        },
      ),
      { numRuns: 500 },
    );
    expect((await read('x\n'.repeat(5000))).remarks.length).toBe(500);
  });
});
