import { expect } from 'chai';
import { versionsOf } from './versions.ts';

const question = (rest: string, vars = ''): string => `
conversation: visit
start:
  - match: visit
${vars}
steps:
${rest}`;

const ASK = `
  - step: which
    ask: Which day?
    within: 4h
    replies:
      - { match: monday, goto: next }
      - { otherwise: { say: Pardon?, again: 2, exhausted: { end: lost } } }
    silence: [{ end: silent }]
  - say: Monday it is.
    end: done`;

describe('a conversation that is moved to another version', () => {
  it('waits on in the step of the same name, and answers are taken as the new version takes them', () => {
    const { scene, migrate } = versionsOf(
      question(ASK),
      question(`
  - delay: { for: 5m }
${ASK.replace('match: monday', 'match: [monday, tuesday]').replace('Monday it is', 'So be it')}`),
    );
    scene.reply('visit');
    expect(migrate()).to.eql(['migrated which → which']);
    expect(scene.reply('tuesday').said().at(-1)).to.equal('So be it.');
  });

  it('keeps its clock', () => {
    const { scene, migrate } = versionsOf(question(ASK), question(ASK.replace('within: 4h', 'within: 9h')));
    scene.reply('visit').advance('3h');
    migrate();
    expect(scene.advance('1h').happened()).to.include('ends silent');
  });

  it('is moved once, however often that is asked, and refused where it has ended or runs on another version', () => {
    const { scene, migrate } = versionsOf(question(ASK), question(ASK.replace('Pardon?', 'What?')));
    scene.reply('visit');
    expect(migrate()).to.have.lengthOf(1);
    expect(migrate()).to.eql([]);
    scene.reply('monday');
    expect(migrate()).to.eql(['refused conversation-ended']);
  });

  it('finds a step without a name by what it does, whatever its number is by now', () => {
    const unnamed = '\n  - say: One.\n  - delay: { for: 2h }\n  - say: Two.\n  - delay: { for: 3h }\n  - say: Three.';
    const { scene, migrate } = versionsOf(
      question(unnamed),
      question('\n  - say: Zero.\n  - delay: { for: 1m }' + unnamed.replace('Three', 'Four')),
    );
    scene.reply('visit').advance('2h');
    expect(migrate()).to.eql(['migrated step-4 → step-6']);
    expect(scene.advance('3h').said().at(-1)).to.equal('Four.');
  });

  it('is refused where its step is gone, and goes to the step that is named for it', () => {
    const other = question(`
  - step: when
    ask: When?
    within: 1h
    replies: [{ otherwise: { goto: next } }]
    silence: [{ end: silent }]
  - say: Good.`);
    const { scene, migrate } = versionsOf(question(ASK), other);
    scene.reply('visit');
    expect(migrate()).to.eql(['refused step-removed']);
    expect(scene.state?.conversations[0]?.wait).to.include({ for: 'reply' });
    expect(migrate([{ left: 'which', entered: 'nowhere' }])).to.eql(['refused step-removed']);
    const moved = migrate([{ left: 'which', entered: 'when' }]);
    expect(moved).to.include.members(['migrated which → when', 'says When?', 'conversation.advanced']);
    expect(moved.filter((line) => line === 'timer.cancelled')).to.have.lengthOf(2);
    expect(scene.reply('noon').said().at(-1)).to.equal('Good.');
  });

  it('takes its variables along: new ones have their default, gone ones are dropped', () => {
    const vars = (declared: string): string => `vars:\n  n: { type: integer, default: 7 }\n${declared}`;
    const steps = '\n  - step: pause\n    delay: { for: 2h }\n  - say: "${vars.n} ${vars.more}"';
    const { scene, migrate } = versionsOf(
      question(steps.replace(' ${vars.more}', '${vars.gone}'), vars('  gone: { type: text, default: x }')),
      question(steps, vars('  more: { type: text, default: new }')),
    );
    scene.reply('visit');
    migrate();
    expect(scene.state?.conversations[0]?.frames[0]?.vars).to.eql({ n: 7, more: 'new' });
    expect(scene.advance('2h').said().at(-1)).to.equal('7 new');
  });

  it('is refused where a value does not fit its new type', () => {
    const pause = '\n  - step: pause\n    delay: { for: 2h }\n  - say: "${vars.n}"';
    const { scene, migrate } = versionsOf(
      question(pause, 'vars:\n  n: { type: text, default: seven }'),
      question(pause, 'vars:\n  n: { type: integer, default: 7 }'),
    );
    scene.reply('visit');
    expect(migrate()).to.eql(['refused value-misfits']);
  });

  const calling = (before: string, snippet: string): string => `
conversation: visit
start:
  - match: visit
steps:
${before}
  - step: rebook
    call: rebook
    outcomes: { done: { goto: next } }
  - say: Back again.
snippets:
  rebook:
    steps:
${snippet}`;
  const ASK_DAY = `
      - step: day
        ask: Which day?
        within: 4h
        replies: [{ otherwise: { goto: next } }]
        silence: [{ end: done }]
      - say: Noted.
        end: done`;

  it('goes on in the snippet that it is in, and comes back to where that was called', () => {
    const { scene, migrate } = versionsOf(
      calling('  - say: Hello.', ASK_DAY),
      calling(
        '  - say: Hello.\n  - delay: { for: 1m }',
        `      - delay: { for: 1m }${ASK_DAY.replace('Noted', 'Written down')}`,
      ),
    );
    scene.reply('visit');
    expect(migrate()).to.eql(['migrated rebook/day → rebook/day']);
    expect(scene.reply('monday').said().slice(-2)).to.eql(['Written down.', 'Back again.']);
  });

  it('leaves a snippet that is gone for a step outside of it, and enters none that was not called', () => {
    const without = question('\n  - step: again\n    say: From here.\n    end: done');
    const { scene, migrate } = versionsOf(calling('  - say: Hello.', ASK_DAY), without);
    scene.reply('visit');
    expect(migrate()).to.eql(['refused step-removed']);
    expect(migrate([{ left: 'rebook/day', entered: 'again' }])).to.include('says From here.');

    const into = versionsOf(question(ASK), calling('  - say: Hello.', ASK_DAY));
    into.scene.reply('visit');
    expect(into.migrate([{ left: 'which', entered: 'rebook/day' }])).to.eql(['refused step-unreachable']);
  });

  it('resumes what was interrupted, in the new version', () => {
    const anytime = `
anytime:
  - match: help me
    call: details
    outcomes: { done: { goto: next } }
    then: resume
snippets:
  details:
    steps:
      - ask: About what?
        within: 1h
        replies: [{ otherwise: { goto: next } }]
        silence: [{ end: done }]
      - say: I see.
        end: done`;
    const { scene, migrate } = versionsOf(
      question(ASK) + anytime,
      question(`\n  - delay: { for: 1m }${ASK.replace('Monday it is', 'So be it')}`) + anytime,
    );
    scene.reply('visit').reply('help me');
    expect(migrate()).to.eql(['migrated details/step-1 → details/step-1']);
    expect(scene.reply('prices').reply('monday').said().slice(-2)).to.eql(['I see.', 'So be it.']);
  });

  const listening = (key: string, more = ''): string =>
    question(`
  - step: wait
    listen:
      any:
        - event: com.shop.shipped
          key: ${key}
          equals: contact.address
    within: 1d
    silence: [{ end: lost }]
  - say: Shipped.${more}`);

  it('waits on for the same events, and begins to wait anew for others where a step is named', () => {
    const same = versionsOf(listening('event.data.who'), listening('event.data.who', ' Soon there.'));
    same.scene.reply('visit');
    expect(same.migrate()).to.eql(['migrated wait → wait']);
    expect(same.scene.external('com.shop.shipped', { who: 'webchat:ana' }).said().at(-1)).to.equal(
      'Shipped. Soon there.',
    );

    const other = versionsOf(listening('event.data.who'), listening('event.data.customer'));
    other.scene.reply('visit');
    expect(other.migrate()).to.eql(['refused events-differ']);
    expect(other.migrate([{ left: 'wait', entered: 'wait' }])).to.include('migrated wait → wait');
    const event = { who: 'webchat:ana', customer: 'webchat:ana' };
    expect(other.scene.external('com.shop.shipped', event).said()).to.include('Shipped.');
  });

  it('waits for what the new version’s anytime waits for', () => {
    const anytime = `
anytime:
  - event: com.shop.closed
    key: event.data.who
    equals: contact.address
    say: We are closed.
    then: resume`;
    const { scene, migrate } = versionsOf(question(ASK), question(ASK) + anytime);
    scene.reply('visit');
    expect(migrate()).to.include('migrated which → which');
    expect(scene.external('com.shop.closed', { who: 'webchat:ana' }).said().at(-1)).to.equal('We are closed.');
  });

  it('stays in hand-off, and goes on as the new version says when it is given back', () => {
    const desk = (says: string): string =>
      question(`
  - step: desk
    handoff: front
    returned: { goto: bye }
    nobody: { end: nobody }
  - step: bye
    say: ${says}`);
    const { scene, migrate } = versionsOf(desk('Bye.'), desk('Goodbye.'));
    scene.reply('visit');
    expect(migrate()).to.eql(['migrated desk → desk']);
    const conversation = scene.state?.conversations[0]?.id;
    scene.receive('handoff.returned', { conversation, outcome: 'returned' });
    expect(scene.said().at(-1)).to.equal('Goodbye.');
  });

  it('stays parked where it is parked, and enters no step until it is resumed', () => {
    const { scene, migrate } = versionsOf(question(ASK), question(ASK.replace('Pardon?', 'What?')));
    scene.reply('visit');
    const parked = { since: scene.now, code: 'input-failed', reason: 'x', input: 'i', kept: [] };
    const [conversation] = scene.state?.conversations ?? [];
    if (!scene.state || !conversation) throw new Error('nothing is open');
    scene.state = { ...scene.state, conversations: [{ ...conversation, parked }] };
    expect(migrate([{ left: 'which', entered: 'which' }])).to.eql(['refused conversation-parked']);
    expect(migrate()).to.eql(['migrated which → which']);
    expect(scene.state.conversations[0]).to.deep.include({ parked });
  });

  it('does not ask any more what was held when its step was left', () => {
    const send = `send:\n  window: { from: "11:00", to: "12:00", otherwise: hold }\n  except-replies: false\n`;
    const { scene, migrate } = versionsOf(
      question(ASK, send),
      question(ASK.replaceAll('which', 'when').replace('Which day?', 'When?'), send),
    );
    scene.reply('visit');
    expect(scene.said()).to.eql([]);
    expect(migrate([{ left: 'which', entered: 'when' }])).to.include('message.blocked');
    expect(scene.advance('3h').said()).to.eql(['When?']);
  });
});
