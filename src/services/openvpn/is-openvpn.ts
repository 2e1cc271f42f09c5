import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { UsageError } from '../../bytes/errors.js';
import { recognise } from '../../config/recognise.js';

/** Enough to tell a language by. */
const HEAD = 65_536;

/**
 * Whether the argument of a command is an OpenVPN configuration: a file that is written like one.
 * @throws UsageError where it names a file that is not there
 */
export function isOpenvpnFile(what: string | undefined): what is string {
  return what !== undefined && isFile(what) && recognise(what, headOf(what)) === 'openvpn';
}

/** What nobody calls a host. */
const FILE_NAME = /\.ovpn$|^\.{0,2}\//;

/** Whether it is a file; what is neither there nor called like one is taken for a host. @throws UsageError */
export function isFile(what: string): boolean {
  const found = statSync(what, { throwIfNoEntry: false });
  if (found?.isFile() === true) return true;
  if (!FILE_NAME.test(what)) return false;
  if (found?.isDirectory() === true) throw new UsageError(`${what}: it is a directory`, 'name a file in it');
  throw new UsageError(`${what}: no such file`, 'check the path');
}

/** Empty for one that cannot be read: whoever reads it next says so. */
function headOf(path: string): string {
  const buffer = Buffer.alloc(HEAD);
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, HEAD, 0));
  } finally {
    closeSync(fd);
  }
}
