import type { ConfigEnd } from '../effective/config-end.js';
import type { Change, Edit } from './change.js';

/** Corrected lines of an OpenVPN configuration. */
export function mendOpenvpn({ openvpn }: ConfigEnd, change: Change): readonly Edit[] | undefined {
  if (change.kind !== 'option' || openvpn === undefined) return undefined;
  const found = openvpn.directives.filter(({ name }) => change.replaces.includes(name));
  const [first, ...others] = found;
  const gone = others.map(({ file, line }): Edit => ({ file, line, how: 'delete', text: '' }));
  if (first !== undefined) {
    const { file, line } = first;
    return [
      change.text === undefined ? { file, line, how: 'delete', text: '' } : { file, line, how: 'replace', text: change.text },
      ...gone,
    ];
  }
  const last = openvpn.directives.at(-1);
  if (change.text === undefined || last === undefined) return undefined;
  const at = openvpn.directives.find(({ name }) => name === 'dev') ?? last;
  return [{ file: at.file, line: at.line, how: 'behind', text: change.text }];
}
