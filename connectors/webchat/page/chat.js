/**
 * The conversation: what the server's mailbox holds (`entries`, by number) and, after it, what waits in the outbox.
 * The outbox is sent one message at a time, each after the one before is confirmed, so order survives everything.
 */
import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { Outbox } from './outbox.js';
import { View } from './view.js';

/** How long a reply may take to be expected "shortly". */
const TYPING_MS = 8_000;

/** As many as a mailbox holds. */
const MOST_READ_AT_ONCE = 200;

let address;
let outbox;
let isLoaded = false;
let typingUntil = 0;
/** Number → entry; and the newest number. */
let entries = new Map();
let last = 0;
/** Numbers of the company's messages that the person has seen here. */
let seen = new Set();
/** Id of the message that waits for its confirmation. */
let sending;
let pause;

const view = new View({
  onDiscard: (id) => {
    outbox.remove(id);
    show();
  },
  onRead: (numbers) => {
    for (const number of numbers) seen.add(number);
    connection.send({ type: 'read', numbers });
  },
});
const composer = new Composer((text) => write(text));
view.onChoice(({ label, value }) => write(value, label));

const connection = new Connection({
  after: () => last,
  status: (state) => {
    sending = undefined;
    view.status(state);
    if (state !== 'online') typingUntil = 0;
    show();
  },
  session: (session) => {
    view.title(session.title);
    view.address(session.address);
    composer.limit(session.maxTextCharacters);
    if (session.address === address) return;
    address = session.address;
    outbox = new Outbox(address);
    forget();
    show();
  },
  frame: (frame) => {
    if (frame.type === 'welcome') welcome(frame);
    else if (frame.type === 'entries') take(frame.entries);
    else if (frame.type === 'refused') refused(frame);
    show();
  },
});

addEventListener('storage', ({ key }) => {
  if (!outbox?.concerns(key)) return;
  show();
  flush();
});

function write(text, label) {
  if (!outbox || outbox.isFull) return false;
  outbox.add(text, label);
  show();
  flush();
  return true;
}

function welcome(frame) {
  // Fewer than we had: the mailbox began anew.
  if (frame.last < last) forget();
  take(frame.entries);
  typingUntil = 0;
  isLoaded = true;
  sending = undefined;
  // Also what came before the connection broke: its receipt may not have arrived.
  confirmReceipt();
  if (seen.size > 0) connection.send({ type: 'read', numbers: [...seen].slice(-MOST_READ_AT_ONCE) });
  flush();
}

function take(received) {
  const news = received.filter(({ number }) => number > last);
  for (const entry of news) {
    entries.set(entry.number, entry);
    last = entry.number;
  }
  for (const { id } of received) {
    outbox.remove(id);
    if (sending === id) sending = undefined;
  }
  if (news.some(({ from }) => from === 'company')) confirmReceipt();
  const newest = news.at(-1);
  if (newest) expectReply(newest.from === 'person');
  flush();
}

function refused({ id, reason, retryAfterMs }) {
  sending = undefined;
  if (retryAfterMs === undefined) {
    outbox.refuse(id, reason);
    flush();
    return;
  }
  clearTimeout(pause);
  pause = setTimeout(() => {
    pause = undefined;
    flush();
  }, retryAfterMs);
}

function flush() {
  if (sending !== undefined || pause !== undefined || !connection.ready) return;
  const next = outbox.list().find(({ problem }) => problem === undefined);
  if (!next) return;
  const { id, text, label } = next;
  if (connection.send({ type: 'send', id, text, label })) sending = id;
}

function confirmReceipt() {
  if (last > 0) connection.send({ type: 'received', number: last });
}

function expectReply(isExpected) {
  typingUntil = isExpected ? Date.now() + TYPING_MS : 0;
  if (isExpected) setTimeout(show, TYPING_MS + 50);
}

function forget() {
  entries = new Map();
  last = 0;
  seen = new Set();
  sending = undefined;
}

function show() {
  const written = [...entries.values()];
  const lastReply = written.findLast(({ from }) => from === 'company')?.number ?? 0;
  const waiting = outbox?.list() ?? [];
  const newest = written.at(-1);
  view.show({
    isLoaded,
    models: [
      ...written.map((entry) => ({ ...entry, state: entry.number < lastReply ? 'answered' : 'accepted' })),
      ...waiting.map((message) => ({ ...message, from: 'person', state: message.problem ? 'failed' : 'waiting' })),
    ],
    choices: newest?.from === 'company' && waiting.length === 0 ? (newest.choices ?? []) : [],
    typing: Date.now() < typingUntil && newest?.from === 'person',
  });
}

connection.connect();
