import { expect } from 'chai';
import { changesBetween, type Change } from '../../../dsl/diff/changes.ts';
import { renderChanges } from '../../../dsl/diff/text.ts';
import { allShipped } from '../conversations/shipped.ts';
import { machineOf } from '../given-when-then.ts';

const BEFORE = `
conversation: booking
about: Books.
locales: [en, es]
lifetime: 2d
priority: 3
start:
  - match: { en: book, es: reservar }
  - { event: com.example.due, contact: event.data.phone }
inputs: { id: { type: text, optional: true } }
vars: { n: { type: integer, default: 0 } }
send: { cap: { most: 2, per: 1d, otherwise: skip } }
data:
  slots: { get: 'https://example.com/slots', returns: { free: boolean } }
steps:
  - step: ask-day
    ask: { text: { en: 'Which day?', es: '¿Qué día?' } }
    within: 2h
    replies:
      - match: { en: monday, es: lunes }
        label: { en: Monday, es: Lunes }
        goto: next
      - otherwise: { again: 1, exhausted: { end: lost } }
    silence:
      - { say: { text: { en: 'Still there?', es: '¿Sigue?' } }, within: 1h }
      - end: silent
  - step: look
    fetch: slots
    failed: { end: broken }
  - step: later
    delay: { for: 1d }
  - step: choice
    branch: [{ when: vars.n > 2, goto: hand-over }, { otherwise: next }]
  - step: chance
    split: [{ share: 30, end: lucky }, { share: 70, goto: next }]
  - step: rounds
    repeat: { most: 3, steps: [{ set: { n: '\${vars.n + 1}' } }], exhausted: next }
  - step: tell
    emit: { type: com.example.booked, data: { n: '\${vars.n}' } }
    update: { locale: es }
    call: hour
    outcomes: { otherwise: next }
  - step: hand-over
    handoff: desk
    within: 1h
    returned: { end: handled }
    nobody: { end: alone }
anytime:
  - { match: { en: directions, es: direcciones }, say: { text: { en: Main St, es: Calle } }, then: resume }
snippets:
  hour:
    steps:
      - ask: { text: { en: 'Which hour?', es: '¿A qué hora?' } }
        within: 1h
        silence: [{ end: none }]
`;

/** What stands instead of what, and how the change is told: kind, where, locale, before, after. */
const EDITS: Readonly<Record<string, readonly [string, string, Change['kind'], RegExp]>> = {
  'a text in one locale': ['¿Qué día?', '¿Cuándo?', 'text', /^ask-day: asks \(es\): ¿Qué día\? → ¿Cuándo\?$/],
  'the text of a reminder': ['Still there?', 'Hello?', 'text', /^ask-day: says \(en\): Still there\? → Hello\?$/],
  'a text of a snippet': ['Which hour?', 'When?', 'text', /^hour\/step-1: asks \(en\)/],
  'the label of a choice': ['en: Monday,', 'en: On Monday,', 'choice', /^ask-day \(en\): Monday → On Monday$/],
  'the words of a reply': [
    'en: monday,',
    'en: [monday, mon],',
    'words',
    /^ask-day: reply 1 \(en\): monday → monday, mon$/,
  ],
  'the words of an interrupt': [
    'en: directions,',
    'en: way,',
    'words',
    /^anytime-1: anytime \(en\): directions → way$/,
  ],
  'a time-out': ['within: 2h', 'within: 3h', 'timing', /^ask-day: within: 2h → 3h$/],
  'the time-out after a reminder': [
    'within: 1h }\n      - end: silent',
    'within: 4h }\n      - end: silent',
    'timing',
    /^ask-day: within, after reminder 1: 1h → 4h$/,
  ],
  'a delay': ['{ for: 1d }', '{ for: 2d }', 'timing', /^later: waits: 1d → 2d$/],
  'the lifetime': ['lifetime: 2d', 'lifetime: 4d', 'timing', /^lifetime: 2d → 4d$/],
  'the time-out of a hand-off': [
    'handoff: desk\n    within: 1h',
    'handoff: desk\n    within: 2h',
    'timing',
    /^hand-over: within: 1h → 2h$/,
  ],
  'where a time-out leads': [
    'end: silent',
    'goto: hand-over',
    'path',
    /^ask-day → hand-over \(silence 2\): nothing → leads there$/,
  ],
  'where a reply leads': [
    'goto: next\n      - otherwise',
    'end: taken\n      - otherwise',
    'path',
    /^ask-day → ends taken \(reply 1\): nothing/,
  ],
  'where a failed fetch leads': ['end: broken', 'end: down', 'path', /^look → ends down \(failed\): nothing/],
  'a condition': ['vars.n > 2', 'vars.n > 3', 'path', /^choice → hand-over \(when vars\.n > 3\): nothing/],
  'the shares of a split': [
    'share: 30, end: lucky }, { share: 70',
    'share: 40, end: lucky }, { share: 60',
    'path',
    /^chance: shares: 30 %, 70 % → 40 %, 60 %$/,
  ],
  'the rounds of a loop': ['most: 3', 'most: 4', 'path', /^rounds: rounds: at most 3 → at most 4$/],
  'how often it asks again': [
    'again: 1',
    'again: 2',
    'path',
    /^ask-day: asks again: at most 1 times → at most 2 times$/,
  ],
  'the queue of a hand-off': ['handoff: desk', 'handoff: office', 'path', /^hand-over: hands over to: desk → office$/],
  'what a variable is set to': ['vars.n + 1', 'vars.n + 2', 'logic', /^rounds\.step-1: sets n: /],
  'what is emitted': ['com.example.booked', 'com.example.taken', 'logic', /^tell: emits: /],
  'what is updated': ['update: { locale: es }', 'update: { locale: en }', 'logic', /^tell: updates locale: /],
  'a keyword': ['en: book,', 'en: reserve,', 'start', /^start by keyword \(en\): book → reserve$/],
  'an input': ['type: text', 'type: integer', 'input', /^id: /],
  'a cap': ['most: 2, per', 'most: 5, per', 'setting', /^send cap: 2 in 1d, otherwise skip → 5 in 1d/],
  'the priority': ['priority: 3', 'priority: 4', 'setting', /^priority: 3 → 4$/],
  'what it is about': ['Books.', 'Books days.', 'setting', /^about: Books\. → Books days\.$/],
};

