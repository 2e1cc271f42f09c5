import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../src/bytes/errors.js';
import { probes } from '../../../src/probes/ike/index.js';
import { probeIds } from '../../../src/probes/ike/probe-ids.js';
import { inOrder } from '../../../src/probes/shared/run-probes.js';
import type { Datagram } from '../../support/memory-network.js';
import { type ProbeLab, runLab } from '../../support/probe-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('the registry', () => {
  it('has every step once, and each comes behind those it needs', () => {
    const ordered = inOrder(probeIds, probes);
    expect(ordered.map(({ id }) => id)).toEqual([...probeIds]);
    for (const [place, { after, afterAny = [] }] of ordered.entries()) {
      for (const id of [...after, ...afterAny]) expect(probeIds.indexOf(id)).toBeLessThan(place);
    }
  });
});

describe('a peer that works', () => {
  it('passes every step and has nothing left in the end', async () => {
    const asked = { connect: { address: '10.2.0.1', port: 80 }, datagram: { address: '10.2.0.1', port: 7 } };
    const run = await runLab({ target: asked, theirs: ['--psk', 'secret', '--pfs'] });
    expect(run.steps.filter(({ status }) => status !== 'pass').map(({ id, status }) => `${id} ${status}`)).toEqual(['configuration skip']);
    expect(run.findings).toEqual([]);
    expect(run.left).toBe(0);
    expect(run.text.child).toBe('10.1.0.0/16 to 10.2.0.0/16, ENCR_AES_GCM_16_256');
  });

  it('goes to a neighbour by its link-local address as to anybody: the zone is in no message', async () => {
    const both = ['--psk', 'secret', '--local-ts', '::/0', '--remote-ts', '::/0'];
    const run = await runLab({ zone: 'eth0', ours: both, theirs: both, target: { ping: 'fe80::2' } });
    expect(run.steps.filter(({ status }) => status === 'fail' || status === 'unknown').map(({ id, text }) => `${id} ${text}`)).toEqual([]);
    expect(run.text.echo).toMatch(/^3 of 3 answered by fe80::2,/);
    expect(run.left).toBe(0);
  });

  it('is taken no farther than asked', async () => {
    const run = await runLab({ target: { until: 'nat' } });
    expect(run.status.nat).toBe('pass');
    expect(run.status['auth-ours']).toBe('skip');
    expect(run.facts.sent.map(({ exchange }) => exchange)).toContain('IKE_SA_INIT');
    expect(run.facts.ourAuth).toBeUndefined();
    expect(run.left).toBe(0);
  });

  it('is asked no more than IKE_SA_INIT without credentials', async () => {
    const run = await runLab({ ours: [] });
    expect([run.status['ike-sa-init'], run.status['auth-ours'], run.status.echo, run.status['delete-sas']]).toEqual([
      'pass',
      'skip',
      'skip',
      'skip',
    ]);
    expect(run.left).toBe(0);
  });

  it('is not blamed for segments larger than what was tried', async () => {
    const run = await runLab({ target: { connect: { address: '10.2.0.1', port: 80 }, mtu: 576 } });
    expect([run.status['inner-path-mtu'], run.status['tcp-connect'], run.codes]).toEqual(['pass', 'pass', []]);
  });

  it.each([
    ['draft-00', 'rfc3947', /we announced draft-00 alone/, 'ours: without --nat-t, which announces all of them'],
    ['rfc3947', 'draft-03', /payloads: NAT traversal is switched off there/, 'theirs: ipsec.conf'],
  ])('speaks another NAT traversal than %s: %s', async (ours, theirs, cause, fix) => {
    const v1 = ['--psk', 'secret', '--ikev1', '--nat-t'];
    const run = await runLab({ ours: [...v1, ours], theirs: [...v1, theirs] });
    const finding = run.findings.find(({ code }) => code === 'probe/no-nat-detection');
    expect(finding?.cause).toMatch(cause);
    expect(`${finding?.fix[0]?.end}: ${finding?.fix[0]?.text}`).toContain(fix);
  });

  it('gives a virtual address', async () => {
    const run = await runLab({ ours: ['--psk', 'secret', '--virtual-ip'], theirs: ['--psk', 'secret', '--pool', '10.1.5.0/24'] });
    expect([run.status.configuration, run.text.configuration]).toEqual(['pass', '10.1.5.2']);
    expect(run.status.echo).toBe('pass');
  });
});

