/** Draws what chat.js knows; knows nothing itself but where the reader is in the scroll. */
import { createMessage, endOf, updateMessage } from './message.js';
import { Reading } from './reading.js';

const element = (id) => document.getElementById(id);
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

const STATUS_TEXTS = { connecting: 'Connecting…', online: 'Online', offline: 'No network. Your messages will wait.' };

/** Nearer to the end than this, in pixels, counts as reading the newest. */
const NEAR_END = 80;

export class View {
  #scroller = element('scroller');
  #log = element('log');
  #items = new Map();
  #onDiscard;
  #reading;
  #atEnd = true;
  /** Where the reader was when last at the end: what grows below moves the end, not the reader. */
  #endTop = 0;

  /** `onRead(numbers)`: the person has seen these messages of the company. */
  constructor({ onDiscard, onRead }) {
    this.#onDiscard = onDiscard;
    this.#reading = new Reading(onRead);
    this.#scroller.addEventListener('scroll', () => {
      this.#atEnd = this.#distanceToEnd() < NEAR_END;
      if (!this.#atEnd) return;
      this.#endTop = this.#scroller.scrollTop;
      element('newer').hidden = true;
    });
    element('newer').onclick = () => this.scrollToEnd();
    // The on-screen keyboard takes room away: the newest stays in view.
    new ResizeObserver(() => this.#atEnd && this.scrollToEnd()).observe(this.#scroller);
  }

  status(state) {
    const status = element('status');
    status.dataset.state = state;
    status.textContent = STATUS_TEXTS[state];
  }

  title(title) {
    document.title = title;
    element('title').textContent = title;
  }

  address(address) {
    element('address').textContent = address;
    element('address-line').hidden = false;
  }

  /** `models`: every message in order; `choices`: quick replies to the newest; `typing`: a reply is expected shortly. */
  show({ models, choices, typing, isLoaded }) {
    // The event of a scroll comes a frame later.
    const wasAtEnd = this.#atEnd && this.#scroller.scrollTop >= this.#endTop;
    const before = this.#items.size;
    this.#reconcile(models);
    element('empty').hidden = !isLoaded || models.length > 0;
    element('typing').hidden = !typing;
    this.#showChoices(choices);
    if (isLoaded) this.#log.removeAttribute('aria-busy');
    const grew = this.#items.size > before;
    if (wasAtEnd || models.at(-1)?.state === 'waiting') this.scrollToEnd();
    else if (grew) element('newer').hidden = false;
  }

  scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#endTop = this.#scroller.scrollTop;
    this.#atEnd = true;
    element('newer').hidden = true;
  }

  onChoice(handler) {
    this.choose = handler;
  }

  #reconcile(models) {
    const wanted = new Map();
    let previous;
    for (const model of models) {
      const date = day.format(model.atMs);
      if (!previous || day.format(previous.atMs) !== date) wanted.set(`day ${date}`, { date });
      wanted.set(model.id, { model, follows: previous?.from === model.from });
      previous = model;
    }
    for (const [id, item] of this.#items) {
      if (wanted.has(id)) continue;
      const end = endOf(item);
      if (end) this.#reading.forget(end);
      item.remove();
      this.#items.delete(id);
    }
    let next = this.#log.firstElementChild;
    for (const [id, { model, date, follows }] of wanted) {
      const item = this.#items.get(id) ?? (model ? this.#create(model) : createDay(date));
      this.#items.set(id, item);
      if (model) {
        updateMessage(item, model);
        item.classList.toggle('follows', follows);
      }
      if (item === next) next = next.nextElementSibling;
      else this.#log.insertBefore(item, next);
    }
  }

  #create(model) {
    const item = createMessage(model, () => this.#onDiscard(model.id));
    if (model.from === 'company' && !model.isRead) this.#reading.watch(endOf(item), model.number);
    return item;
  }

  #showChoices(choices) {
    const box = element('choices');
    const key = JSON.stringify(choices);
    box.hidden = choices.length === 0;
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    box.replaceChildren(
      ...choices.map((choice) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = choice.label;
        button.onclick = () => this.choose(choice);
        return button;
      }),
    );
  }

  #distanceToEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }
}

function createDay(date) {
  const item = document.createElement('li');
  item.className = 'day';
  item.textContent = date;
  return item;
}
