import { describe, expect, it } from 'vitest';
import { FdPoller } from '../../src/transport/fd-poller.js';
import { findLibc, type Libc } from '../../src/transport/libc.js';

const found = findLibc();
const ONE = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);

/** A descriptor that is ready to be read once for each time it was written to: an eventfd counting down. */
function bell(libc: Libc) {
  const EFD_SEMAPHORE = 1;
  const fd = libc.eventfd(0, 0o4000 | EFD_SEMAPHORE);
  return { fd, ring: () => libc.write(fd, ONE, 8), take: () => libc.read(fd, Buffer.alloc(8), 8) === 8, close: () => libc.close(fd) };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe.skipIf(found === undefined)('waiting for descriptors', () => {
  const libc = found as Libc;

  it('calls the reader of the one that is ready, again and again, and those added later', async () => {
    const poller = new FdPoller(libc);
    const heard: string[] = [];
    const [a, b] = [bell(libc), bell(libc)];
    const all = (count: number) => expect.poll(() => heard.length).toBe(count);
    poller.add(a.fd, () => a.take() && heard.push('a') < 0);
    a.ring();
    await all(1);
    poller.add(b.fd, () => b.take() && heard.push('b') < 0);
    b.ring();
    await all(2);
    a.ring();
    a.ring();
    await all(4);
    expect(heard).toEqual(['a', 'b', 'a', 'a']);
    await poller.close();
    a.ring();
    await turn();
    expect(heard).toHaveLength(4);
    for (const { close } of [a, b]) close();
  });

  it('a reader with more gives others their turn', async () => {
    const PLENTY = 1_000_000;
    const poller = new FdPoller(libc);
    const [busy, calm] = [bell(libc), bell(libc)];
    let reads = 0;
    let readsAtTimer = 0;
    const heard = new Promise<number>((resolve) => {
      poller.add(busy.fd, () => ++reads < PLENTY);
      poller.add(calm.fd, () => {
        if (calm.take()) resolve(reads);
        return false;
      });
    });
    const timer = setInterval(() => {
      if (reads === 0 || readsAtTimer > 0) return;
      readsAtTimer = reads;
      calm.ring();
    }, 1);
    busy.ring();
    const readsWhenHeard = await heard;
    clearInterval(timer);
    await poller.close();
    for (const { close } of [busy, calm]) close();
    expect(readsAtTimer, 'a timer has its turn while one reads').toBeLessThan(PLENTY);
    expect(readsWhenHeard, 'and so has another reader').toBeLessThan(PLENTY);
  });

  it('one that is added while another is being read starts no second wait', async () => {
    let waits = 0;
    const counting: Libc = {
      ...libc,
      poll: (...args: Parameters<Libc['poll']>) => {
        waits++;
        libc.poll(...args);
      },
    };
    const poller = new FdPoller(counting);
    const [busy, late] = [bell(libc), bell(libc)];
    const waitsBeside: number[] = [];
    let rounds = 0;
    const heard = new Promise<void>((resolve) => {
      poller.add(busy.fd, () => {
        rounds++;
        if (rounds > 2) return busy.take() && false;
        const before = waits;
        // From within a batch, then between two.
        const add = () => {
          poller.add(late.fd, () => late.take() && resolve() === null);
          waitsBeside.push(waits - before);
        };
        if (rounds === 1) add();
        else process.nextTick(add);
        return true;
      });
    });
    busy.ring();
    await expect.poll(() => rounds).toBe(3);
    late.ring();
    await heard;
    await poller.close();
    for (const { close } of [busy, late]) close();
    expect(waitsBeside).toEqual([0, 0]);
  });

  it.each(['while it waits', 'from a reader', 'with nothing to wait for', 'twice'])('closes %s', async (when) => {
    const poller = new FdPoller(libc);
    const { fd, ring, take, close } = bell(libc);
    if (when !== 'with nothing to wait for') {
      poller.add(fd, () => {
        take();
        void poller.close();
        return true;
      });
    }
    if (when === 'from a reader') {
      ring();
      await turn();
    }
    const begun = performance.now();
    await Promise.all(when === 'twice' ? [poller.close(), poller.close()] : [poller.close()]);
    expect(performance.now() - begun).toBeLessThan(5000);
    close();
  });
});