describe('sockets that cannot be opened', () => {
  const openTransport = () => Promise.reject(new EnvironmentError('this host has no such address'));

  it('are a line of the step that needed them, and what is thrown', async () => {
    const lines: string[] = [];
    const onStep: ProbeLab['onStep'] = ({ id, status, text }) => lines.push(`${id} ${status} ${text}`);
    await expect(runLab({ openTransport, onStep })).rejects.toThrow('no such address');
    expect(lines).toHaveLength(probeIds.length);
    expect(lines).toContain('udp-500 unknown this host has no such address');
    expect(lines).toContain('ike-sa-init unreached stopped');
  });

  it('are what the peer says where they are a connection', async () => {
    const run = await runLab({ openTransport, target: { ports: { ike: 500, natt: 4500, tcp: 4500 } } });
    expect([run.status['ike-sa-init'], run.codes]).toEqual(['fail', ['probe/tcp-unreachable']]);
  });
});

/** Lets nothing through from the first answer to IKE_AUTH on. */
function fromIkeAuthOn(): (datagram: Datagram) => boolean {
  let dead = false;
  return ({ src, bytes }) => {
    dead ||= src.port === 4500 && bytes[4 + 18] === 35;
    return dead;
  };
}

/** Something is wrong: the step that says so, and the finding. */
const faults: readonly (readonly [name: string, lab: ProbeLab, step: string, code: string])[] = [
  ['nobody is there', { theirs: null }, 'udp-500 fail', 'probe/peer-silent'],
  ['the port is closed', { theirs: null, far: { silent: false } }, 'udp-500 fail', 'probe/port-unreachable'],
  ['500 is blocked', { near: { conditions: { blockedPorts: [500] } } }, 'udp-500 fail', 'probe/udp-500-blocked'],
  [
    '4500 is blocked, and needed',
    { near: { conditions: { blockedPorts: [4500] } }, ours: ['--psk', 'secret', '--force-encap'] },
    'udp-4500 fail',
    'probe/udp-4500-blocked',
  ],
  ['4500 is blocked, and not needed', { near: { conditions: { blockedPorts: [4500] } } }, 'udp-4500 warn', 'probe/udp-4500-blocked'],
  [
    'no IKE proposal',
    { ours: ['--psk', 'secret', '--ike', 'aes128-sha512-ecp521'], theirs: ['--psk', 'secret', '--ike', 'aes256gcm16-prfsha256-ecp256'] },
    'ike-sa-init fail',
    'probe/no-ike-proposal',
  ],
  ['another secret', { ours: ['--psk', 'other'] }, 'auth-ours fail', 'probe/authentication-refused'],
  [
    'another name than ours is expected',
    { ours: ['--psk', 'secret', '--id', '@here'], theirs: ['--psk', 'secret', '--peer-id', '@elsewhere'] },
    'auth-ours fail',
    'probe/authentication-refused',
  ],
  [
    'the peer has another name',
    { ours: ['--psk', 'secret', '--peer-id', '@wrong'], theirs: ['--psk', 'secret', '--id', '@right'] },
    'auth-theirs fail',
    'probe/peer-identity-mismatch',
  ],
  [
    'no ESP proposal',
    { ours: ['--psk', 'secret', '--esp', 'aes128-sha1'], theirs: ['--psk', 'secret', '--esp', 'aes256gcm16'] },
    'child fail',
    'probe/no-esp-proposal',
  ],
  [
    'selectors',
    { ours: ['--psk', 'secret', '--local-ts', '10.9.0.0/16', '--remote-ts', '10.2.0.0/16'] },
    'child fail',
    'probe/selectors-refused',
  ],
  [
    'narrowed selectors',
    { ours: ['--psk', 'secret', '--local-ts', '10.0.0.0/8', '--remote-ts', '10.2.0.0/16'] },
    'child warn',
    'probe/selectors-narrowed',
  ],
  [
    'weak algorithms',
    { ours: ['--psk', 'secret', '--ike', '3des-md5-modp1024'], theirs: ['--psk', 'secret', '--ike', '3des-md5-modp1024'] },
    'ike-sa-init warn',
    'probe/weak-ike-algorithms',
  ],
  [
    'weak ESP',
    { ours: ['--psk', 'secret', '--esp', '3des-md5'], theirs: ['--psk', 'secret', '--esp', '3des-md5'] },
    'child warn',
    'probe/weak-esp-algorithms',
  ],
  [
    'PFS is wanted there',
    { ours: ['--psk', 'secret', '--esp', 'aes256gcm16'], theirs: ['--psk', 'secret', '--esp', 'aes256gcm16-x25519'] },
    'rekey-child fail',
    'probe/rekey-pfs-mismatch',
  ],
  [
    'PFS is wanted here',
    { ours: ['--psk', 'secret', '--esp', 'aes256gcm16-x25519'], theirs: ['--psk', 'secret', '--esp', 'aes256gcm16'] },
    'rekey-child fail',
    'probe/rekey-pfs-mismatch',
  ],
  ['ESP gets lost on the way there', { near: { conditions: { dropEsp: true } } }, 'echo fail', 'probe/esp-unanswered'],
  ['ESP gets lost on the way back', { far: { conditions: { dropEsp: true } } }, 'echo fail', 'probe/esp-unanswered'],
  ['large packets vanish', { near: { conditions: { mtu: 1400, tooBig: 'drop' } } }, 'outer-path-mtu warn', 'probe/outer-mtu-black-hole'],
  ['inner packets vanish', { near: { conditions: { mtu: 1400, tooBig: 'drop' } } }, 'inner-path-mtu warn', 'probe/inner-mtu-black-hole'],
  ['fragments vanish', { near: { conditions: { mtu: 1500, tooBig: 'drop' } } }, 'fragments warn', 'probe/fragments-dropped'],
  ['the address to be asked is of the other version of IP', { target: { ping: 'fd77::1' } }, 'echo fail', 'probe/outside-selectors'],
  [
    'the address to connect to lies outside',
    { target: { connect: { address: '10.99.0.1', port: 80 } } },
    'tcp-connect fail',
    'probe/outside-selectors',
  ],
  [
    'the address to send a datagram to lies outside',
    { target: { datagram: { address: '10.99.0.1', port: 53 } } },
    'udp-datagram fail',
    'probe/outside-selectors',
  ],
  [
    'the port to connect to lies outside',
    {
      ours: ['--psk', 'secret', '--local-ts', '10.1.0.0/16', '--remote-ts', '10.2.0.0/16[tcp/443]'],
      target: { connect: { address: '10.2.0.1', port: 80 } },
    },
    'tcp-connect fail',
    'probe/outside-selectors',
  ],
  [
    'selectors of two versions of IP',
    {
      ours: ['--psk', 'secret', '--local-ts', '10.1.0.0/16', '--remote-ts', 'fd00::/64'],
      theirs: ['--psk', 'secret', '--local-ts', 'fd00::/64', '--remote-ts', '10.1.0.0/16'],
    },
    'child fail',
    'probe/selectors-of-two-families',
  ],
  [
    'the peer falls silent with IKE_AUTH, on a port that was open',
    {
      ours: ['--psk', 'secret', '--force-encap'],
      theirs: ['--psk', 'secret', '--ike', 'aes128-sha256-modp2048'],
      far: { conditions: { delay: [20, 20], drop: fromIkeAuthOn() } },
    },
    'auth-ours fail',
    'probe/peer-went-silent',
  ],
  ['an address is not to be had', { ours: ['--psk', 'secret', '--virtual-ip'] }, 'configuration fail', 'probe/no-virtual-ip'],
  ['the address to be asked lies outside', { target: { ping: '10.99.0.1' } }, 'echo fail', 'probe/outside-selectors'],
  [
    'ESP is damaged on the way back',
    { onStep: (step, { damagePeer }) => step.id === 'child' && damagePeer() },
    'echo fail',
    'probe/esp-not-readable',
  ],
  [
    'the peer forgets everything',
    { onStep: (step, { restartPeer }) => step.id === 'echo' && restartPeer() },
    'rekey-child fail',
    'probe/peer-restarted',
  ],
  ['the peer dies', { onStep: (step, { killPeer }) => step.id === 'rekey-ike' && killPeer() }, 'liveness fail', 'probe/peer-went-silent'],
];

