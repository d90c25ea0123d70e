/** One message as an element. */
import { createMedium } from './media.js';

const time = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });

const TICKS = {
  waiting: { label: 'Sending', path: 'M9 2.2v4l2.6 1.6M14 6A5 5 0 1 1 4 6a5 5 0 0 1 10 0Z' },
  accepted: { label: 'Sent', path: 'm4.5 6.5 3 3L14 2.5' },
  answered: { label: 'Answered', path: 'm1.5 6.5 3 3L11 2.5M8.5 9.2l.3.3 6.7-7' },
};

/** `model`: `{ from, text, label?, media?, atMs, state, problem? }`; `onDiscard`: the person gives a failed message up. */
export function createMessage(model, onDiscard) {
  const item = document.createElement('li');
  item.dataset.id = model.id;
  item.classList.add('message', model.from === 'person' ? 'mine' : 'theirs');
  const bubble = append(item, 'div', 'bubble');
  append(bubble, 'span', 'for-readers').textContent = model.from === 'person' ? 'You: ' : 'Reply: ';
  appendText(append(bubble, 'span', 'text'), model.label ?? model.text);
  for (const medium of model.media ?? []) bubble.append(...createMedium(medium));
  const meta = append(bubble, 'span', 'meta');
  append(meta, 'time').textContent = time.format(model.atMs);
  if (model.from === 'person') append(meta, 'span', 'tick').setAttribute('role', 'img');
  item.discard = onDiscard;
  updateMessage(item, model);
  return item;
}

/** Whoever sees it has the whole message before them. */
export function endOf(item) {
  return item.querySelector('.meta');
}

export function updateMessage(item, { from, state, atMs, problem }) {
  const stamp = new Date(atMs).toISOString();
  const clock = item.querySelector('time');
  if (clock.dateTime !== stamp) {
    clock.dateTime = stamp;
    clock.textContent = time.format(atMs);
  }
  if (from !== 'person' || item.dataset.state === state) return;
  item.dataset.state = state;
  const tick = item.querySelector('.tick');
  const { label, path } = TICKS[state] ?? { label: 'Not sent', path: 'M9 2v5m0 2.5v.1' };
  tick.setAttribute('aria-label', label);
  tick.title = label;
  tick.replaceChildren(drawing(path));
  item.querySelector('.problem')?.remove();
  if (state === 'failed') {
    const line = append(item, 'div', 'problem');
    append(line, 'span').textContent = `Not sent. ${problem}`;
    const discard = append(line, 'button');
    discard.type = 'button';
    discard.textContent = 'Remove';
    discard.onclick = item.discard;
  }
}

function drawing(path) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 18 12');
  svg.setAttribute('aria-hidden', 'true');
  const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  stroke.setAttribute('d', path);
  svg.append(stroke);
  return svg;
}

/** Always as text, never as HTML; web addresses become links. */
function appendText(parent, text) {
  let from = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g)) {
    parent.append(text.slice(from, match.index));
    const link = append(parent, 'a');
    link.href = match[0];
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
    link.textContent = match[0];
    from = match.index + match[0].length;
  }
  parent.append(text.slice(from));
}

function append(parent, tag, className) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  parent.append(element);
  return element;
}
