import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { recognise } from '../../config/recognise.js';

/** Enough to tell a language by. */
const HEAD = 65_536;

/** Whether the argument of a command is an OpenVPN configuration: a file that is written like one. */
export function isOpenvpnFile(what: string | undefined): what is string {
  return what !== undefined && isFile(what) && recognise(what, headOf(what)) === 'openvpn';
}

export function isFile(what: string): boolean {
  return statSync(what, { throwIfNoEntry: false })?.isFile() === true;
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