/** Then the peer is not there to be asked to delete. */
const GONE = new Set(['probe/peer-went-silent', 'probe/peer-restarted', 'probe/esp-not-readable']);

describe('faults are named', () => {
  it.each(faults)('%s', async (_name, lab, step, code) => {
    const run = await runLab(lab);
    expect(run.steps.map(({ id, status }) => `${id} ${status}`)).toContain(step);
    expect(run.codes).toContain(code);
    for (const finding of run.findings) {
      expect(finding.fix.length).toBeGreaterThan(0);
      expect(finding.evidence.length).toBeGreaterThan(0);
      expect(finding.subject).toContain('198.51.100.2');
    }
    expect(new Set(run.codes).size).toBe(run.codes.length);
    // Nothing is left at the peer, unless the peer itself is gone.
    if (!GONE.has(code)) expect(run.left).toBe(0);
  });

  it('a name without an address of the version asked for', async () => {
    const run = await runLab({ target: { host: 'gw', family: 6 } });
    expect([run.status.resolve, run.codes, run.findings[0]?.fix.length]).toEqual(['fail', ['probe/no-such-address'], 2]);
  });

  it('fragments that a black hole of whole packets takes too are not put down to a filter', async () => {
    const run = await runLab({ near: { conditions: { mtu: 1400, tooBig: 'drop' } } });
    expect([run.status.fragments, run.codes.includes('probe/fragments-dropped')]).toEqual(['unknown', false]);
    const [hole] = run.findings.filter(({ code }) => code === 'probe/outer-mtu-black-hole');
    expect(hole?.fix.map(({ text }) => text).join(' ')).toMatch(/clamp the MSS to 1\d\d\d.*ip link set dev INTERFACE mtu 13\d\d/);
  });

  it('no MTU is proposed for IPv6 inside that it does not run over', async () => {
    const networks = (here: string, there: string) => ['--psk', 'secret', '--local-ts', here, '--remote-ts', there];
    const run = await runLab({
      ours: networks('fd78::/64', 'fd77::/64'),
      theirs: networks('fd77::/64', 'fd78::/64'),
      target: { ping: 'fd77::1' },
      near: { conditions: { mtu: 1300, tooBig: 'drop' } },
    });
    const fix = run.findings
      .find(({ code }) => code === 'probe/outer-mtu-black-hole')
      ?.fix.map(({ text }) => text)
      .join('; ');
    expect(fix).toMatch(/clamp the MSS to 11\d\d/);
    expect(fix).not.toContain('ip link set');
  });

  it('goes on over 4500 where 500 is blocked', async () => {
    const run = await runLab({ near: { conditions: { blockedPorts: [500] } } });
    expect([run.status['udp-500'], run.status['ike-sa-init'], run.status.echo]).toEqual(['fail', 'pass', 'pass']);
  });

  it('a tunnel for TCP alone is not at fault for carrying no echo', async () => {
    const run = await runLab({
      ours: ['--psk', 'secret', '--local-ts', '10.1.0.0/16', '--remote-ts', '10.2.0.0/16[tcp/80]'],
      target: { connect: { address: '10.2.0.1', port: 80 } },
    });
    expect([run.status.echo, run.status['tcp-connect'], run.codes]).toEqual(['skip', 'pass', []]);
  });

  it('a source that was asked for is suspected first where all is silent', async () => {
    const run = await runLab({ theirs: null, target: { source: '192.0.2.1' } });
    expect(run.findings[0]?.cause).toMatch(/^It was sent from 192\.0\.2\.1, as asked for/);
  });

  it('a closed port is not called blocked a second time', async () => {
    const run = await runLab({ ours: ['--psk', 'secret', '--force-encap'], target: { ports: { ike: 500, natt: 4501 } } });
    expect(run.codes).toEqual(['probe/port-unreachable']);
  });

  it('tells a wrong name from a wrong secret', async () => {
    // As strongSwan does it: who is asked for under a name that is not configured refuses with AUTHENTICATION_FAILED.
    const run = await runLab({ ours: ['--psk', 'secret', '--peer-id', '@wrong'], theirs: ['--psk', 'secret', '--id', '@right'] });
    expect(run.findings[0]?.title).toContain('right');
  });

  it('leaves the steps behind a failure unreached and says which one it was', async () => {
    const run = await runLab({ ours: ['--psk', 'other'] });
    expect([run.status.child, run.text.child]).toEqual(['unreached', 'needs our authentication']);
    expect([run.status.echo, run.text.echo]).toEqual(['unreached', 'needs our authentication']);
  });
});

