import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/bytes/shell-word.js';

it.each(['eth0', 'net.ipv4.conf.eth0.rp_filter=0', '/etc/ipsec.d/a.secrets', 'fe80::1/64', 'ipsec@1'])('%s stands as it is', (text) => {
  expect(shellWord(text)).toBe(text);
});

it.each(['', 'a b', '$(id)', '`id`', "it's", 'a;b', 'a\nb', '"', '\\', '*', '~', '#a', "';id;'"])(
  '%j is one word to a shell, unchanged',
  (text) => {
    expect(shellWord(text)).not.toBe(text);
    expect(execFileSync('/bin/sh', ['-c', `printf '[%s]' ${shellWord(text)}`]).toString()).toBe(`[${text}]`);
  },
);
