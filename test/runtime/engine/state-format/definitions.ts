/** Conversations that between them wait in every way that a state can hold. */
export const DEFINITIONS: readonly string[] = [
  `conversation: survey
about: Waits for a reply, also while an interrupt asks something itself.
start:
  - match: { en: [survey] }
vars:
  mood: text
steps:
  - step: ask-mood
    ask: { text: { en: "How are you?" } }
    into: mood
    within: 1d
    silence: [{ end: silent }]
  - say: { text: { en: "You are \${vars.mood}." } }
    end: told
anytime:
  - match: { en: [details] }
    call: details
    outcomes: { completed: { goto: next } }
    then: resume
snippets:
  details:
    vars: { topic: text }
    steps:
      - ask: { text: { en: "About what?" } }
        into: topic
        within: 1d
        silence: [{ end: completed }]
`,
  `conversation: pause
about: Waits for time to pass.
start:
  - match: { en: [pause] }
steps:
  - delay: { for: 2d }
  - say: { text: { en: Here again. } }
    end: over
`,
  `conversation: lookup
about: Waits for data.
start:
  - match: { en: [lookup] }
data:
  order:
    get: https://shop.example/order
    timeout: 1m
    returns: { state: text }
steps:
  - fetch: order
    failed: { end: unknown }
  - say: { text: { en: "It is \${data.order.state}." } }
    end: told
`,
  `conversation: help-desk
about: Waits for people.
start:
  - match: { en: [agent] }
steps:
  - handoff: front-desk
    returned: { goto: bye }
    nobody: { end: nobody }
  - step: bye
    say: { text: { en: Goodbye. } }
    end: over
`,
  `conversation: parcel
about: Waits for an event of a value.
start:
  - match: { en: [parcel] }
steps:
  - listen:
      any:
        - event: com.shop.shipped
          key: event.data.contact
          equals: contact.address
    within: 3d
    silence: [{ end: lost }]
  - say: { text: { en: Shipped. } }
    end: shipped
`,
  `conversation: later
about: Waits for another conversation to end, and then until it may write.
start:
  - match: { en: [later] }
busy: queue
send:
  window: { from: "01:00", to: "01:05", otherwise: hold }
  except-replies: false
steps:
  - delay: { for: 1m }
  - say: { text: { en: It is late. } }
  - delay: { for: 9d }
`,
];