const at = temporaryFolder();
const file = (name: string) => new URL(`../../vectors/certificates/${name}`, import.meta.url).pathname;
const ca = ['--ca', file('ca.pem')];
const gateway = ['--cert', file('gw.pem'), '--key', file('gw.key'), '--id', '@gw.example.com', ...ca];
const client = ['--cert', file('client.pem'), '--key', file('client.key'), ...ca];

describe('certificates', () => {
  it('of both ends are checked', async () => {
    const run = await runLab({ ours: [...client, '--peer-id', '@gw.example.com'], theirs: gateway });
    expect([run.status['auth-ours'], run.status['auth-theirs'], run.status.echo]).toEqual(['pass', 'pass', 'pass']);
    expect(run.text['auth-theirs']).toContain('gw.example.com');
  });

  it('without an authority to check them with are shown, and not believed', async () => {
    const run = await runLab({ ours: client.slice(0, 4), theirs: gateway });
    expect([run.status['auth-theirs'], run.status.echo]).toEqual(['unknown', 'pass']);
  });

  it('of ours that have expired are named, though the peer does not say so', async () => {
    const expired = ['--cert', file('expired.pem'), '--key', file('gw.key'), ...ca];
    const run = await runLab({ ours: expired, theirs: gateway });
    expect(run.status['auth-ours']).toBe('fail');
    expect(run.text['auth-ours']).toMatch(/AUTHENTICATION_FAILED.*seen from here: our own certificate.*expired/);
    expect(run.findings[0]?.cause).toMatch(/^Seen from here, and reason enough/);
  });

  it('of the peer that are not those of its name are refused by us', async () => {
    const run = await runLab({ ours: [...client, '--peer-id', '@other.example.com'], theirs: gateway });
    expect(run.status['auth-theirs']).toBe('fail');
    expect(run.left).toBe(0);
  });

  it('and EAP: right and wrong password', async () => {
    writeFileSync(at('right'), 'word');
    writeFileSync(at('wrong'), 'drow');
    const eap = (password: string) => ['--eap-user', 'anna', '--eap-password-file', at(password)];
    const well = await runLab({ ours: [...ca, ...eap('right')], theirs: [...gateway, ...eap('right')] });
    expect([well.status['auth-ours'], well.status['auth-theirs'], well.status.echo]).toEqual(['pass', 'pass', 'pass']);
    const blindly = await runLab({ ours: eap('right'), theirs: [...gateway, ...eap('right')] });
    expect([blindly.status['auth-ours'], blindly.codes, blindly.facts.eap]).toEqual(['fail', ['probe/eap-needs-authority'], []]);
    expect(blindly.facts.sent.filter(({ exchange }) => exchange === 'IKE_AUTH')).toHaveLength(1);
    expect(blindly.findings[0]?.cause).toContain('gw.example.com');
    const badly = await runLab({ ours: [...ca, ...eap('wrong')], theirs: [...gateway, ...eap('right')] });
    expect(badly.status['auth-ours']).toBe('fail');
    expect(badly.codes).toEqual(['probe/eap-refused']);
  });
});

