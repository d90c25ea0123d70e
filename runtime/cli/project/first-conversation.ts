/** What a conversation begins as: small, complete, and with every kind of answer looked after. */

/** Starts by its own name as the word. */
export function firstDefinition(name: string): string {
  return `conversation: ${name}
about: Asks how somebody is, and remembers it.

start:
  - match: ${word(name)}

vars:
  mood: text

steps:
  - step: ask
    ask: Hello! How are you? Reply GOOD or BAD.
    into: mood
    within: 1h
    replies:
      - { match: [good, fine], goto: glad }
      - { match: [bad], goto: next }
      - otherwise:
          say: Please reply GOOD or BAD.
          again: 2
          exhausted: { end: not-understood }
    silence:
      - end: no-answer

  - say: Sorry to hear that. We will call you.
    emit: { type: com.example.mood.bad, data: { mood: '\${vars.mood}' } }
    end: sad

  - step: glad
    say: Glad to hear that!
    end: glad
`;
}

/** A case for each way through it. */
export function firstScenarios(name: string): string {
  return `scenarios: ${name}

cases:
  - case: somebody who is well
    steps:
      - reply: ${word(name)}
      - says: /How are you/
      - reply: fine
      - says: Glad to hear that!
      - ends: glad

  - case: somebody who is not
    steps:
      - reply: ${word(name)}
      - says: /How are you/
      - reply: bad
      - says: /We will call you/
      - emits: { type: com.example.mood.bad, data: { mood: bad } }
      - ends: sad

  - case: somebody who is not understood
    steps:
      - reply: ${word(name)}
      - says: /How are you/
      - reply: perhaps
      - says: /GOOD or BAD/
      - reply: perhaps
      - says: /GOOD or BAD/
      - reply: perhaps
      - ends: not-understood

  - case: somebody who does not answer
    steps:
      - reply: ${word(name)}
      - says: /How are you/
      - advance: 1h
      - ends: no-answer
`;
}

function word(name: string): string {
  return `'${name.replaceAll('-', ' ')}'`;
}
