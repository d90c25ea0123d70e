import { expect } from 'chai';
import type { Millis, TenantName } from '../../../channels/brands.ts';
import {
  LoadShedder,
  TenantBehindError,
  type LoadShedderOptions,
} from '../../../runtime/load-shedding/load-shedder.ts';

const ACME = 'acme' as TenantName;
const OTHER = 'other' as TenantName;
const LIMIT = 10;

/** A load shedder whose clock and counts the test moves. */
class Scene {
  readonly waiting: Record<string, number> = {};
  readonly said: string[] = [];
  counts = 0;
  isUncountable = false;
  #now = 1_000_000;
  #due: { readonly atMs: number; readonly callback: () => void }[] = [];
  readonly loadShedder: LoadShedder;

  constructor() {
    const say = (_: object, message: string): void => {
      this.said.push(message);
    };
    const options: LoadShedderOptions = {
      waiting: (tenant) => {
        this.counts += 1;
        if (this.isUncountable) return Promise.reject(new Error('the broker is away'));
        return Promise.resolve(this.waiting[tenant] ?? 0);
      },
      waitingMax: LIMIT,
      clock: {
        now: () => this.#now as Millis,
        after: (delayMs, callback) => {
          const one = { atMs: this.#now + delayMs, callback };
          this.#due.push(one);
          return () => {
            this.#due = this.#due.filter((other) => other !== one);
          };
        },
      },
      log: { info: say, warn: say },
    };
    this.loadShedder = new LoadShedder(options);
  }

  get timers(): number {
    return this.#due.length;
  }

  /** Until what is due has been looked at. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#due.filter(({ atMs }) => atMs <= this.#now);
    this.#due = this.#due.filter(({ atMs }) => atMs > this.#now);
    for (const { callback } of due) callback();
    await new Promise((resolve) => setImmediate(resolve));
  }

  isTaken(tenant: TenantName): boolean {
    try {
      this.loadShedder.check(tenant);
      return true;
    } catch (error) {
      expect(error).to.be.instanceOf(TenantBehindError);
      return false;
    }
  }

  /** Of a request that comes when the count is known. */
  async isTakenNow(tenant: TenantName): Promise<boolean> {
    await this.pass(1_000);
    this.isTaken(tenant);
    await this.pass(0);
    return this.isTaken(tenant);
  }
}

describe('the load shedder', () => {
  it('refuses a tenant while more waits than may, and no other', async () => {
    const scene = new Scene();
    scene.waiting[ACME] = LIMIT;
    expect(await scene.isTakenNow(ACME)).to.equal(true);
    scene.waiting[ACME] = LIMIT + 1;
    expect(await scene.isTakenNow(ACME)).to.equal(false);
    expect(await scene.isTakenNow(OTHER)).to.equal(true);
    expect(scene.loadShedder.tenants.get(ACME)).to.include({ waiting: LIMIT + 1, refused: 1 });
    expect(() => {
      scene.loadShedder.check(ACME);
    }).to.throw(`11 messages of "acme" wait for its conversations`);
  });

  it('takes everything again once half as much waits, and says when it begins and ends', async () => {
    const scene = new Scene();
    scene.waiting[ACME] = LIMIT + 1;
    await scene.isTakenNow(ACME);
    scene.waiting[ACME] = LIMIT / 2 + 1;
    expect(await scene.isTakenNow(ACME), 'between').to.equal(false);
    scene.waiting[ACME] = LIMIT / 2;
    expect(await scene.isTakenNow(ACME), 'half').to.equal(true);
    scene.waiting[ACME] = LIMIT;
    expect(await scene.isTakenNow(ACME), 'up to the limit').to.equal(true);
    expect(scene.said).to.eql(['too much waits: nothing more is taken', 'everything is taken again']);
  });

  it('finds out that it is over although nobody asks', async () => {
    const scene = new Scene();
    scene.waiting[ACME] = LIMIT + 1;
    await scene.isTakenNow(ACME);
    scene.waiting[ACME] = 0;
    await scene.pass(1_000);
    expect(scene.isTaken(ACME)).to.equal(true);
    expect(scene.timers, 'and then looks no more').to.equal(0);
  });

  it('counts once a second, however much comes, and not at all where nothing comes', async () => {
    const scene = new Scene();
    for (let request = 0; request < 100; request++) scene.isTaken(ACME);
    await scene.pass(0);
    for (let request = 0; request < 100; request++) scene.isTaken(ACME);
    await scene.pass(60_000);
    expect(scene.counts).to.equal(1);
    scene.isTaken(ACME);
    await scene.pass(0);
    expect(scene.counts).to.equal(2);
  });

  it('refuses nothing while the broker does not count', async () => {
    const scene = new Scene();
    scene.waiting[ACME] = LIMIT + 1;
    expect(await scene.isTakenNow(ACME)).to.equal(false);
    scene.isUncountable = true;
    expect(await scene.isTakenNow(ACME)).to.equal(true);
  });

  it('looks no more once it is closed', async () => {
    const scene = new Scene();
    scene.waiting[ACME] = LIMIT + 1;
    await scene.isTakenNow(ACME);
    scene.loadShedder.close();
    expect(scene.timers).to.equal(0);
  });
});