describe('Ctrl-C', () => {
  it.each(['child', 'echo', 'inner-path-mtu', 'rekey-child'] as const)('after %s deletes everything at the peer', async (id) => {
    const run = await runLab({ onStep: (step, { interrupt }) => step.id === id && interrupt() });
    expect(run.interrupted).toBe(true);
    expect(run.status.liveness).toBe('unreached');
    expect(run.status['delete-sas']).toBe('pass');
    expect(run.left).toBe(0);
  });

  it('while IKE_AUTH is out waits for what the peer makes of it, and deletes that', async () => {
    const run = await runLab({
      far: { conditions: { delay: [400, 400] } },
      onStep: (step, { interrupt }) => step.id === 'nat' && interrupt(),
    });
    expect(run.facts.sent.some(({ exchange }) => exchange === 'IKE_AUTH')).toBe(true);
    expect([run.status['auth-ours'], run.status['delete-sas'], run.text['delete-sas']]).toEqual([
      'unreached',
      'pass',
      'the peer confirmed',
    ]);
    expect(run.left).toBe(0);
  });

  it.each([false, true])('while answers to IKE_AUTH are lost deletes what the peer made of it (interrupted: %s)', async (early) => {
    const run = await runLab({
      ours: ['--psk', 'secret', '--force-encap'],
      far: { conditions: { blockedPorts: [4500] } },
      onStep: (step, { interrupt }) => early && step.id === 'nat' && interrupt(),
    });
    expect(run.facts.sent.some(({ exchange }) => exchange === 'IKE_AUTH')).toBe(true);
    expect([run.status['auth-ours'], run.status['delete-sas']]).toEqual([early ? 'unreached' : 'fail', 'warn']);
    expect(run.left).toBe(0);
  });

  it('does not wait longer than two seconds for a peer that is gone', async () => {
    let at = 0;
    const run = await runLab({
      onStep: (step, { interrupt, killPeer }) => {
        if (step.id !== 'child') return;
        killPeer();
        interrupt();
      },
    });
    at = run.steps.find(({ id }) => id === 'delete-sas')?.milliseconds ?? 0;
    expect(run.status['delete-sas']).toBe('warn');
    expect(at).toBeLessThanOrEqual(2000);
  });
});