const between = (before: string, after: string): readonly Change[] =>
  changesBetween(machineOf(before), machineOf(after));

const tell = ({ where, locale, before, after }: Change): string =>
  `${where}${locale === undefined ? '' : ` (${locale})`}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`;

describe('the changes between two versions', () => {
  for (const [what, [old, young, kind, told]] of Object.entries(EDITS)) {
    it(`tell ${what}, both ways round`, () => {
      expect(BEFORE, 'the edit finds its place').to.include(old);
      const after = BEFORE.replace(old, young);
      const changes = between(BEFORE, after);
      expect(
        changes
          .filter((change) => change.kind === kind)
          .map(tell)
          .join('\n'),
      ).to.match(new RegExp(told.source, 'm'));
      const back = between(after, BEFORE);
      expect(back.map(mirrored)).to.have.deep.members(changes.map(sides));
    });
  }

  it('are none for the same definition, whatever its layout and comments', () => {
    expect(between(BEFORE, BEFORE.replace('steps:', '# The steps.\nsteps:'))).to.deep.equal([]);
    for (const machine of allShipped()) expect(changesBetween(machine, machine)).to.deep.equal([]);
  });

  it('follow a step without a name when another is put before it', () => {
    const one = 'conversation: c\nstart: [{ match: begin }]\nsteps:\n  - say: First.\n  - say: Second.\n';
    const changes = between(one, one.replace('  - say: Second', '  - say: New.\n  - say: Second'));
    expect(changes.filter(({ kind }) => kind === 'text').map(tell)).to.deep.equal([
      'step-2: says (en): nothing → New.',
    ]);
  });

  it('tell what is new, and what is gone', () => {
    const gone = BEFORE.replace(/ {2}- step: later\n.*\n/, '');
    expect(between(BEFORE, gone).map(tell)).to.include('later: waits: 1d → nothing');
    expect(between(gone, BEFORE).map(tell)).to.include('later: waits: nothing → 1d');
  });

  it('are grouped for people', () => {
    const changes = between(BEFORE, BEFORE.replace('within: 2h', 'within: 3h'));
    expect(renderChanges(changes, { before: 'a', after: 'b' })).to.equal(
      'a → b: 1 change\n\nTimings\n  ask-day: within\n    - 2h\n    + 3h\n',
    );
    expect(renderChanges([], { before: 'a', after: 'a' })).to.equal('No change: both are version a.\n');
  });
});

const sides = ({ kind, where, locale, before, after }: Change) => ({ kind, where, locale, before, after });
const mirrored = (change: Change) => ({ ...sides(change), before: change.after, after: change.before });
