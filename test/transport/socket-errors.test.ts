import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/bytes/errors.js';
import { bindError, routeError, troubleOf } from '../../src/transport/socket-errors.js';

function error(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`bind ${code}`), { code });
}

describe('what sockets say', () => {
  it.each([
    ['ECONNREFUSED', 'port-unreachable', 'port unreachable (ECONNREFUSED)'],
    ['EHOSTUNREACH', 'host-unreachable', 'host unreachable (EHOSTUNREACH)'],
    ['ENETUNREACH', 'host-unreachable', 'network unreachable (ENETUNREACH)'],
    ['EACCES', 'prohibited', 'administratively prohibited (EACCES)'],
    ['EPERM', 'prohibited', 'the firewall of this host does not let it out (EPERM)'],
    ['EMSGSIZE', 'too-big', 'too big for the path (EMSGSIZE)'],
    ['EIO', 'other', 'EIO'],
    [undefined, 'other', 'unknown'],
  ])('%s', (code, reason, text) => {
    const remote = { address: '10.0.0.2', port: 500 };
    expect(troubleOf(code, remote)).toEqual({ reason, text, remote });
    expect(troubleOf(code)).toEqual({ reason, text });
  });

  it.each([
    ['EADDRINUSE', 'is taken by another program', '--ike-port 0 takes a free one'],
    ['EACCES', 'no right to open UDP port 500 of 10.0.0.1', '--ike-port 0 takes a free one'],
    ['EADDRNOTAVAIL', 'no such address', 'ip address'],
    ['EAFNOSUPPORT', 'no IP of that version', undefined],
    ['EMFILE', 'too many open files', 'ulimit'],
    ['EWHATEVER', 'cannot open UDP port 500 of 10.0.0.1: EWHATEVER', undefined],
  ])('binding: %s', (code, text, hint) => {
    const thrown = bindError(error(code), 'UDP port 500 of 10.0.0.1', 500, '--ike-port');
    expect(thrown).toBeInstanceOf(EnvironmentError);
    expect(thrown.message).toContain(text);
    if (hint === undefined) expect(thrown.hint).toBeUndefined();
    else expect(thrown.hint).toContain(hint);
  });

  it('a port without a flag', () => {
    expect(bindError(error('EADDRINUSE'), 'UDP port 500 of ::1', 500).hint).toContain('ask for port 0');
  });

  it.each([
    ['ENETUNREACH', 'no route to 10.9.9.9'],
    ['EAFNOSUPPORT', 'this host has no address to reach 10.9.9.9 from'],
    ['EPERM', 'this host forbids traffic to 10.9.9.9'],
    ['EINVAL', 'cannot reach 10.9.9.9: EINVAL'],
  ])('routes: %s', (code, text) => {
    expect(routeError(error(code), '10.9.9.9')).toMatchObject({ name: 'EnvironmentError', message: text });
  });

  it('an interface that is not there', () => {
    expect(routeError(error('EINVAL'), 'fe80::1%wan')).toMatchObject({
      message: 'this host has no interface wan',
      hint: expect.any(String),
    });
  });
});