describe('a peer that takes the tunnel down by itself', () => {
  const at = (id: string, what: 'child' | 'ike') =>
    runLab({
      far: { conditions: { delay: [5, 5] } },
      onStep: (step, { peerDeletes }) => step.id === id && peerDeletes(what),
    });

  it.each([
    ['auth-theirs', 'child', 'echo'],
    ['child', 'child', 'echo'],
    ['child', 'ike', 'echo'],
    ['echo', 'child', 'inner-path-mtu'],
    ['fragments', 'child', 'rekey-child'],
    ['rekey-child', 'ike', 'rekey-ike'],
  ] as const)('after %s its delete of the %s SA is what the step %s says', async (before, what, said) => {
    const run = await at(before, what);
    const name = what === 'ike' ? 'IKE SA' : 'CHILD_SA';
    expect([run.status[said], run.text[said]]).toEqual(['fail', `the peer deleted the ${name} while the probe was going on`]);
    expect(run.codes).toEqual(['probe/deleted-by-peer']);
    expect(run.left).toBe(0);
    expect(run.took).toBeLessThan(6000);
  });
});

describe('a path that loses packets', () => {
  it('still comes to its end', async () => {
    const run = await runLab({ near: { conditions: { loss: 0.15 } }, far: { conditions: { loss: 0.15 } } });
    expect(run.steps).toHaveLength(probeIds.length);
    expect(run.took).toBeLessThan(120_000);
  });
});

describe('in IKEv1 the last message of quick mode is ours', () => {
  const v1 = ['--psk', 'secret', '--ikev1'];
  const selectors = ['--local-ts', '10.1.0.0/16', '--remote-ts', '10.2.0.0/16'];
  /** So many packets of ESP come before the peer has its SA. */
  const early = (packets: number) => {
    let seen = 0;
    return { conditions: { drop: ({ protocol }: Datagram) => protocol === 'esp' && seen++ < packets } };
  };

  it.each([0, 1, 2, 4])('%i echo requests lost before the first answer are no warning', async (packets) => {
    const run = await runLab({ ours: [...v1, ...selectors], theirs: v1, near: early(packets) });
    expect(run.status.echo).toBe('pass');
    expect(run.text.echo).toMatch(/^3 of 3 answered/);
    const details = run.steps.find(({ id }) => id === 'echo')?.details?.join();
    if (packets === 0) expect(details).not.toContain('setting up');
    else expect(details).toMatch(/the first answered after \d+ ms: the peer was still setting up/);
  });

  it.each([
    ['as such', [], true],
    ['within UDP', ['--force-encap'], false],
  ] as const)('ESP that gets lost %s: protocol 50 is to be permitted where it is in use', async (_, flags, wanted) => {
    const run = await runLab({ ours: [...v1, ...selectors, ...flags], theirs: v1, near: { conditions: { dropEsp: true } } });
    expect(run.findings[0]?.fix.some(({ text }) => /protocol 50|--force-encap/.test(text))).toBe(wanted);
  });

  it('ESP that gets lost for good is still named', async () => {
    const run = await runLab({ ours: [...v1, ...selectors], theirs: v1, near: { conditions: { dropEsp: true } } });
    expect([run.status.echo, ...run.codes]).toEqual(['fail', 'probe/esp-unanswered']);
  });

  it('IKEv2 has the SA when it answers: a loss is one', async () => {
    const run = await runLab({ near: early(1) });
    expect([run.status.echo, run.text.echo.slice(0, 15)]).toEqual(['warn', '2 of 3 answered']);
  });
});
