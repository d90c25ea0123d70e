/**
 * What the person has seen: a message counts once its end was in view while the page was visible. A page in a tab behind
 * others, or on a phone that is locked, shows nothing to anybody.
 */
export class Reading {
  #observer;
  #onRead;
  /** Element of a message's end → number of the message, until it is read. */
  #unread = new Map();
  #inView = new Set();

  /** `onRead(numbers)`: each number once. */
  constructor(onRead) {
    this.#onRead = onRead;
    this.#observer = new IntersectionObserver((changes) => this.#change(changes), { threshold: 0.5 });
    document.addEventListener('visibilitychange', () => this.#report());
  }

  watch(end, number) {
    this.#unread.set(end, number);
    this.#observer.observe(end);
  }

  forget(end) {
    this.#observer.unobserve(end);
    this.#unread.delete(end);
    this.#inView.delete(end);
  }

  #change(changes) {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting && this.#unread.has(target)) this.#inView.add(target);
      else this.#inView.delete(target);
    }
    this.#report();
  }

  #report() {
    if (document.visibilityState !== 'visible' || this.#inView.size === 0) return;
    const numbers = [];
    for (const end of [...this.#inView]) {
      numbers.push(this.#unread.get(end));
      this.forget(end);
    }
    this.#onRead(numbers);
  }
}
